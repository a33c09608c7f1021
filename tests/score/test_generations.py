"""Late, again, otherwise: whatever counts the same log gives the same ledger, and only a recount changes the past."""

from __future__ import annotations

import random
from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select, update

from renown import clock
from renown.clock import DAY
from renown.db.engine import Database
from renown.events import log
from renown.ledger import adjustments, catchup, compare, dump, generations, recount, replay, rules, standings
from renown.ledger.entries import Entry, Rules, ScoredEvent
from renown.ledger.models import Entry as EntryRow
from renown.ledger.models import Generation, LimitUse, Measure
from renown.ledger.reconcile import reconcile
from renown.ledger.score import Scorer
from renown.people import affiliations, teams
from renown.people.merge import merge, root, split
from renown.people.models import Identity, Merge
from tests.events.kit import START, event, message
from tests.score import kit
from tests.score.kit import DEFAULTS, MEASURE, MEASURES, PLUGIN, Broken, Site, assert_whole, score
from tests.score.test_score import like

NOW = clock.from_datetime(START)
TODAY = NOW // DAY


@pytest.fixture
def site(db: Database) -> Site:
    return Site(db)


def person(conn: Connection, account: str) -> int:
    return conn.execute(select(Identity.person_id).where(Identity.key == account)).scalar_one()


def dumped(site: Site, generation: int) -> list[bytes]:
    with site.db.read() as conn:
        assert_whole(conn, generation)
        return list(dump.lines(conn, generation))


OPERATIONS = ("events", "events", "events", "merge", "split", "aside", "adjust", "rule", "own", "team", "affiliate")


def operate(site: Site, what: str, rng: random.Random, number: int) -> None:
    """Do something that is written in the log; what is impossible just now is left out."""
    people = [f"U{n}" for n in range(1, 5)]
    if what == "events":
        a, b, thing = rng.choice(people), rng.choice(people), f"m{rng.randint(1, 4)}"
        parent = None if thing == "m1" else "m1"
        made = [
            message(thing, a, parent=parent, minute=rng.randint(0, 3000), mentions=rng.sample([*people, "U9"], 2)),
            like(f"l{number}", rng.randint(0, 3000), actor=b, on=rng.random() < 0.7, thing=thing),
            event(f"a{number}", "accept", "Accept", actor=a, thing=thing, content=rng.choice([None, "rare"])),
            event(f"r{number}", actor=b, thing=thing, content="rare"),
            event(f"u{number}", "react", "Undo", actor=b, retracts=f"r{rng.randint(0, number)}", thing=thing),
            event(f"d{number}", "delete", "Delete", thing=thing, actor=a),
            event(f"z{number}", "delete", "Undo", thing=thing, actor=a, retracts=f"d{rng.randint(0, number)}"),
        ]
        site.take(*rng.sample(made, rng.randint(1, len(made))))
        return
    with site.db.write() as conn:
        known = conn.scalars(select(Identity.person_id).where(Identity.source_id == site.source.id)).all()
        if not known:
            return
        one, other = rng.choice(known), rng.choice(known)
        if what == "merge" and root(conn, one) != root(conn, other):
            merge(conn, one, other, "administrator", None)
        elif what == "split":
            merged = conn.scalars(select(Merge.id).where(Merge.undone.is_(None))).all()
            if merged:
                split(conn, rng.choice(merged), None)
        elif what == "aside":
            adjustments.set_aside(conn, PLUGIN, rng.randint(1, log.head(conn)), "spam", by=None)
        elif what == "adjust":
            adjustments.adjust(conn, one, MEASURE, rng.choice([-5_000, 7_000]), "a talk", by=None)
        elif what == "rule":
            rules.publish(conn, PLUGIN, "liked", {"points": rng.randint(1, 9) * 1000}, reason="fairer")
        elif what == "own":
            body = {"points": rng.randint(0, 9) * 1000}
            rules.publish(conn, PLUGIN, f"own-{rng.randint(1, 2)}", body, title="Own", recount=rng.random() < 0.3)
        elif what == "team":
            name = f"Team {rng.randint(1, 2)}"
            team = teams.find(conn, name) or teams.add(conn, name)
            teams.place(conn, one, team, TODAY + rng.randint(-2, 2))
        elif what == "affiliate":
            affiliations.affiliate(conn, one, rng.choice(["employee", "customer"]), TODAY + rng.randint(-2, 2))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(OPERATIONS), min_size=2, max_size=14), st.integers(0, 2**32))
def test_live_late_and_in_any_batches_are_the_same_bytes(site: Site, operations: list[str], seed: int) -> None:
    rng = random.Random(seed)
    with clock.set_to(lambda: NOW):
        for operation in operations:
            operate(site, operation, rng, rng.randint(1, 30))
            site.count(rng.choice([1, 3, 1000]))
    live = dumped(site, site.generation)
    for batch in (rng.randint(2, 9), 100_000):
        late = site.new_generation()
        site.count(batch, generation=late)
        assert dumped(site, late) == live


def test_merge_then_split_nets_to_zero(site: Site) -> None:
    likes = [like(f"l{n}", n, actor="U2", thing=f"m{n}") for n in range(1, 4)]
    site.take(*(message(f"m{n}", minute=n) for n in range(1, 4)), *likes, like("l9", 9, actor="U3"))
    site.count()
    before = site.totals()
    with site.db.write() as conn:
        made = merge(conn, person(conn, "U1"), person(conn, "U2"), "administrator", None)
    site.count()
    assert site.totals() == {"U1": 12_000 + (15_150 + 3_000 - 12_000) * 333 // 1000, "U3": 2_000}
    with site.db.write() as conn:
        split(conn, made, None)
    site.count()
    assert site.totals() == before
    dumped(site, site.generation)


def test_a_merge_reaches_acts_whose_owner_came_late(site: Site) -> None:
    site.take(like("l1", 5))
    site.take(message("m1"))
    accept = event("ok", "accept", "Accept", actor="U9", thing="a1")
    site.take(message("q1", "U1"), message("a1", "U2", parent="q1"), accept)
    site.count()
    assert (site.totals()["U2"], site.totals(measure="points.helped")) == (2_000 + 5_050, {"U2": 15_000})
    with site.db.write() as conn:
        merge(conn, person(conn, "U1"), person(conn, "U2"), "administrator", None)
    site.count()
    assert (site.totals()["U2"], site.totals(measure="points.helped")) == (5_050, {})


def test_an_adjustment_is_an_entry_with_a_reason(site: Site) -> None:
    site.take(message("m1"))
    with site.db.write() as conn:
        one = person(conn, "U1")
        for measure, amount, reason in ((MEASURE, 0, "x"), (MEASURE, 1, " "), ("other.sum", 1, "x")):
            with pytest.raises(ValueError):
                adjustments.adjust(conn, one, measure, amount, reason, by=None)
        position = adjustments.adjust(conn, one, MEASURE, -1_500, "was paid twice", by=None)
    site.count()
    with site.db.read() as conn:
        entry = conn.execute(
            select(EntryRow.amount, EntryRow.reason, EntryRow.event_id, Identity.person_id)
            .join(Identity, Identity.id == EntryRow.identity_id)
            .where(EntryRow.raw == -1_500)
        ).one()
    assert tuple(entry) == (-1_500, "was paid twice", position, one)


def test_an_adjustment_makes_nobody_an_employee(site: Site) -> None:
    site.take(message("q1", "U1"))
    with site.db.write() as conn:
        adjustments.adjust(conn, person(conn, "U1"), MEASURE, 1_000, "welcome", by=None)
    site.take(message("a1", "U2", parent="q1"), event("ok", "accept", "Accept", actor="U1", thing="a1"))
    site.count()
    assert site.totals(measure="points.helped") == {"U2": 15_000}, "the asker is still a customer"


def test_set_aside_takes_back_and_lets_a_stopped_cursor_go_on(site: Site) -> None:
    site.take(message("m1"), like("l1", 5))
    site.count()
    site.take(event("bad", actor="U3", content="boom"), like("l2", 6, actor="U4"))
    with pytest.raises(Broken):
        site.count()
    with site.db.write() as conn:
        assert adjustments.set_aside(conn, PLUGIN, 2, "a like by mistake", by=None)
        assert adjustments.set_aside(conn, PLUGIN, 3, "breaks the plugin", by=None)
        assert adjustments.set_aside(conn, PLUGIN, 3, "again", by=None) is None
        with pytest.raises(LookupError):
            adjustments.set_aside(conn, PLUGIN, 999, "no such event", by=None)
    site.count()
    assert site.totals() == {"U1": 8_050, "U4": 2_000}
    late = site.new_generation()
    site.count(generation=late)
    assert dumped(site, late) == dumped(site, site.generation)


def test_a_replay_under_way_or_being_cleared_has_no_boards_and_is_in_nobodys_way(site: Site) -> None:
    with clock.set_to(lambda: NOW + 9 * DAY):
        site.take(message("m1"), like("l1", 5))
        site.count()
        standings.catch_up(site.db)
        with site.db.write() as conn:
            made = generations.create(conn, PLUGIN, base=0, state="replay")
        site.count(generation=made)
        assert reconcile(site.db) == ()
        with site.db.write() as conn:
            generations.discard(conn, made)
        assert reconcile(site.db) == ()


@pytest.mark.parametrize("state", ["replay", "rebuild"])
def test_what_a_killed_replay_left_goes_and_one_that_counts_stays(site: Site, state: str) -> None:
    with clock.set_to(lambda: NOW):
        site.take(message("m1"), like("l1", 5))
        site.count()
        with site.db.write() as conn:
            left, counting = (generations.create(conn, PLUGIN, base=0, state=state) for _ in range(2))
        site.count(generation=left)
    with clock.set_to(lambda: NOW + recount.REPLAY_KEPT + DAY):
        site.count(generation=counting)
        for _ in range(3):
            recount.advance(site.db)
    with site.db.read() as conn:
        states = dict(conn.execute(select(Generation.id, Generation.state)).all())
        assert states == {site.generation: "live", left: "dropped", counting: state}
        assert set(conn.scalars(select(EntryRow.generation))) == {site.generation, counting}


def test_a_rule_changes_from_tomorrow_and_the_past_by_recount_alone(site: Site) -> None:
    with clock.set_to(lambda: NOW):
        site.take(message("m1"), like("l1", 5))
        site.count()
        with site.db.write() as conn:
            draft = recount.draft(conn, PLUGIN, {"like": {"points": 4_000}})
        recount.count(site.db, site.scorer, draft)
        with site.db.read() as conn:
            found = compare.compare(conn, PLUGIN, draft, MEASURE)
            moves = [(move.before, move.after, move.rank_before, move.rank_after) for move in found.moves]
            assert (found.people, moves) == (2, [(2_000, 4_000, 2, 2)])
            assert not standings.waiting(conn) or site.totals(draft) != site.totals()
        with site.db.write() as conn:
            rules.publish(conn, PLUGIN, "like", {"points": 4_000}, recount=True)
            made = recount.begin(conn, PLUGIN, "likes count double")
        site.take(like("l2", 6, actor="U3"))
        site.take(like("l3", 6 + 24 * 60, actor="U4"))
        site.count()
        assert site.totals() == {"U1": 11_050 + 3_000, "U2": 2_000, "U3": 2_000, "U4": 4_000}
        site.count(generation=made, upto=1)
        recount.advance(site.db)
        assert _live(site) == site.generation, "not before it has caught up"
        site.count(generation=made)
        recount.advance(site.db)
        assert _live(site) == site.generation, "not before its boards stand"
        standings.catch_up(site.db)
        recount.advance(site.db)
        assert _live(site) == made
        assert site.totals(made) == {"U1": 14_050, "U2": 4_000, "U3": 4_000, "U4": 4_000}
    with clock.set_to(lambda: NOW + 8 * DAY):
        for _ in range(3):
            recount.advance(site.db)
        with site.db.read() as conn:
            assert dict(conn.execute(select(Generation.id, Generation.state)).all()) == {
                site.generation: "dropped", draft: "dropped", made: "live",
            }  # fmt: skip
            assert set(conn.scalars(select(EntryRow.generation))) == {made}
            assert set(conn.scalars(select(LimitUse.generation))) == {made}


def test_a_rule_of_ones_own_counts_from_its_day_and_the_past_by_recount_alone(site: Site) -> None:
    with clock.set_to(lambda: NOW):
        site.take(message("m1"))
        with site.db.write() as conn:
            draft = recount.draft(conn, PLUGIN, {"own-docs": {"points": 1_000}})
        site.count()
        recount.count(site.db, site.scorer, draft)
        assert (site.totals(), site.totals(draft)) == ({"U1": 5_050}, {"U1": 6_050})
        with site.db.write() as conn:
            rules.publish(conn, PLUGIN, "own-docs", {"points": 1_000}, title="Docs", recount=True)
        site.take(message("m2", "U2"), message("m3", "U3", minute=24 * 60))
        site.count()
        assert site.totals() == {"U1": 5_050, "U2": 5_050, "U3": 6_050}
        with site.db.write() as conn:
            rules.publish(conn, PLUGIN, "own-docs", {"points": 0}, effective=TODAY + 3)
            made = recount.begin(conn, PLUGIN, "docs count from the start")
        site.take(message("m4", "U4", minute=2 * 24 * 60), message("m5", "U5", minute=3 * 24 * 60))
        site.count()
        assert {key: site.totals()[key] for key in ("U4", "U5")} == {"U4": 6_050, "U5": 5_050}
        site.count(generation=made)
        assert site.totals(made) == {"U1": 6_050, "U2": 6_050, "U3": 6_050, "U4": 6_050, "U5": 5_050}
        late = site.new_generation()
        site.count(1, generation=late)
        assert dumped(site, late) == dumped(site, site.generation)
        assert replay.replay(site.db, site.scorer, dry_run=True).same


def _live(site: Site) -> int | None:
    with site.db.read() as conn:
        live = generations.live(conn, PLUGIN)
        assert set(conn.scalars(select(Measure.generation).where(Measure.plugin == PLUGIN))) == {live}
        return live


def test_another_time_zone_is_a_recount(site: Site) -> None:
    site.take(message("m1", minute=180))
    site.count()
    with site.db.write() as conn:
        (made,) = recount.change_zone(conn, "Pacific/Auckland")
        assert recount.change_zone(conn, "Pacific/Auckland") == []
    site.count(generation=made)
    with site.db.read() as conn:
        days = dict(conn.execute(select(EntryRow.generation, EntryRow.day)).all())
    assert days == {site.generation: TODAY, made: TODAY + 1}


def test_replay_gives_the_same_bytes_and_finds_a_wrong_one(site: Site) -> None:
    site.take(message("m1"), *(like(f"l{n}", n, actor=f"U{n}") for n in range(2, 9)), like("u", 99, on=False))
    site.count(2)
    seen: list[tuple[int, int]] = []
    found = replay.replay(
        site.db, site.scorer, dry_run=True, digest=True, progress=lambda at, end: seen.append((at, end))
    )
    assert (found.same, found.position, seen[-1]) == (True, 9, (9, 9))
    assert found.digest == sha256(b"".join(line + b"\n" for line in dumped(site, site.generation))).hexdigest()
    assert found.entries == len([line for line in dumped(site, site.generation) if line.startswith(b'["entry"')])
    assert _live(site) == site.generation
    with site.db.write() as conn:
        conn.exec_driver_sql("UPDATE core_entry SET amount = amount + 1 WHERE id = (SELECT min(id) FROM core_entry)")
    wrong = replay.replay(site.db, site.scorer, dry_run=False)
    assert not wrong.same
    assert wrong.digest is None
    assert "the change is 5.051 of 5.05" in wrong.differences[0]
    assert "by the log 5.05 on" in wrong.differences[0]
    assert _live(site) == wrong.generation
    assert replay.replay(site.db, site.scorer, dry_run=True).same


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ("UPDATE core_limit_use SET raw = raw + 1", "the sums of limits are not"),
        ("UPDATE core_day_total SET amount = amount + 1, stood = stood + 1", "the totals of days are not"),
        ("UPDATE core_limit_use SET label = label || '!'", "the sums of limits are not"),
        ("DELETE FROM core_entry", "follows from the log and is missing"),
    ],
)
def test_replay_names_what_differs(site: Site, spoilt: str, said: str) -> None:
    site.take(message("m1"), *(like(f"l{n}", n, actor=f"U{n}") for n in range(2, 9)))
    site.count(2)
    with site.db.write() as conn:
        conn.exec_driver_sql(spoilt)
    wrong = replay.replay(site.db, site.scorer, dry_run=True)
    assert said in wrong.differences[0]


def test_the_digest_also_knows_under_which_limits_entries_are(site: Site) -> None:
    site.take(message("m1"), message("m2"), like("l1", 2, actor="U2"))
    site.count(2)
    with site.db.write() as conn:
        other = {"id": 1, "generation": site.generation, "raw": 0, "curve": "cap 1", "label": "another"}
        conn.execute(insert(LimitUse).values(other))
        one = EntryRow.limits.is_not(None) & EntryRow.limits.not_like("% %")
        assert conn.execute(update(EntryRow).where(one).values(limits="1")).rowcount
    assert replay.replay(site.db, site.scorer, dry_run=True).same
    wrong = replay.replay(site.db, site.scorer, dry_run=True, digest=True)
    assert "not which limit" in wrong.differences[0]


def test_a_plugin_enabled_late_starts_at_the_beginning(site: Site) -> None:
    site.take(message("m1"), like("l1", 5))
    site.count()

    def renamed(events: Sequence[ScoredEvent], known: Rules) -> list[Entry]:
        return [
            Entry(
                e.event, e.identity, f"late.{e.measure.partition('.')[2]}", e.rule, e.raw, e.reason, e.limits, e.quota
            )
            for e in score(events, known)
        ]

    with site.db.write() as conn:
        measures = [kit.MeasureSpec(f"late.{one.name.partition('.')[2]}", one.title) for one in MEASURES]
        generation = generations.ensure(conn, "late", measures, DEFAULTS)
        assert generations.ensure(conn, "late", measures, DEFAULTS) == generation
    assert generation is not None
    catchup.run(site.db, Scorer("late", renamed), generation, batch=1)
    early = [line.replace(b"points.", b"late.") for line in dumped(site, site.generation)]
    assert dumped(site, generation) == early
