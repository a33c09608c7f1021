"""`renown ideation import` and `renown ideation export`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import select

from renown.api import PluginContext
from renown_ideation.models import Board
from renown_ideation.moving import exporting, importing
from renown_ideation.moving.report import OUTCOMES, Report


def commands(ctx: PluginContext) -> list[click.Command]:
    return [_import(ctx), _export(ctx)]


def _import(ctx: PluginContext) -> click.Command:
    @click.command("import")
    @click.argument("kind", type=click.Choice(list(importing.READERS)))
    @click.argument("file", type=click.Path(exists=True, path_type=Path))
    @click.option("--board", required=True, metavar="SLUG", help="The board that it is brought to; make it first.")
    @click.option("--source", default="", metavar="NAME", help="Where it comes from, where two come to one board.")
    @click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
    @click.option("--leave-out", is_flag=True, help="Leave bad lines out; otherwise nothing is written while one is.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
    def command(kind: str, file: Path, board: str, source: str, dry_run: bool, leave_out: bool, as_json: bool) -> None:
        """Bring ideas, comments, answers and votes of another tool to a board. A second time doubles nothing.

        KIND says what FILE is. Exits with 1 where a line is bad.
        """
        try:
            report = importing.run(
                ctx, kind, file, board, source=source, dry_run=dry_run, leave_out=leave_out
            )  # fmt: skip
        except importing.NoSuchBoard:
            raise click.ClickException(f"no board has the address {board!r}: make it first") from None
        click.echo(json.dumps(report.data(), indent=2) if as_json else "\n".join(_said(report)))
        if report.bad:
            sys.exit(1)

    return command


def _export(ctx: PluginContext) -> click.Command:
    @click.command("export")
    @click.argument("target", type=click.Path(path_type=Path))
    @click.option("--board", required=True, metavar="SLUG")
    def command(target: Path, board: str) -> None:
        """Write a board into a folder, or a file that ends in .zip: four tables that can be imported again.

        They hold e-mail addresses of people: keep them as you keep a back-up.
        """
        with ctx.reading() as inner:
            found = inner.session.scalar(select(Board).where(Board.slug == board))
            if found is None:
                raise click.ClickException(f"no board has the address {board!r}")
            try:
                made = exporting.to(inner, found, target)
            except OSError as error:
                raise click.ClickException(f"{target}: {error}") from None
        with ctx.writing() as inner:
            inner.audit.record("export", by=None, target=f"board:{board}", details=dict(made.rows))
        for name, number in made.rows.items():
            click.echo(f"{number:8,}  {name}")
        if made.hidden:
            click.echo(f"votes.csv is left out: {made.hidden.why}")

    return command


def _said(report: Report) -> Iterator[str]:
    yield f"{'':18}" + "".join(f"{title.lower():>{max(len(title), 9) + 2}}" for title in OUTCOMES.values())
    for title, *numbers in report.rows():
        widths = (max(len(one), 9) + 2 for one in OUTCOMES.values())
        yield f"{title:18}" + "".join(f"{number:>{width},}" for number, width in zip(numbers, widths, strict=True))
    people = report.people
    yield (
        f"People: {people['known']:,} known here, {people['joined']:,} new customers, {people['names']:,} kept as names"
    )
    for line in report.lines:
        field = f", {line.field}" if line.field else ""
        yield _plain(f"{line.weight}: {line.where}{field}: {line.said}")
    if untold := sum(report.weights.values()) - len(report.lines):
        yield f"and {untold:,} lines more"
    yield report.verdict()


def _plain(text: str) -> str:
    """Without what would command a terminal."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
