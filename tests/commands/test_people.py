"""`renown people import`: sheets as other programs write them, and every fault with its line and column."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from renown.clock import to_day
from renown.db.engine import Database
from renown.events.models import Event
from renown.people import persons, teams
from renown.people.models import Person, Team
from tests.commands.conftest import Run

SHEETS = {
    "with a byte order mark": "\ufeffemail,name,team\nana@acme.example,Ana Lima,Support\nbo@acme.example,Bo,Sales\n",
    "semicolons and CRLF": "Email;Name;Team\r\nana@acme.example;Ana Lima;Support\r\nbo@acme.example;Bo;Sales\r\n",
    "tabs and CR alone": "email\tname\tteam\rana@acme.example\tAna Lima\tSupport\rbo@acme.example\tBo\tSales",
    "quotes and blank lines": '"email","name","team"\n\n"ana@acme.example","Ana Lima","Support"\n,,\n'
    "bo@acme.example,Bo,Sales\n\n",
}


@pytest.mark.parametrize("text", SHEETS.values(), ids=SHEETS)
def test_a_sheet_is_read_however_it_was_saved(run: Run, db: Database, tmp_path: Path, text: str) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(text.encode())
    figures = json.loads(run("people", "import", file, "--json").stdout)
    assert figures == {"created": 2, "changed": 0, "unchanged": 0, "teams": 2, "merged": 0}
    with db.read() as conn:
        assert conn.scalars(select(Person.name).order_by(Person.name)).all() == ["Ana Lima", "Bo"]
        assert conn.scalars(select(Team.name).order_by(Team.name)).all() == ["Sales", "Support"]


def test_every_fault_has_line_and_column_and_not_even_good_lines_come_in(
    run: Run, db: Database, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "email;name;team;team_from;joined\n"
        "good@acme.example;Good;Support;2026-01-01;\n"
        "not an address;Ana;;;\n"
        "bo@acme.example;Bo;Sales;31.12.2026;2026-02-30\n"
        "GOOD@acme.example;Good again;Sales;;\n"
        "few@acme.example;Few\n"
    )
    for arguments in ((), ("--json",), ("--dry-run",)):
        refused = run("people", "import", file, *arguments)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert [line.removeprefix("Error: ") for line in refused.stderr.splitlines() if "line " in line] == [
            "line 3, email: 'not an address' is no e-mail address",
            "line 4, team_from: '31.12.2026' is no date; write it as 2026-05-31",
            "line 4, joined: '2026-02-30' is no date; write it as 2026-05-31",
            "line 5, email: 'good@acme.example' is on line 2 already",
            "line 6: has 2 cells where the first line has 5",
        ]
    with db.read() as conn:
        assert [conn.scalar(select(func.count()).select_from(one)) for one in (Person, Team, Event)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "line 1, email: missing; a person needs an email, external_id or handle column"),
        (b"\n\n", "line 1, email: missing"),
        (b"name,team\nAna,Support\n", "line 1, email: missing"),
        (b"email,salary\na@b.example,1\n", "line 1, salary: no such column; there are name, email, external_id"),
        ("email,name\na@b.example,Jörg\n".encode("latin-1"), "line 2: is not UTF-8; save the file as CSV UTF-8"),
        ("email,name\na@b.example,Ana\n".encode("utf-16"), "line 1: is not UTF-8"),
    ],
)
def test_a_sheet_that_is_none_says_what_it_lacks(run: Run, tmp_path: Path, data: bytes, told: str) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(data)
    refused = run("people", "import", file, "--json")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"Error: {told}" in refused.stderr


def test_teams_that_overlap_end_as_one_after_the_other(run: Run, db: Database, tmp_path: Path) -> None:
    """One team at a time: who is said to be in a second one from a day on left the first on that day."""
    file = tmp_path / "people.csv"
    for team, since in (("Support", "2026-01-01"), ("Sales", "2026-03-01")):
        file.write_text(f"email,team,team_from\nana@acme.example,{team},{since}\n")
        assert run("people", "import", file).exit_code == 0
    with db.read() as conn:
        ana = persons.find(conn, "ana@acme.example")
        assert ana is not None
        stays = [(one.from_day, one.to_day) for one in teams.of(conn, ana.id)]
    turn = to_day(date(2026, 3, 1))
    assert stays == [(to_day(date(2026, 1, 1)), turn), (turn, None)]
    file.write_text("email,team\nana@acme.example,Support\nana@acme.example,Sales\n")
    refused = run("people", "import", file)
    assert (refused.exit_code, "line 3, email: 'ana@acme.example' is on line 2 already" in refused.stderr) == (1, True)
