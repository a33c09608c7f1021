"""Nights in a row, by the plugin's own job: what holds from one to the next, and what does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select

from renown import clock
from renown.context import settings
from renown.events import log
from renown.events.types import Actor, CloudEvent, Data, ObjectRef, collab
from renown.ledger import recount
from renown.people import affiliations, calendar
from renown_influence import graph, kept, quality, reading, redo, run, scopes, store, timeline
from renown_influence.history import WHOLE, of
from renown_influence.models import Epoch, Run, Score
from tests.influence.company import NOW, SOURCE, Company, opened, settled
from tests.ready import Ready

SIZE = 14
TODAY = NOW // clock.DAY
#: The second of July: another quarter.
SUMMER = 43


@pytest.fixture
def company(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Company]:
    with ready(dialect).copy(settled(SIZE), tmp_path) as url, opened(url, tmp_path) as made:
        yield made


def mingle(company: Company, times: int = 1, days_ago: int = 10, people: int = SIZE) -> None:
    """Everybody likes something of everybody; more of who comes later."""
    some = range(people)
    company.likes({(a, b): times * (1 + b // 5) for a in some for b in some if a != b}, days_ago)


def night(company: Company, days: float = 1) -> Run:
    company.later(days)
    company.settle()
    return runs(company)[-1]


def again(company: Company) -> Run:
    """One more on the same day."""
    company.settle()
    with company.writing() as ctx:
        run.ask(ctx, "asked")
    return night(company, 0)


def runs(company: Company) -> list[Run]:
    with company.renown.contexts.of("influence").reading() as ctx:
        found = list(ctx.session.scalars(select(Run).order_by(Run.id)))
        ctx.session.expunge_all()
    return found


def frozen(company: Company, number: int) -> Epoch:
    with company.writing() as ctx:
        found = ctx.session.get_one(Epoch, ctx.session.get_one(Run, number).epoch_id)
        ctx.session.expunge_all()
    return found


def levels(company: Company, measure: str = run.MEASURE, topic: int = 0) -> dict[int, int]:
    with company.writing() as ctx:
        return dict(zip(*ctx.standings.levels(measure, scopes.scope(topic)), strict=True))


def choose(company: Company, **values: object) -> None:
    with company.db.write() as conn:
        settings.save(conn, company.renown.plugins.manifests["influence"], company.renown.keyring, values)


def weights(company: Company, number: int) -> dict[tuple[int, int], float]:
    """What a run weighed, by employees' numbers: owner, rater."""
    with company.writing() as ctx:
        found = kept.load(ctx, ctx.session.get_one(Run, number))
    assert found is not None
    pairs, who = found.inputs.pairs, {person: n for n, person in enumerate(company.people)}
    names = [who.get(person, -1) for person in found.people.tolist()]
    return {
        (names[owner], names[rater]): weight
        for owner, rater, weight in zip(pairs.owner.tolist(), pairs.rater.tolist(), pairs.weight.tolist(), strict=True)
    }


def test_a_quarter_is_frozen_at_its_first_run_and_the_next_one_anew(company: Company) -> None:
    choose(company, cohesion=0.5)
    mingle(company)
    first = again(company)
    mingle(company, 20, days_ago=0)
    second = night(company)
    third = night(company, SUMMER)
    assert first.epoch_id == second.epoch_id != third.epoch_id
    assert frozen(company, third.id).kappa > 2 * frozen(company, first.id).kappa
    with company.writing() as ctx:
        then, later, now = (kept.load(ctx, one) for one in (first, second, third))
        assert then is not None
        assert later is not None
        assert now is not None
        assert kept.frozen(ctx, then).ties is None
        assert kept.frozen(ctx, later).ties is None, "who is friends with whom is known from the quarter before"
        found = kept.frozen(ctx, now).ties
    expected = graph.saturated(then.inputs.pairs, frozen(company, first.id).kappa).matrix()
    assert abs(found - expected).max() == 0
    with company.writing() as ctx:
        told = timeline.of(ctx, company.people[3], third.day)
    assert told.scales == (third.day,)


def test_nothing_freezes_a_quarter_before_there_is_something(company: Company) -> None:
    empty = again(company)
    assert (empty.state, empty.pairs) == ("published", 0)
    company.likes({(3, 2): 4, (4, 2): 1})
    few = night(company)
    mingle(company, 3)
    many = night(company)
    company.likes({(3, 2): 50}, days_ago=0)
    after = night(company)
    assert [frozen(company, one.id).lasting for one in (empty, few, many)] == [False, False, True]
    assert frozen(company, empty.id).kappa == 1.0
    assert frozen(company, many.id).kappa > 2
    assert many.epoch_id == after.epoch_id
    assert [redo.again(company.renown.contexts.of("influence"), one.id).same for one in (few, many)] == [True, True]
    with company.writing() as ctx:
        assert timeline.of(ctx, company.people[2], after.day).scales == (many.day,)


def test_a_small_company_freezes_its_quarters_too(company: Company) -> None:
    company.likes({(3, 2): 4, (4, 2): 1, (4, 3): 1})
    first, early = again(company), night(company, 20)
    late = night(company, 10)
    last = night(company, 3)
    assert [frozen(company, one.id).lasting for one in (first, early, late)] == [False, False, True]
    assert late.epoch_id == last.epoch_id


def test_evidence_that_was_counted_anew_is_frozen_anew_and_it_is_told(company: Company) -> None:
    mingle(company)
    first = again(company)
    with company.db.write() as conn:
        recount.begin(conn, "influence", "the same again", via="cli")
    company.settle()
    second = night(company)
    third = night(company)
    assert first.generation != second.generation
    assert first.epoch_id != second.epoch_id == third.epoch_id
    with company.writing() as ctx:
        assert timeline.of(ctx, company.people[3], third.day).scales == (second.day,)


def test_a_run_comes_each_night_at_its_hour(company: Company) -> None:
    choose(company, hour=3)
    company.settle()
    before = len(runs(company))
    company.now = (TODAY + 1) * clock.DAY + 2 * 3600 * clock.SECOND + 3599 * clock.SECOND
    company.settle()
    assert len(runs(company)) == before
    night(company, 1 / 86400)
    assert [one.reason for one in runs(company)[before:]] == ["nightly"]
    night(company, 0.5)
    assert len(runs(company)) == before + 1


def test_a_run_whose_worker_died_is_failed_and_tried_again(company: Company) -> None:
    company.settle()
    company.later(1)
    with company.writing() as ctx:
        number = run._begin(ctx)
    company.settle()
    dead = runs(company)[-2]
    assert (dead.id, dead.state) == (number, "failed")
    assert dead.error == "The worker that did it went away. It is tried again after 5 minutes."
    found = night(company, 5 / 1440)
    assert (found.state, found.reason, found.tries) == ("published", "nightly", 1)


@pytest.mark.parametrize("stage", ["Solving", "Publishing"])
def test_a_run_that_was_taken_over_publishes_nothing(company: Company, stage: str) -> None:
    again(company)
    mingle(company)
    before = levels(company)
    company.settle()
    ctx = company.renown.contexts.of("influence")
    with company.writing() as inner:
        run.ask(inner, "asked")

    def taken(said: str, thousandths: int) -> None:
        if said == stage:
            with ctx.writing() as other:
                run.ask(other, "asked")
                run._begin(other)

    assert run.work(ctx, taken)
    assert levels(company) == before == {}
    *_, mine, other = runs(company)
    assert (mine.state, other.state) == ("failed", "running")


def test_a_run_after_an_erasure_that_fails_is_tried_again_later_each_time(company: Company) -> None:
    company.now -= 8 * 3600 * clock.SECOND
    again(company)
    ctx = company.renown.contexts.of("influence")
    with company.writing() as inner:
        run.ask(inner, "erasure")

    def full(said: str, thousandths: int) -> None:
        raise OSError("no room")

    for minutes in run.AGAIN:
        with pytest.raises(OSError, match="no room"):
            run.work(ctx, full)
        failed, waiting = runs(company)[-2:]
        assert failed.error == f"OSError: no room It is tried again after {minutes} minutes."
        assert (waiting.state, waiting.reason) == ("asked", "erasure")
        company.later((minutes - 1) / 1440)
        assert not run.work(ctx, full), "not yet"
        company.later(1 / 1440)
    with pytest.raises(OSError, match="no room"):
        run.work(ctx, full)
    assert runs(company)[-1].state == "failed"
    assert not run.work(ctx, full)
    assert night(company).state == "published"


def test_a_nightly_run_that_fails_is_not_done_each_minute(company: Company) -> None:
    company.settle()
    company.later(1)
    ctx = company.renown.contexts.of("influence")

    def full(said: str, thousandths: int) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        run.work(ctx, full)
    company.later(1 / 1440)
    assert not run.work(ctx, full)
    assert night(company, 5 / 1440).state == "published"


def test_a_run_uses_what_it_says_it_was_made_with(company: Company) -> None:
    again(company)
    mingle(company)
    company.settle()
    ctx = company.renown.contexts.of("influence")
    with company.writing() as inner:
        run.ask(inner, "asked")
        number = run._begin(inner)
    assert number is not None
    choose(company, alpha=0.3, half_life=5)
    run._reckon(ctx, number, lambda stage, thousandths: None)
    assert runs(company)[-1].parameters["alpha"] == 0.85
    assert redo.again(ctx, number).said == "The same bytes."


def test_leave_that_is_entered_freezes_what_was_earned(company: Company) -> None:
    """Person 2 and 3 are idle for 18 weeks; only the leave of 2 is entered."""
    with company.db.write() as conn:
        calendar.set_leave(conn, company.people[2], TODAY, TODAY + 126)
    company.likes({(2, 4): 1, (3, 4): 1, (5, 2): 1, (5, 3): 1}, days_ago=1)
    found = weights(company, night(company, 126).id)
    assert found[2, 5] > 0.98 * 0.5
    assert found[3, 5] < 0.6 * 0.5


def test_what_a_customer_says_changes_nothing(company: Company) -> None:
    with company.db.write() as conn:
        affiliations.affiliate(conn, company.people[SIZE - 1], "customer")
    mingle(company, people=SIZE - 1)
    again(company)
    before = levels(company)
    company.likes({(SIZE - 1, 2): 50, (SIZE - 1, 3): 1})
    last = again(company)
    assert weights(company, last.id)[2, SIZE - 1] > 20
    assert levels(company) == before


def test_a_dislike_moves_quality_and_leaves_influence_alone(company: Company) -> None:
    mingle(company)
    again(company)
    before = levels(company)
    assert levels(company, quality.MEASURE) == {}
    with company.db.write() as conn:
        log.append(conn, [(company.source, [disliked(company, rater, 3) for rater in range(4, SIZE)])])
    again(company)
    assert levels(company) == before
    found = levels(company, quality.MEASURE)
    assert found[company.people[3]] < min(found[company.people[n]] for n in range(SIZE) if n != 3)


def disliked(company: Company, rater: int, owner: int) -> CloudEvent:
    return CloudEvent(
        specversion="1.0",
        id=f"d{rater}-{owner}",
        source=SOURCE,
        type=collab("vote"),
        time=clock.to_datetime(company.now - clock.DAY + rater),
        data=Data(
            type="Dislike",
            actor=Actor(id=f"U{rater}"),
            object=ObjectRef(id=f"bad{owner}", kind="message", attributedTo=Actor(id=f"U{owner}")),
        ),
    )


def test_in_another_time_zone_days_are_read_anew(company: Company) -> None:
    """Before the worker has counted the past in it, too."""
    company.now = TODAY * clock.DAY + 23 * 3600 * clock.SECOND
    company.likes({(2, 3): 1}, days_ago=5)
    again(company)
    assert acted(company, 2, range(TODAY - 6, TODAY - 2)) == [TODAY - 5]
    with company.db.write() as conn:
        recount.change_zone(conn, "Asia/Tokyo")
    with company.writing() as ctx:
        run.ask(ctx, "asked")
    assert run.work(company.renown.contexts.of("influence"))
    assert acted(company, 2, range(TODAY - 6, TODAY - 2)) == [TODAY - 4]


def acted(company: Company, n: int, days: range) -> list[int]:
    with company.writing() as ctx:
        found = reading.acted(ctx, ctx.people.accounts_of(company.people[n]), np.array(days))
    assert found is not None
    return np.array(days)[found].tolist()


def test_a_wrong_date_costs_no_memory_and_a_longer_memory_is_read_anew(company: Company) -> None:
    company.likes({(2, 3): 1}, days_ago=TODAY)
    company.likes({(2, 3): 1}, days_ago=2000)
    company.likes({(4, 3): 1}, days_ago=3)
    again(company)
    assert span(company) < 1500
    assert acted(company, 4, range(TODAY - 5, TODAY)) == [TODAY - 3]
    choose(company, half_life=120)
    again(company)
    assert 2000 <= span(company) < 3000
    assert acted(company, 2, range(TODAY - 2002, TODAY - 1998)) == [TODAY - 2000]
    choose(company, half_life=60)
    again(company)
    assert span(company) < 1500
    assert acted(company, 4, range(TODAY - 5, TODAY)) == [TODAY - 3]


def span(company: Company) -> int:
    """Days of which it is kept who did anything."""
    with company.writing() as ctx:
        return int(store.load(ctx, "evidence", ("wide",))["wide"][2]) * 8


def test_an_act_of_tomorrow_counts_when_it_comes(company: Company) -> None:
    company.likes({(2, 3): 1}, days_ago=-1)
    again(company)
    night(company, 3)
    assert acted(company, 2, range(TODAY - 3, TODAY + 3)) == [TODAY + 1]


def test_a_quiet_night_takes_fewer_rounds(company: Company) -> None:
    mingle(company)
    company.likes({(0, n): 30 for n in range(1, 5)})
    first = again(company)
    assert night(company).rounds < first.rounds - 2


def test_of_old_runs_only_the_newest_are_kept(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    mingle(company)
    monkeypatch.setattr(kept, "RUNS", 3)
    for _ in range(5):
        last = again(company)
    assert held(company) == {last.id - 2, last.id - 1, last.id}
    monkeypatch.setattr(kept, "BYTES", 1)
    last = again(company)
    assert held(company) == {last.id - 1, last.id}, "two in any case, however large"


def held(company: Company) -> set[int]:
    with company.writing() as ctx:
        return {int(name.removeprefix("run:")) for name in kept.names(ctx) if name.startswith("run:")}


def test_what_is_forgotten_is_no_score_and_no_topic_any_more_and_history_says_when(company: Company) -> None:
    choose(company, half_life=5)
    mingle(company)
    again(company)
    with company.writing() as ctx:
        (topic,) = (one.id for one in ctx.spaces.public(range(1, 9)).values())
    assert len(levels(company)) == len(levels(company, topic=topic)) == SIZE
    last = night(company, 130)
    assert levels(company) == levels(company, topic=topic) == {}
    with company.writing() as ctx:
        for where in (0, topic):
            first, end = of(ctx, company.people[5], where)
            assert first.amount > 0
            assert (end.day, end.amount) == (last.day, 0)
    night(company)
    with company.writing() as ctx:
        assert len(of(ctx, company.people[5])) == 2, "once"


def test_history_has_a_row_where_a_score_changed_and_the_last_run_of_a_day_is_right(company: Company) -> None:
    mingle(company)
    first = again(company)
    company.likes({(n, 2): 40 for n in range(5, SIZE)}, days_ago=0)
    second = again(company)
    quiet = night(company)
    with company.writing() as ctx:
        told = of(ctx, company.people[2])
        assert (
            ctx.session.scalars(select(Score.run_id).where(Score.person_id == company.people[2])).first() == second.id
        )
    assert [row.day for row in told][:1] == [first.day]
    assert told[-1].amount == levels(company)[company.people[2]]
    assert len(told) <= 1 + (quiet.moved > 0)


def test_long_past_weeks_keep_the_row_they_ended_with(company: Company) -> None:
    monday = (TODAY - WHOLE + 3) // 7 * 7 - 3
    days = (monday - 21, monday - 17, monday - 15, monday - 14, monday - 8, monday - 1, monday, monday + 1)
    rows = [{"person_id": 1, "topic": 0, "day": day, "amount": day, "run_id": 1} for day in days]
    rows.append({"person_id": 1, "topic": 7, "day": monday - 21, "amount": 1, "run_id": 1})
    with company.db.write() as conn:
        conn.execute(insert(Score.__table__), rows)
    again(company)
    with company.writing() as ctx:
        assert [row.day for row in of(ctx, 1)] == [monday - 15, monday - 8, monday - 1, monday, monday + 1]
        assert [row.day for row in of(ctx, 1, 7)] == [monday - 21]
    night(company, 7)
    with company.writing() as ctx:
        assert [row.day for row in of(ctx, 1)] == [monday - 15, monday - 8, monday - 1, monday + 1]
