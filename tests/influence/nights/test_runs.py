"""When runs come, what becomes of those that fail or are taken over, and which are kept."""

from __future__ import annotations

import pytest

from renown import clock
from renown_influence import kept, redo, run
from tests.influence.company import Company
from tests.influence.nights.working import TODAY, again, choose, levels, mingle, night, runs


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
