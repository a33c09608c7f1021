"""What one like is worth by the plugins' default rules, asked of their own hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from renown.api import Entry, Party, Plugin, Rules, RuleVersion, ScoredEvent
from renown_activity import plugin as activity
from renown_influence import plugin as influence

_GIVER, _OWNER = Party(1, 1, "employee", 0, False), Party(2, 2, "employee", 0, False)
_LIKE = ScoredEvent(
    id=1, source="post:bench", network="cloudevents", key="1", type="collab.react.v1", verb="react", activity="Like",
    kind="message", actor=_GIVER, owner=_OWNER, asker=None, object=1, parent=None, space=None, space_id=None,
    words=None, value=None, content="+1", state=None, occurred_at=0, day=0, private=False, backfill=False, extra=None,
)  # fmt: skip


@dataclass(frozen=True)
class Like:
    """In thousandths: as evidence, and in points for whose it was, before limits."""

    evidence: int
    points: int


@cache
def like() -> Like:
    return Like(_asked(influence.plugin, influence.score), _asked(activity.plugin, activity.score))


class _Defaults(Rules):
    def __init__(self, plugin: Plugin) -> None:
        self._versions = [RuleVersion(0, one.name, 1, dict(one.default_body)) for one in plugin.rules]

    def of(self, event: ScoredEvent) -> Sequence[RuleVersion]:
        return self._versions


def _asked(plugin: Plugin, score: Callable[[Sequence[ScoredEvent], Rules], Iterable[Entry]]) -> int:
    """What the one whose thing it was is given."""
    given = score([_LIKE], _Defaults(plugin))
    return sum(entry.raw for entry in given if entry.identity == _OWNER.identity)
