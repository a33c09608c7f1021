"""`renown audit`: the record of administrative acts."""

from __future__ import annotations

import sys

import click

from renown import audit as record
from renown import clock
from renown.cli.common import emit_json, json_option, open_database


@click.group()
def audit() -> None:
    """The record of administrative acts."""


@audit.command()
@json_option
def verify(as_json: bool) -> None:
    """Check that no act was changed, added or taken out. Exits with 1 where one was.

    Note the head somewhere else: as long as it comes up again, the record up to it is the same.
    """
    with open_database() as db, db.read() as conn:
        report = record.verify(conn)
    if as_json:
        emit_json(
            {
                "whole": report.whole,
                "entries": report.rows,
                "blanked": report.blanked,
                "head": report.head,
                "broken": report.broken,
                "what": report.what,
            }
        )
    elif report.whole:
        until = f" up to {clock.to_datetime(report.at):%Y-%m-%d %H:%M} UTC" if report.at is not None else ""
        click.echo(f"Whole{until}: {report.rows} entries, {report.blanked} of them blanked. Head {report.head}.")
    else:
        click.echo(f"Broken: entry {report.broken} {report.what}. Whole up to entry {report.rows}.", err=True)
    if not report.whole:
        raise SystemExit(1)


@audit.command("export")
def export() -> None:
    """Print the whole record as JSON lines, oldest first."""
    with open_database() as db, db.read() as conn:
        for line in record.export(conn):
            sys.stdout.write(line)
