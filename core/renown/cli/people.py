"""`renown people`: the company's list of people and teams."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import click

import renown.events.log  # noqa: F401 - says how core events are appended
from renown.cli.common import emit_json, json_option, named_errors, open_database, say_where
from renown.people import directory


@click.group()
def people() -> None:
    """People and teams."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@json_option
@named_errors(directory.BadSheet)
def import_people(file: Path, dry_run: bool, as_json: bool) -> None:
    """Take over FILE, a CSV file with a line a person. A second time changes nothing.

    Columns: email, external_id or handle (one of them at least), name, team, team_from, affiliation, affiliation_from,
    timezone, joined, left, accounts (source/account, separated by spaces). Dates are written as 2026-05-31.
    """
    with open_database() as db, click.progressbar(length=1, label="People", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        counts = directory.import_csv(db, file, dry_run=dry_run, progress=progress)
    if as_json:
        emit_json(dataclasses.asdict(counts))
        return
    say_where()
    would = "would be " if dry_run else ""
    click.echo(
        f"{counts.created} people {would}added, {counts.changed} {would}changed, {counts.unchanged} unchanged; "
        f"{counts.teams} teams {would}added, {counts.merged} accounts {would}merged."
    )
