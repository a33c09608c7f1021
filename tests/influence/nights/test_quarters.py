"""What a quarter freezes, and when: from one night to the next."""

from __future__ import annotations

from renown.ledger import recount
from renown_influence import graph, kept, redo, timeline
from renown_influence.models import Epoch, Run
from tests.influence.company import Company
from tests.influence.nights.working import again, choose, mingle, night

#: The second of July: another quarter.
SUMMER = 43


def frozen(company: Company, number: int) -> Epoch:
    with company.writing() as ctx:
        found = ctx.session.get_one(Epoch, ctx.session.get_one(Run, number).epoch_id)
        ctx.session.expunge_all()
    return found


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
