"""Every drift that can be planted is found, said in plain words, and mended or said to be beyond mending here.

One after the other, each alone. In every run some on SQLite and others on PostgreSQL; `RENOWN_PLANT=all` plants all of
them on both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from renown.cli import main
from renown.health import Site, examine, flow
from renown.ledger.reconcile import SHOWN, reconcile
from tests.holds.kit import scorers
from tests.holds.lived import House, lived
from tests.holds.plant import DRIFTS, KINDS, SCOPES, Drift, standing
from tests.holds.plant_facts import FACTS

ALL = FACTS | DRIFTS


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with lived(database_url) as made:
        yield made


def chosen(dialect: str) -> list[str]:
    if os.environ.get("RENOWN_PLANT") == "all":
        return list(ALL)
    return list(ALL)[::4] if dialect == "sqlite" else list(ALL)[2::8]


def said(house: House, drift: Drift, *, repair: bool = False) -> str:
    """What the command says, each finding with what is to be done; empty where all is well."""
    if drift.command == "doctor" and not repair:
        found = examine(Site(house.db, house.renown.settings, house.renown.plugins), (*flow.CHECKS, *flow.THOROUGH))
        return " / ".join(f"{one.text} {one.remedy}" for one in found if one.state == "bad")
    follower = house.renown.follower
    told = reconcile(house.db, repair=repair, follow=follower.catch_up, scorers=scorers(house.renown))
    return " / ".join(f"{one.said} {one.remedy or ''}" for one in told)


def fault(house: House, drift: Drift) -> str | None:
    """What went wrong with one drift, None where nothing did."""
    house.spoil(drift.plant)
    found = said(house, drift)
    if drift.says not in found:
        return f"not found: {found or 'all is said to be well'}"
    if drift.mended == "nobody":
        return None if drift.to_do in found else f"it is not said what to do: {found}"
    said(house, drift, repair=True)
    if drift.mended == "repair" and (differing := house.differing()):
        return f"not what it was: {differing[:3]}"
    if drift.mended == "anew" and (left := said(house, Drift((), ""))):
        return f"not mended: {left}"
    return None if house.same() else "the ledger says something else than before"


def test_every_drift_is_found_and_mended(house: House, dialect: str) -> None:
    assert not said(house, Drift((), "")), "the house is sound"
    assert not house.differing(), "looking changes nothing"
    faults = {}
    for name in chosen(dialect):
        faults[name] = fault(house, ALL[name])
        house.back()
    assert not {name: one for name, one in faults.items() if one}


def test_a_wrong_standing_is_found_on_every_kind_of_board(house: House) -> None:
    for kind in KINDS:
        for scope in SCOPES:
            house.spoil(standing(kind, scope).plant)
    *found, more = [one.said for one in reconcile(house.db) if one.check == "standings"]
    assert more == f"{len(KINDS) * len(SCOPES) - SHOWN} more like these"
    assert len(found) == SHOWN
    assert all("1 standings differ from the sum of their days" in one for one in found)
    reconcile(house.db, repair=True)
    assert not house.differing()


def test_the_commands_exit_with_1_where_drift_is_left(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENOWN_DATABASE_URL", house.db.url)
    monkeypatch.setenv("RENOWN_DATA", str(tmp_path))
    monkeypatch.setenv("RENOWN_SECRET_KEY", "k" * 40)

    def run(*command: str) -> Result:
        return CliRunner().invoke(main, command)

    house.spoil(DRIFTS["a missing entry"].plant)
    found = run("reconcile")
    assert found.exit_code == 1
    assert "follows from the log and is missing" in found.output
    assert run("reconcile", "--quick", "--repair").exit_code == 2, "a quick look is no ground for a repair"
    mended = run("reconcile", "--repair")
    assert (mended.exit_code, "; repaired" in mended.output) == (0, True), mended.output
    assert run("reconcile").exit_code == 0
    assert house.same()
    house.spoil(DRIFTS["a lost administrative act"].plant)
    found = run("doctor")
    assert found.exit_code == 1
    assert "row 2 is missing" in found.output


def test_of_many_wrong_changes_the_first_are_told_and_the_rest_counted(house: House) -> None:
    with house.db.read() as conn:
        number = conn.exec_driver_sql(f"SELECT count(*) FROM core_entry WHERE generation = {house.live}").scalar_one()
    house.spoil(("UPDATE core_entry SET amount = amount + 1000 WHERE generation = {g}",))
    told = [one.said for one in reconcile(house.db, scorers=scorers(house.renown)) if one.check == "entries"]
    assert len(told) == SHOWN + 1
    assert told[-1] == f"activity: {number - SHOWN} more changes are not what the log gives"


def test_entries_are_not_mended_by_a_rule_that_cannot_be_restored(house: House) -> None:
    """Of a log that lost an event nobody knows that the rows are wrong, and not it."""
    house.spoil((*DRIFTS["a gap in the log"].plant, *FACTS["another body of a rule"].plant))
    with house.db.read() as conn:
        before = conn.exec_driver_sql("SELECT * FROM core_entry ORDER BY id").all()
    told = reconcile(house.db, repair=True, scorers=scorers(house.renown))
    with house.db.read() as conn:
        assert conn.exec_driver_sql("SELECT * FROM core_entry ORDER BY id").all() == before
    [rule] = [one for one in told if one.check == "facts"]
    assert "another body" in rule.said
    assert (rule.repaired, bool(rule.remedy)) == (False, True)
    entries = [one for one in told if one.check == "entries"]
    assert entries
    assert not any(one.repaired for one in entries)
