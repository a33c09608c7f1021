"""`renown import`: take over the history of a network from its export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from renown import audit
from renown.app import Renown
from renown.cli.common import emit_json, json_option, named_errors, open_renown, say_where
from renown.sources import importing, registry
from renown.sources.intake import Counts

#: Reasons that are printed for people.
SHOWN = 20


class Bar:
    """How far the import is, on standard error."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] = tqdm(unit=" records", disable=None, file=sys.stderr, leave=False)

    def advance(self, by: int = 1, total: int | None = None) -> None:
        self._bar.total = total
        self._bar.update(by)

    def close(self) -> None:
        self._bar.close()


@click.command("import")
@click.argument("network")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--source", help="The source it belongs to, e.g. slack:acme; connected where it is not yet.")
@json_option
@named_errors(importing.CannotImport, importing.BadPayload)
def import_(network: str, file: Path, source: str | None, as_json: bool) -> None:
    """Import FILE, an export of NETWORK: slack, github-archive, or events (CloudEvents, one a line).

    Stop it and start it again as you like: nothing is counted twice. The boards are up to date when it ends.
    """
    with open_renown() as renown:
        renown.begin()
        counts = run(renown, network, file, source)
        with renown.db.write() as conn:
            row = registry.by_name(conn, source) if source else None
            target = None if row is None else f"source:{row.id}"
            details = {"network": network, "file": file.name, **figures(counts)}
            audit.record(conn, "source.import", actor_id=None, via="cli", target=target, details=details)
    if as_json:
        emit_json(figures(counts))
    else:
        say_where()
        click.echo(
            f"{counts.accepted:,} accepted, {counts.duplicates:,} there already, "
            f"{counts.rejected:,} rejected, {counts.skipped:,} skipped."
        )
    _reasons(counts, err=as_json)
    if counts.rejected and counts.rejected == sum(counts.figures().values()):
        raise click.ClickException(f"nothing of {file.name} could be taken: all {counts.rejected:,} were rejected")


def _reasons(counts: Counts, *, err: bool) -> None:
    """Why records were not taken, the most frequent reason first."""
    reasons = sorted(counts.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    for reason, number in reasons[:SHOWN]:
        click.echo(f"{number:>9,}  {reason}", err=err)
    if len(reasons) > SHOWN:
        click.echo(f"           and {len(reasons) - SHOWN:,} more reasons, on the source's page", err=err)
    for detail in counts.details[:10]:
        errors = "; ".join(f"{one.field}: {one.message}".removeprefix(": ") for one in detail.errors)
        click.echo(f"  {detail.id or f'record {detail.index + 1}'}: {errors}", err=True)


def run(renown: Renown, network: str, file: Path, source: str | None) -> Counts:
    bar = Bar()
    try:
        return importing.run(renown.reception, network, file, source, bar, catch_up=renown.catch_up)
    finally:
        bar.close()


def figures(counts: Counts) -> dict[str, int]:
    """Of quarantined ones only where there are some: then a plugin failed, which the source's page tells."""
    found = counts.figures()
    if not found["quarantined"]:
        del found["quarantined"]
    return found
