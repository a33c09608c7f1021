"""What an act says about whose work."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from renown.api import Party, RuleVersion, ScoredEvent
from renown_influence.score import DEFAULTS, score

BEN, ANA, EVA = (Party(n, n, "employee", 0, False) for n in (1, 2, 3))
#: Ana's other account.
ANAS = Party(12, 2, "employee", 0, False)


class Default:
    """The rules as they are installed."""

    def of(self, event: ScoredEvent) -> Sequence[RuleVersion]:
        return [RuleVersion(n, one.name, 1, {"weight": one.weight, "private": False}) for n, one in enumerate(DEFAULTS)]


def act(
    verb: str,
    activity: str,
    owner: Party | None = None,
    value: int | None = None,
    mentioned: tuple[Party, ...] = (),
    asker: Party | None = None,
) -> ScoredEvent:
    """Ben's."""
    return ScoredEvent(
        7, "slack:T1", "slack", "e7", f"collab.{verb}.v1", verb, activity, "message", BEN, owner, asker, 5, None,
        "C1", 1, None, value, None, None, 0, 0, False, False, None, None, mentioned,
    )  # fmt: skip


def given(event: ScoredEvent) -> dict[int, int]:
    """Thousandths of a mention by account."""
    found: dict[int, int] = {}
    for entry in score([event], Default()):
        found[entry.identity] = found.get(entry.identity, 0) + entry.raw
    return found


@pytest.mark.parametrize("verb", ["create", "ask", "publish", "assign"])
def test_who_is_named_in_what_somebody_makes_is_endorsed(verb: str) -> None:
    assert given(act(verb, "Create", BEN, mentioned=(ANA, EVA))) == {2: 1000, 3: 1000}


def test_an_answer_endorses_who_asked_and_who_is_named_in_it() -> None:
    assert given(act("reply", "Create", BEN, mentioned=(EVA,), asker=ANA)) == {2: 1000, 3: 1000}


@pytest.mark.parametrize(
    ("verb", "activity"), [("edit", "Update"), ("create", "Update"), ("resolve", "Update"), ("view", "View")]
)
def test_who_is_named_in_it_still_is_not_endorsed_again(verb: str, activity: str) -> None:
    assert given(act(verb, activity, BEN, mentioned=(ANA,))) == {}


def test_a_like_of_what_names_somebody_endorses_who_made_it_alone() -> None:
    assert given(act("react", "Like", EVA, mentioned=(ANA,))) == {3: 500}
    assert given(act("share", "Announce", EVA, mentioned=(ANA, EVA))) == {3: 2000}


def test_who_is_named_by_two_accounts_is_named_once() -> None:
    assert given(act("create", "Create", BEN, mentioned=(ANA, ANAS, BEN))) == {2: 1000}


@pytest.mark.parametrize(("value", "rule"), [(None, "liked"), (1000, "liked"), (-1000, "against"), (0, None)])
def test_a_vote_of_nothing_says_nothing(value: int | None, rule: str | None) -> None:
    assert [one.rule for one in score([act("vote", "Like", ANA, value)], Default())] == [rule][: rule is not None]


def test_a_vote_against_of_nothing_says_nothing_either() -> None:
    assert given(act("vote", "Dislike", ANA, 0)) == {}
    assert given(act("vote", "Dislike", ANA)) == {2: 500}
