from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from renown import audit
from renown.clock import to_day
from renown.db.engine import Database
from renown.events.models import Event
from renown.events.types import Actor
from renown.people import directory, facts, persons, teams
from renown.people.models import Identity, Person
from tests.people.test_recognise import Make, take

HEADER = "Name,Email,External ID,Affiliation,Team,Team from,Timezone,Joined,Left\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(
        HEADER
        + "Ana Lima,Ana@acme.example,7,employee,Support,2026-01-01,Europe/Lisbon,2024-03-01,\n"
        + '"Müller, Jörg",joerg@acme.example,8,employee,Marketing,,,,\n'
        + "Sam,sam@partner.example,,partner,,,,,2020-01-01\n"
        + "\n",
        encoding="utf-8-sig",
    )
    return path


def totals(db: Database) -> list[int]:
    with db.read() as conn:
        return [conn.scalar(select(func.count()).select_from(table)) or 0 for table in (Person, Event)]


def test_people_and_teams_come_in_and_a_second_time_nothing_changes(db: Database, file: Path) -> None:
    first = directory.import_csv(db, file)
    assert (first.created, first.changed, first.teams) == (3, 0, 2)
    before = totals(db)
    again = directory.import_csv(db, file)
    assert (again.created, again.changed, again.unchanged, again.teams) == (0, 0, 3, 0)
    assert totals(db) == before
    with db.read() as conn:
        ana = persons.find(conn, "ana@acme.example")
        sam = persons.find(conn, "sam")
        assert ana is not None
        assert sam is not None
        assert (ana.name, ana.timezone, sam.status) == ("Ana Lima", "Europe/Lisbon", 1)
        [stay] = teams.of(conn, ana.id)
        assert stay.from_day == to_day(__import__("datetime").date(2026, 1, 1))
        known = facts.load(conn, people=[sam.id])
        assert known.affiliation(sam.id, 0, 1 << 40) == "partner"
        assert audit.verify(conn).whole


def test_a_dry_run_tells_the_same_and_writes_nothing(db: Database, file: Path) -> None:
    before = totals(db)
    told = directory.import_csv(db, file, dry_run=True)
    assert totals(db) == before
    assert told == directory.import_csv(db, file)


def test_a_list_meets_the_accounts_that_are_there_already(db: Database, file: Path, source: Make) -> None:
    mail = {"email": "ana@acme.example", "emailVerified": True}
    take(db, source(), Actor(id="U1", name="ana", **mail), Actor(id="U2", name="jo"))
    file.write_text("email,name,accounts\nana@acme.example,Ana Lima,acme/U2 acme/U3\n")
    assert directory.import_csv(db, file) == directory.Counts(changed=1, merged=1)
    assert directory.import_csv(db, file) == directory.Counts(unchanged=1)
    take(db, source("other"), Actor(id="7", **mail))
    later = take(db, source("third"), Actor(id="U3"))
    with db.read() as conn:
        ana = persons.find(conn, "ana@acme.example")
        assert ana is not None
        assert ana.name == "Ana Lima"
        roots = conn.scalars(
            select(func.coalesce(Person.root_id, Person.id))
            .join(Identity, Identity.person_id == Person.id)
            .where(Identity.id.not_in(later.values()))
        ).all()
    assert roots == [ana.id] * 4


def test_a_mover_moves_today_and_the_past_stays(db: Database, file: Path) -> None:
    file.write_text("email,team\nana@acme.example,Support\n")
    directory.import_csv(db, file)
    file.write_text("email;team\nana@acme.example;Marketing\n")
    assert directory.import_csv(db, file) == directory.Counts(changed=1, teams=1)
    with db.read() as conn:
        ana = persons.find(conn, "ana@acme.example")
        assert ana is not None
        stays = teams.of(conn, ana.id)
    assert [stay.from_day is None for stay in stays] == [True, False]
    assert stays[0].to_day == stays[1].from_day


BAD = {
    "line 2, email: 'ana' is no e-mail address": "email\nana\n",
    "line 3, email: 'a@b.example' is on line 2 already": "email\na@b.example\nA@b.example\n",
    "line 2, joined: '1.2.2026' is no date; write it as 2026-05-31": "email,joined\na@b.example,1.2.2026\n",
    "line 2, left: is not after joined": "email,joined,left\na@b.example,2026-01-02,2026-01-02\n",
    "line 2, affiliation: 'boss' is none of": "email,affiliation\na@b.example,boss\n",
    "line 2, timezone: time zone: 'Mars' is not known": "email,timezone\na@b.example,Mars\n",
    "line 2, email: empty; a person needs": "email,name\n,Ana\n",
    "line 2: has 1 cells where the first line has 2": "email,name\na@b.example\n",
    "line 1, salary: no such column": "email,salary\na@b.example,1\n",
    "line 1, email: is there twice": "email,Email\na@b.example,1\n",
    "line 1, email: missing": "name\nAna\n",
    "line 2, accounts: 'U1': write an account": "email,accounts\na@b.example,U1\n",
    "line 2, accounts: no source has the slug 'nowhere'": "email,accounts\na@b.example,nowhere/U1\n",
    "line 2, name: holds characters": "email,name\na@b.example,An\x00a\n",
    "line 2, name: longer than 256": "email,name\na@b.example," + "x" * 257 + "\n",
    "line 3: is not UTF-8": "email,name\na@b.example,x\nb@b.example,J\udcf6rg\n",
    "line 2: cannot be read": 'email,name\na@b.example,"x\n',
    "line 2, handle: 'Ana Lima': letters": "handle\nAna Lima\n",
}


@pytest.mark.parametrize(("message", "text"), BAD.items(), ids=BAD)
def test_a_fault_names_line_and_column_and_nothing_is_written(
    db: Database, tmp_path: Path, message: str, text: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(directory.BadSheet) as bad:
        directory.import_csv(db, file)
    assert str(bad.value).startswith(message)
    assert totals(db) == [0, 0]


def test_all_faults_are_told_at_once(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("email,joined\nana,soon\nb@b.example,2026-01-01\nc,\n")
    with pytest.raises(directory.BadSheet) as bad:
        directory.import_csv(db, file)
    assert [(fault.line, fault.column) for fault in bad.value.faults] == [(2, "email"), (2, "joined"), (4, "email")]


def test_an_empty_file_says_what_is_missing(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_text("")
    with pytest.raises(directory.BadSheet, match="line 1, email: missing"):
        directory.import_csv(db, file)
