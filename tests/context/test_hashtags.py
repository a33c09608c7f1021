"""Topics by hashtag, as a plugin reckons with them: what entries are about, what that is tagged with, and boards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from renown.access.viewer import Viewer
from renown.api import Entry, MeasureSpec, PluginContext, Rules, RuleSpec, ScoredEvent
from renown.context import hashtags
from renown.db.engine import Database
from renown.events import log
from renown.events.models import Object
from renown.events.types import Quality
from tests.context.kit import House
from tests.context.test_packed import count
from tests.events.kit import connect, event, message
from tests.model.points import Body

TIES, LEVEL = "thanks.ties", "thanks.level"
ADMIN = Viewer(role="administrator")


def score(events: Sequence[ScoredEvent], rules: Rules) -> list[Entry]:
    """Whoever acts gets one: of interest is only where."""
    return [Entry(one.id, one.actor.identity, TIES, "act", 1_000) for one in events if one.actor]


@pytest.fixture
def house(db: Database, tmp_path: Path) -> House:
    measures = (MeasureSpec(TIES, "Ties", listed=False), MeasureSpec(LEVEL, "Level", kind="level"))
    return House.of(db, tmp_path, {"score": score}, measures=measures, rules=(RuleSpec("act", "Act", Body, {}),))


def keys(ctx: PluginContext) -> dict[int, str]:
    return {row.id: row.key for row in ctx.session.execute(select(Object.id, Object.key))} | {0: ""}


def pairs(ctx: PluginContext) -> list[tuple[str, str]]:
    found, named = ctx.hashtags.packed(), keys(ctx)
    assert len(found) == len(found.object) == len(found.hashtag)
    assert set(found.names) == set(found.hashtag)
    return [(named[thing], found.names[tag]) for thing, tag in zip(found.object, found.hashtag, strict=True)]


def test_an_entry_is_about_what_was_answered_or_else_what_was_acted_upon(house: House) -> None:
    source = connect(house.db)
    with house.db.write() as conn:
        acts = [
            event("q", "ask", "Create", thing="q", kind="question"),
            event("a", "answer", "Create", thing="a", parent="q", kind="answer"),
            event("r", "review", "Create", thing="r", parent="a", kind="comment"),
            event("c", "reply", "Create", thing="c", parent="unheard", kind="comment"),
            event("l", "react", "Like", thing="a", actor="U2"),
            event("k", "accept", "Accept", thing="a", parent="q", actor="U2"),
            event("s", "share", "Announce", thing="q", actor="U2"),
        ]
        log.append(conn, [(source, acts)])
    count(house)
    with house.reading() as ctx:
        found, named = ctx.ledger.packed(TIES), keys(ctx)
        assert [named[one] for one in found.about] == ["q", "q", "a", "unheard", "a", "a", "q"]


@pytest.mark.parametrize("chunk", [1, 2, 1_000_000])
def test_what_is_private_deleted_or_names_somebody_erased_is_left_out(
    house: House, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashtags, "CHUNK", chunk)
    source = connect(house.db, keep_private=True)
    with house.reading() as ctx:
        assert pairs(ctx) == []
    with house.db.write() as conn:
        acts = [
            message("m1", space="C1", hashtags=["Tea", "milk"]), message("m2", space="C2", hashtags=["tea", "plan"]),
            message("m3", space=None, hashtags=["cake"]), message("m4", space="C1", hashtags=["gone"]),
            event("d4", "delete", "Delete", thing="m4"), message("m5", space="C1", hashtags=["whom"]),
        ]  # fmt: skip
        log.append(conn, [(source, acts)])
        conn.exec_driver_sql("UPDATE core_hashtag SET name = 'erased:0' WHERE name = 'whom'")
    with house.reading() as ctx:
        seen = [("m1", "milk"), ("m1", "tea"), ("m2", "plan"), ("m2", "tea"), ("m3", "cake")]
        assert sorted(pairs(ctx)) == seen
        every = range(1, 10)
        assert sorted(ctx.hashtags.public(every).values()) == ["cake", "milk", "plan", "tea"]
    with house.db.write() as conn:
        # From here on it is known that this place is private, with all that was ever said there.
        hidden = message("m6", space="C2", hashtags=["more"], quality=Quality(private=True))
        log.append(conn, [(source, [hidden])])
    with house.reading() as ctx:
        assert sorted(pairs(ctx)) == [one for one in seen if one[0] != "m2"]
        assert sorted(ctx.hashtags.public(every).values()) == ["cake", "milk", "tea"]
        assert ctx.hashtags.public([]) == {}


def test_levels_are_published_for_a_topic_and_nothing_else_takes_its_place(house: House) -> None:
    source = connect(house.db, affiliation="employee")
    with house.db.write() as conn:
        log.append(conn, [(source, [message("m1", hashtags=["tea"]), message("m2", "U2", hashtags=["milk"])])])
    with house.writing() as ctx:
        tags = {name: number for number, name in ctx.hashtags.packed().names.items()}
        who = ctx.people.accounts().person
        people = sorted(set(who) - {0})
        ctx.standings.publish(LEVEL, {people[0]: 700, people[1]: 900}, "run 1", f"topic:{tags['tea']}")
        ctx.standings.publish(LEVEL, {people[0]: 5}, "run 1", f"topic:{tags['milk']}")
    with house.db.write() as conn:
        log.append(conn, [(source, [event("d1", "delete", "Delete", thing="m2"), message("m3", hashtags=["jam"])])])
    with house.reading() as ctx:
        board = ctx.standings.board(ADMIN, LEVEL, scope=f"topic:{tags['tea']}")
        assert [(one.rank, one.amount) for one in board.lines] == [(1, 900), (2, 700)]
        assert ctx.standings.level(LEVEL, people[0], f"topic:{tags['milk']}") == 5
        now = ctx.hashtags.packed().names
        assert set(now.values()) == {"tea", "jam"}
        assert tags["milk"] not in now
        assert ctx.hashtags.public(tags.values()) == {tags["tea"]: "tea"}
