"""Somebody is forgotten: no table of the plugin has their id any more, whatever they did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, String, Table, Text, func, insert, select

from renown.people.models import Person
from renown_ideation.campaigns import deciding, sealing
from renown_ideation.models import Base, CampaignNote, Decision
from tests.ideation.campaigns import staged
from tests.ideation.company import Company, submit

#: What stays, and why.
STAYS = {
    "ideation_vote.person_id": "numbers that others read stay as they are: of the person themselves nothing is known",
}


def _people() -> Iterator[Column[Any]]:
    """Every column that says who somebody is."""
    for table in Base.metadata.sorted_tables:
        if table.name.startswith("ideation_"):
            for column in table.columns:
                if any(key.column.table.name == Person.__tablename__ for key in column.foreign_keys):
                    yield column


def _row(conn: Connection, table: Table, person: int) -> dict[str, Any]:
    """One that names the person wherever it can, and else says as little as it may."""
    values: dict[str, Any] = {}
    for column in table.columns:
        keys = [one.column for one in column.foreign_keys]
        if keys and keys[0].table.name == Person.__tablename__:
            values[column.name] = person
        elif keys and (not column.nullable or column.name in ("idea_id", "comment_id")):
            values[column.name] = conn.scalar(select(func.max(keys[0])))
        elif not column.nullable and column.autoincrement is not True and not _counts(table, column):
            values[column.name] = _least(column)
    return values


def _counts(table: Table, column: Column[Any]) -> bool:
    return table.autoincrement_column is column


def _least(column: Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, JSON):
        return []
    if isinstance(kind, Boolean):
        return False
    return "new" if isinstance(kind, String | Text) else 7


def _named(company: Company, person: int) -> list[str]:
    with company.db.read() as conn:
        return [
            str(one)
            for one in _people()
            if conn.scalar(select(func.count()).select_from(one.table).where(one == person)) and str(one) not in STAYS
        ]


def _forget(company: Company, name: str, by: str = "ada") -> None:
    person = company.people[name]
    assert submit(company.browser(by), f"/admin/people/{person}/erase", phrase=name).status_code == 302
    company.settle()


def test_no_table_has_the_id_of_somebody_who_is_forgotten(company: Company) -> None:
    carl = company.people["carl"]
    with company.db.write() as conn:
        for table in dict.fromkeys(one.table for one in _people()):
            for needed in _needs(table):
                if conn.scalar(select(func.count()).select_from(needed)) == 0:
                    conn.execute(insert(needed).values(_row(conn, needed, carl)))
            if conn.scalar(select(func.count()).select_from(table)) == 0:
                conn.execute(insert(table).values(_row(conn, table, carl)))
    assert sorted(_named(company, carl)) == sorted({str(one) for one in _people()} - set(STAYS)), "each is tried"
    _forget(company, "carl")
    assert _named(company, carl) == []


def _needs(table: Table) -> Iterator[Table]:
    for column in table.columns:
        for key in column.foreign_keys:
            if key.column.table.name.startswith("ideation_") and key.column.table is not table:
                yield key.column.table


def test_who_sealed_amended_and_decided_a_vote_is_forgotten_and_the_vote_stays(company: Company) -> None:
    company.board()
    campaign = staged.voting(company, "Dark mode", "Offline mode")
    staged.cast(company, campaign, "cleo", {1: 1})
    with company.writing() as ctx:
        due = {"decision.due": "2027-01-01"}
        sealing.amend(ctx, campaign, due, "The board meets later.", ctx.clock.now(), company.people["mo"])
    company.later(9)
    staged.decide(company, campaign, o1=("vote", ""), o2=("", ""))
    with company.writing() as ctx:
        deciding.publish(ctx, campaign, company.people["mo"], "One is enough.")
    company.settle()
    before = _log(company)
    assert _named(company, company.people["mo"])
    _forget(company, "mo")
    assert _named(company, company.people["mo"]) == []
    assert _log(company) == before
    with company.reading() as ctx:
        assert ctx.session.scalar(select(func.count(Decision.id))) == 2


def _log(company: Company) -> list[tuple[str, str]]:
    """What the campaign's page says of what happened."""
    with company.reading() as ctx:
        notes = ctx.session.scalars(select(CampaignNote).order_by(CampaignNote.id))
        return [(one.what, one.text) for one in notes]
