"""`renown replay` and `renown recount`: the ledger once more, from the log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select

from renown import audit
from renown.app import Renown
from renown.cli.common import emit_json, json_option, named_errors, open_renown
from renown.ledger import recount as recounting
from renown.ledger import replay as replaying
from renown.ledger.catchup import Progress
from renown.ledger.models import Generation


@click.command()
@click.option("--plugin", "only", help="Only the ledger of this plugin.")
@click.option("--dry-run", is_flag=True, help="Compare, and leave everything as it is.")
@click.option("--digest", is_flag=True, help="Also write both out, compare them byte by byte, and give the SHA-256.")
@json_option
@named_errors(replaying.Unsettled, LookupError)
def replay(only: str | None, dry_run: bool, digest: bool, as_json: bool) -> None:
    """Count the whole ledger again from nothing and compare it, entry by entry, with what is there.

    Then the new count takes the place of the old one, unless it is a dry run. The site goes on meanwhile. Exits with 1
    where anything differs.
    """
    with open_renown() as renown:
        renown.follower.catch_up(renown.db)
        plugins, found = counted(renown, only), []
        if only is not None and not plugins:
            raise LookupError(f"plugin {only!r} has no ledger, or is off")
        for plugin in plugins:
            with _bar(plugin) as progress:
                scorer = renown.follower.scorer(plugin)
                found.append(replaying.replay(renown.db, scorer, dry_run=dry_run, digest=digest, progress=progress))
        if not dry_run:
            details = {"replays": [{**_json(one), "differences": len(one.differences)} for one in found]}
            with renown.db.write() as conn:
                audit.record(conn, "ledger.replayed", actor_id=None, via="cli", details=details)
    if as_json:
        emit_json({"replays": [{**_json(one), "dry_run": dry_run} for one in found]})
    else:
        for one in found:
            word = "the same" if one.same else "NOT the same"
            word += "; nothing was changed" if dry_run else "; the new count is read now"
            sha256 = f" (sha256 {one.digest})" if one.digest else ""
            click.echo(f"{one.plugin}: {one.entries} entries up to event {one.position}: {word}{sha256}")
            for difference in one.differences:
                click.echo(f"  {difference}")
    if not all(one.same for one in found):
        sys.exit(1)


@click.command()
@click.argument("plugin")
@click.option("--why", required=True, help="Why, for the record.")
@named_errors(LookupError)
def recount(plugin: str, why: str) -> None:
    """Count PLUGIN's ledger again with the rules, teams and affiliations known today, and switch to that count."""
    with open_renown() as renown:
        db = renown.db
        renown.follower.catch_up(db)
        if plugin not in counted(renown):
            raise LookupError(f"plugin {plugin!r} has no ledger, or is off")
        with db.write() as conn:
            made = recounting.begin(conn, plugin, why, via="cli")
        with _bar(plugin) as progress:
            recounting.count(db, renown.follower.scorer(plugin), made, progress)
        state = recounting.finish(db, renown.follower.scorer(plugin), made)
    click.echo(f"{plugin}: generation {made} is {state}.")


def counted(renown: Renown, only: str | None = None) -> list[str]:
    """Plugins that are on and have a ledger."""
    on = set(renown.plugins.enabled)
    with renown.db.read() as conn:
        live = conn.scalars(select(Generation.plugin).where(Generation.state == "live").order_by(Generation.plugin))
        return [plugin for plugin in live if plugin in on and only in (None, plugin)]


def _json(one: replaying.Replayed) -> dict[str, object]:
    return {
        "plugin": one.plugin,
        "generation": one.generation,
        "position": one.position,
        "entries": one.entries,
        "sha256": one.digest,
        "same": one.same,
        "differences": one.differences,
    }


@contextmanager
def _bar(plugin: str) -> Iterator[Progress]:
    with click.progressbar(length=1, label=plugin, file=sys.stderr) as bar:

        def progress(at: int, end: int) -> None:
            bar.length = max(end, 1)
            bar.update(at - bar.pos)

        yield progress
