"""Evidence by hashtag. What has which hashtags changes with edits, so each run takes all acts on what is tagged now.

What acts were about is kept beside the evidence, and only once anything is tagged: 28 bytes an act, read a million
acts at a time. In memory is what is tagged now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from renown.api import Hashtags, PluginContext
from renown_influence import rows, store
from renown_influence.evidence import Evidence
from renown_influence.graph import Ints
from renown_influence.models import Packed
from renown_influence.rows import Bools, Places

#: Acts on somebody's work, one row an entry of the ledger: also those taken back, whose amounts are below 0 then.
Acts = Mapping[str, Ints]
_KEPT = "about"
_NAMES = {
    "owner": "identity", "rater": "actor", "day": "day", "space": "space", "about": "about", "parent": "parent",
    "amount": "amount",
}  # fmt: skip
_TAKEN = ("owner", "rater", "day", "space", "amount", "hashtag")
_NOTHING = {name: np.empty(0, np.int32) for name in _TAKEN}


@dataclass(frozen=True)
class Newer:
    """Acts behind those that are kept; with `anew` in their place."""

    acts: Acts
    anew: bool

    def without(self, gone: Bools) -> Newer:
        """Without the accounts that are marked, by number."""
        theirs = gone[self.acts["owner"]] | gone[self.acts["rater"]]
        return replace(self, acts={name: column[~theirs] for name, column in self.acts.items()})


def there(ctx: PluginContext) -> bool:
    """Whether acts are kept, be it none."""
    return ctx.session.scalars(select(Packed.name).where(Packed.owner == _KEPT).limit(1)).first() is not None


def newer(entries: Mapping[str, NDArray[np.int64]], chosen: Bools, *, anew: bool) -> Newer:
    """Of entries by the ledger's names of columns."""
    return Newer({name: entries[theirs][chosen].astype(np.int32) for name, theirs in _NAMES.items()}, anew)


def keep(ctx: PluginContext, found: Newer | None) -> None:
    """For the next run."""
    if found is not None:
        (store.save if found.anew else store.append)(ctx, _KEPT, found.acts)


def forget(ctx: PluginContext) -> None:
    store.drop(ctx, _KEPT)


def evidence(ctx: PluginContext, pairs: Hashtags, found: Newer | None) -> Evidence:
    """What was done in public about what is tagged: a row's topic is a hashtag. Of two hashtags each has it whole.

    What has no hashtags has those of its parent, as an answer has its question's.
    """
    if found is None or not len(pairs):
        return Evidence.empty()
    tagged = _Tagged.of(pairs)
    parts = [_NOTHING, *(tagged.taken(acts) for acts in _all(ctx, found))]
    taken = {name: np.concatenate([one[name] for one in parts]) for name in _TAKEN}
    known = [0, *ctx.spaces.public(np.unique(taken["space"]).tolist())]
    columns = (taken[name] for name in ("owner", "rater", "day", "hashtag", "amount"))
    return Evidence.empty().plus(Evidence(*columns).only(np.isin(taken["space"], known)))


def _all(ctx: PluginContext, found: Newer) -> Iterator[Acts]:
    if not found.anew:
        yield from store.pieces(ctx, _KEPT, tuple(_NAMES))
    for piece in rows.pieces(len(found.acts["about"])):
        yield {name: column[piece] for name, column in found.acts.items()}


@dataclass(frozen=True)
class _Tagged:
    """Objects by id; the hashtags of each are `size` many, from `start` on."""

    objects: Ints
    start: Places
    size: Places
    hashtag: Ints

    @classmethod
    def of(cls, pairs: Hashtags) -> _Tagged:
        every, hashtag = (np.frombuffer(one, np.int64).astype(np.int32) for one in (pairs.object, pairs.hashtag))
        start = rows.heads((every,))
        return cls(every[start], start, np.diff(start, append=len(every)), hashtag)

    def taken(self, acts: Acts) -> Acts:
        """Those about what is tagged, once for each hashtag."""
        at = self._at(acts["about"])
        bare = at < 0
        at[bare] = self._at(acts["parent"][bare])
        chosen = np.flatnonzero(at >= 0)
        at = at[chosen]
        each = np.repeat(chosen, self.size[at])
        found = {name: acts[name][each] for name in _TAKEN[:-1]}
        return found | {"hashtag": self.hashtag[rows.joined(self.start[at], self.size[at])]}

    def _at(self, wanted: Ints) -> Places:
        """The places of these objects; -1 of what is not tagged."""
        at = np.minimum(np.searchsorted(self.objects, wanted), len(self.objects) - 1)
        found: Places = np.where(self.objects[at] == wanted, at, -1)
        return found
