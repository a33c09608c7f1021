"""`renown boards`, `why` and `replay`: what is asked for and not there is named, with what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from renown.db.engine import Database
from renown.people import affiliations, persons, teams
from tests.commands.conftest import Run


@pytest.fixture(autouse=True)
def _somebody(db: Database) -> None:
    with db.write() as conn:
        affiliations.affiliate(conn, persons.add(conn, "Ana"), "employee")
        affiliations.affiliate(conn, persons.add(conn, "Cleo"), "customer")
        teams.add(conn, "Support")
        teams.archive(conn, teams.add(conn, "Telex"))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("why ana points", "MEASURE: there is no measure 'points'; there are activity.points"),
        ("boards points", "MEASURE: there is no measure 'points'; there are activity.points"),
        ("why ana activity.points --period may", "--period: 'may' is none of all, rolling, 2026"),
        ("boards activity.points --period 2026-13", "--period: '2026-13' is none of all, rolling, 2026"),
        ("boards activity.points --period 2026-W60", "--period: '2026-W60' is none of all"),
        ("why nobody activity.points", "PERSON: there is nobody 'nobody'; give a handle or an e-mail"),
        ("replay --plugin slack", "plugin 'slack' has no ledger, or is off"),
        ("boards activity.points --team sales", "--team: there is no team 'sales'; there are all, support\n"),
    ],
)
def test_what_is_not_there_is_named_with_what_there_is(run: Run, asked: str, told: str) -> None:
    refused = run(*asked.split(), "--json")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"Error: {told}")


def test_a_measure_of_a_plugin_that_is_off_is_none(run: Run) -> None:
    assert run("plugins", "disable", "activity").exit_code == 0
    refused = run("why", "ana", "activity.points")
    assert refused.exit_code == 1
    assert "there is no measure 'activity.points'; there are ideation.initiative, influence." in refused.stderr
    for other in ("influence", "ideation"):
        assert run("plugins", "disable", other).exit_code == 0
    refused = run("why", "ana", "activity.points")
    assert (refused.exit_code, "no plugin that has any is enabled" in refused.stderr) == (1, True)


def test_who_stands_on_no_board_is_told_from_who_is_not_there(run: Run) -> None:
    refused = run("why", "cleo", "activity.points")
    assert (refused.exit_code, "cleo stands on no board" in refused.stderr) == (1, True)


def test_somebody_without_points_has_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").touch()
    assert run("import", "events", tmp_path / "none.jsonl").exit_code == 0
    told = run("why", "ana", "activity.points", "--json")
    assert (told.exit_code, told.stdout.split()) == (0, ["{", '"amount":', "0,", '"entries":', "[]", "}"])
