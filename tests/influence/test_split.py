"""A person who becomes two again while a run is under way: what it read does not hold, so it is begun anew."""

from __future__ import annotations

from sqlalchemy import select

from renown.people import merge
from renown_influence import run
from renown_influence.models import Run
from renown_influence.plugin import person_split
from tests.influence.office import Office


def test_a_split_during_a_run_begins_it_anew(own_office: Office) -> None:
    kept, gone = own_office.people["U1"], own_office.people["U11"]
    with own_office.db.write() as conn:
        joined = merge.merge(conn, kept, gone, "administrator", None)
    own_office.again()
    assert gone not in scored(own_office)
    with own_office.writing() as inner:
        run.ask(inner, "asked")

    def meanwhile(stage: str, _: int) -> None:
        if stage == "Publishing":
            with own_office.db.write() as conn:
                merge.split(conn, joined, None)
            with own_office.writing() as inner:
                person_split(kept, gone, inner)

    assert run.work(own_office.renown.contexts.of("influence"), meanwhile)
    with own_office.reading() as inner:
        stopped, asked = inner.session.scalars(select(Run).order_by(Run.id.desc()).limit(2)).all()[::-1]
        assert (stopped.state, stopped.error) == ("failed", "One person became two again meanwhile.")
        assert (asked.state, asked.reason) == ("asked", "asked")
    own_office.reckon()
    assert {kept, gone} <= scored(own_office)


def scored(office: Office) -> set[int]:
    with office.reading() as ctx:
        return set(ctx.standings.levels(run.MEASURE)[0])
