"""A company that goes on from night to night, and what a run left behind."""

from __future__ import annotations

import numpy as np
from sqlalchemy import select

from renown import clock
from renown.context import settings
from renown_influence import kept, reading, run, scopes
from renown_influence.models import Run
from tests.influence.company import NOW, Company

SIZE = 14
TODAY = NOW // clock.DAY


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


def acted(company: Company, n: int, days: range) -> list[int]:
    with company.writing() as ctx:
        found = reading.acted(ctx, ctx.people.accounts_of(company.people[n]), np.array(days))
    assert found is not None
    return np.array(days)[found].tolist()
