"""What plugins read by the million is what they would read one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from renown.api import Entry, MeasureSpec, Packed, PluginContext, Rules, RuleSpec, ScoredEvent
from renown.db.engine import Database
from renown.events import log
from renown.ledger import catchup, generations, packed, recount
from renown.ledger.score import Scorer
from renown.people import calendar, merge, persons
from tests.context.kit import House
from tests.events.kit import connect, event, message
from tests.model.points import Body

TIES, LIKES = "thanks.ties", "thanks.likes"


def score(events: Sequence[ScoredEvent], rules: Rules) -> list[Entry]:
    found = []
    for one in events:
        found += [Entry(one.id, party.identity, TIES, "mention", 1_000) for party in one.mentioned]
        if one.activity == "Like" and one.owner:
            found += [Entry(one.id, one.owner.identity, measure, "like", 500) for measure in (TIES, LIKES)]
    return found


@pytest.fixture
def house(db: Database, tmp_path: Path) -> House:
    return House.of(
        db,
        tmp_path,
        {"score": score},
        measures=(
            MeasureSpec(LIKES, "Likes"),
            MeasureSpec(TIES, "Ties", listed=False),
            MeasureSpec("thanks.level", "Level", kind="level"),
        ),
        rules=tuple(RuleSpec(name, name.title(), Body, {}) for name in ("mention", "like")),
    )


@pytest.fixture
def lived(house: House) -> House:
    source = connect(house.db, affiliation="employee")
    like: dict[str, Any] = {"actor": "U2", "thing": "m2", "statekey": "m2:U2"}
    with house.db.write() as conn:
        log.append(conn, [(source, [message("m1", "U1", mentions=["U2", "U3"])])])
        log.append(conn, [(source, [message("m2", "U1", parent="m1", space=None, mentions=["U3"])])])
        log.append(conn, [(source, [event("l1", **like, minute=1)])])
        log.append(conn, [(source, [event("l2", **like, activity="Undo", minute=2)])])
    count(house)
    return house


def count(house: House) -> None:
    scorer = Scorer("thanks", partial(house.dispatcher.score, "thanks"))
    with house.db.read() as conn:
        live = generations.live(conn, "thanks")
    assert live is not None
    catchup.run(house.db, scorer, live)


def rows(ctx: PluginContext, measure: str, after: int = 0) -> list[tuple[int, ...]]:
    """The slow way."""
    query = """
        SELECT e.id, e.identity_id, coalesce(a.actor_id, 0), e.act_id, e.amount, e.day, e.rule_id,
               coalesce(a.space_id, 0), coalesce(a.object_id, 0), coalesce(a.parent_id, 0),
               coalesce(CASE WHEN a.type = 0 THEN a.parent_id END, a.object_id, 0)
        FROM core_entry e JOIN core_measure m ON m.id = e.measure AND m.generation = e.generation
        JOIN core_event a ON a.id = e.act_id
        WHERE m.name = :measure AND e.id > :after ORDER BY e.id
    """
    found = ctx.session.execute(text(query), {"measure": measure, "after": after}).all()
    return [tuple(map(int, row)) for row in found]


def unpacked(found: Packed) -> list[tuple[int, ...]]:
    return list(zip(*(getattr(found, name) for name in packed.COLUMNS), strict=True))


def test_entries_come_as_columns_with_what_took_them_back(lived: House) -> None:
    with lived.reading() as ctx:
        found = ctx.ledger.packed(TIES)
        assert unpacked(found) == rows(ctx, TIES)
        assert len(found) == 5
        names = [found.rules[number] for number in found.rule]
        assert list(zip(names, found.amount, strict=True)) == [
            ("mention", 1_000), ("mention", 1_000), ("mention", 1_000), ("like", 500), ("like", -500),
        ]  # fmt: skip
        assert {bool(space) for space in found.space} == {True, False}
        assert {bool(parent) for parent in found.parent} == {True, False}
        assert unpacked(ctx.ledger.packed(LIKES)) == rows(ctx, LIKES)


@pytest.mark.parametrize("chunk", [1, 2, 1_000_000])
def test_they_are_read_on_from_where_one_was(lived: House, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "CHUNK", chunk)
    with lived.reading() as ctx:
        whole = ctx.ledger.packed(TIES)
        first = ctx.ledger.packed(TIES, upto=whole.id[1])
        rest = ctx.ledger.packed(TIES, after=first.id[-1])
        assert (list(first.id), list(rest.id)) == (list(whole.id[:2]), list(whole.id[2:]))
        assert unpacked(first) + unpacked(rest) == rows(ctx, TIES)
        assert len(ctx.ledger.packed(TIES, after=whole.id[-1])) == 0
    connected = connect(lived.db, "slack:T2")
    with lived.db.write() as conn:
        log.append(conn, [(connected, [message("n1", "U8", source="slack:T2", mentions=["U9"])])])
    count(lived)
    with lived.reading() as ctx:
        assert unpacked(ctx.ledger.packed(TIES, after=whole.id[-1])) == rows(ctx, TIES, whole.id[-1])


def test_another_count_says_that_it_is_another(lived: House) -> None:
    with lived.reading() as ctx:
        before = ctx.ledger.packed(TIES)
    with lived.db.write() as conn:
        again = recount.begin(conn, "thanks", "again")
    assert recount.finish(lived.db, Scorer("thanks", partial(lived.dispatcher.score, "thanks")), again) == "live"
    with lived.reading() as ctx:
        after = ctx.ledger.packed(TIES)
        assert unpacked(after) == rows(ctx, TIES)
    assert (before.generation, after.generation) != (after.generation, after.generation)
    assert list(after.amount) == list(before.amount)


def test_only_own_sums_are_read(lived: House) -> None:
    with lived.reading() as ctx:
        for wrong in ("activity.points", "thanks.level", "thanks.none"):
            with pytest.raises(LookupError, match="no sum of thanks"):
                ctx.ledger.packed(wrong)


def test_everybodys_leave_is_what_each_has(house: House) -> None:
    with house.db.write() as conn:
        ana, bea, cem = (persons.add(conn, name) for name in ("Ana", "Bea", "Cem"))
        calendar.set_leave(conn, ana, 100, 110)
        calendar.set_leave(conn, bea, 105, 120)
        calendar.set_leave(conn, cem, 90, 95)
        calendar.set_leave(conn, cem, 90, 95, away=False)
        merge.merge(conn, ana, bea, "administrator", None)
    with house.reading() as ctx:
        everybody = ctx.calendar.load(None)
        assert everybody.leave == ctx.calendar.load([ana, cem]).leave == {ana: ((100, 110), (105, 120))}
        assert ctx.calendar.load().leave == {}
