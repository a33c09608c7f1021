"""What an act would give: asked of the plugins as the ledger asks them, with limits applied. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from renown.hooks.dispatch import Dispatcher
from renown.hooks.guard import HookFault
from renown.ledger.entries import Entry, Party, RuleVersion, ScoredEvent
from renown.ledger.limits import Sums, Use


@dataclass(frozen=True)
class Act:
    """An act as one would say it. `you` is which side of it you are: who acts, or whose thing it is."""

    name: str
    title: str
    verb: str
    form: str
    kind: str | None
    you: str = "actor"
    state: str | None = None
    words: bool = False


ACTS = (
    Act("message", "you write a message", "create", "Create", "message", words=True),
    Act("reply", "you reply", "reply", "Create", "message", words=True),
    Act("ask", "you ask a question", "ask", "Create", "question", words=True),
    Act("answer", "you answer a question", "answer", "Create", "answer", words=True),
    Act("accepted", "the one who asked accepts your answer", "accept", "Accept", "answer", "owner"),
    Act("liked", "somebody reacts to what you wrote", "react", "Like", "message", "owner"),
    Act("voted", "somebody votes for what you wrote", "vote", "Like", "answer", "owner"),
    Act("review", "you review a change", "review", "Update", "change"),
    Act("merged", "your change is merged", "resolve", "Update", "change", "owner", state="merged"),
    Act("issue", "you report an issue", "create", "Create", "issue", words=True),
    Act("closed", "your issue is closed", "resolve", "Update", "issue", "owner", state="closed"),
    Act("release", "you publish a release", "publish", "Create", "release"),
    Act("document", "you write a document", "create", "Create", "document", words=True),
    Act("improve", "you improve somebody's document", "edit", "Update", "document"),
)
#: Who the other one is.
OTHERS = ("employee", "customer", "partner", "supplier", "unknown", "yourself")

_YOU, _OTHER = 1, 2


@dataclass
class Worth:
    """What one measure gets: in all, and by rule as (title, amount before limits). Amounts are in thousandths."""

    measure: str
    amount: int = 0
    taken: int = 0
    parts: dict[str, int] = field(default_factory=dict)


def worth(
    dispatcher: Dispatcher, rules: dict[str, Sequence[RuleVersion]], act: Act, other: str, words: int, times: int
) -> list[Worth]:
    """What `times` such acts on one day, all with the same other person, give you. Unable plugins give nothing."""
    events = [_event(act, other, words, number) for number in range(1, times + 1)]
    found: dict[str, Worth] = {}
    for plugin in dispatcher.scoring():
        if plugin not in rules:
            continue
        try:
            entries = dispatcher.score(plugin, events, _Fixed(rules[plugin]))
        except HookFault:
            continue
        _add(found, entries)
    return [one for one in found.values() if one.parts]


def _add(found: dict[str, Worth], entries: Iterable[Entry]) -> None:
    sums, ids, used = Sums(), dict[object, int](), dict[object, int]()
    for entry in entries:
        one = found.setdefault(entry.measure, Worth(entry.measure))
        refused = False
        if entry.quota is not None:
            quota = (entry.quota.name, entry.quota.key)
            used[quota] = used.get(quota, 0) + 1
            refused = used[quota] > entry.quota.most
        got = 0
        if not refused:
            chain = [ids.setdefault((limit.name, limit.key, limit.curve), len(ids)) for limit in entry.limits]
            for number, limit in zip(chain, entry.limits, strict=True):
                sums.uses.setdefault(number, Use(limit.curve, limit.name))
            got = sums.apply(chain, entry.raw)
        if entry.identity == _YOU:
            one.parts[entry.rule] = one.parts.get(entry.rule, 0) + entry.raw
            one.amount += got
            one.taken += entry.raw - got


@dataclass(frozen=True)
class _Fixed:
    versions: Sequence[RuleVersion]

    def of(self, event: ScoredEvent) -> Sequence[RuleVersion]:
        return self.versions


def _event(act: Act, other: str, words: int, number: int) -> ScoredEvent:
    you = Party(_YOU, _YOU, "employee", 0, False)
    them: Party | None = Party(_OTHER, _OTHER, other, 0, False)
    if other in ("unknown", "yourself"):
        them = you if other == "yourself" else None
    making = act.form == "Create"
    return ScoredEvent(
        id=number,
        source="",
        network="",
        key=str(number),
        type=f"collab.{act.verb}.v1",
        verb=act.verb,
        activity=act.form,
        kind=act.kind,
        actor=you if act.you == "actor" else them,
        owner=you if act.you == "owner" or making else them,
        asker=them if act.verb in ("reply", "answer", "accept") else None,
        object=number,
        parent=None,
        space=None,
        space_id=None,
        words=words if act.words else None,
        value=None,
        content=None,
        state=act.state,
        occurred_at=0,
        day=0,
        private=False,
        backfill=False,
        extra=None,
    )
