"""Acme's own list of people, as the CSV file that `renown people import` takes."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from pathlib import Path

from renown.clock import to_date
from renown.db.engine import Database
from renown.demo.organisation import Colleague
from renown.people import directory

COLUMNS = ("name", "email", "affiliation", "affiliation_from", "team", "team_from", "joined", "accounts")


def take(db: Database, colleagues: Iterable[Colleague], start: int, github: str) -> None:
    """Everybody with their team; `github` is the slug of the source that has their accounts on GitHub."""
    first = to_date(start).isoformat()
    rows = [
        (
            one.name,
            one.email,
            "employee",
            first,
            one.team,
            first,
            first,
            f"{github}/u{one.github}" if one.on_github else "",
        )
        for one in colleagues
    ]
    _import(db, COLUMNS, rows)


def move(db: Database, colleagues: Iterable[Colleague], day: int) -> None:
    """They change to the team they have now, from `day` on."""
    rows = [(one.email, one.team, to_date(day).isoformat()) for one in colleagues]
    _import(db, ("email", "team", "team_from"), rows)


def _import(db: Database, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)
        directory.import_csv(db, path, via="demo")
