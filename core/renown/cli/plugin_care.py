"""`renown plugins retry`, `set-aside`, `catch-up` and `purge`: helping a plugin on, and getting rid of what it has."""

from __future__ import annotations

import time
from collections.abc import Sequence

import click

from renown.cli.common import emit_json, emit_table, json_option, named_errors, open_renown
from renown.context import helping, purging
from renown.context.helping import NotHelped
from renown.context.holdings import Holdings
from renown.context.purging import NotPurged
from renown.context.uses import Reader
from renown.hooks.manager import Plugins
from renown.hooks.states import Status


@click.command("retry")
@click.argument("name")
def retry(name: str) -> None:
    """Have a plugin try again what it failed at: hooks that are suspended, readers that stopped, jobs."""
    with open_renown() as renown:
        _installed(renown.plugins, name)
        helping.try_again(renown.db, renown.plugins, name, actor_id=None, via="cli")
    click.echo(f"{name} tries again.")


@click.command("set-aside")
@click.argument("name")
@click.argument("reader")
@click.option("--reason", required=True, help="Why; the log keeps it.")
@named_errors(NotHelped)
def set_aside(name: str, reader: str, reason: str) -> None:
    """Leave out the event at which READER stopped: the plugin counts nothing for it, now or in a recount."""
    with open_renown() as renown:
        _installed(renown.plugins, name)
        event = helping.set_aside(renown.db, name, reader, reason, actor_id=None, via="cli")
    click.echo(f"Event {event} is set aside for {name}; everything else goes on.")


@click.command("catch-up")
@click.argument("name")
@json_option
@named_errors(NotHelped)
def catch_up(name: str, as_json: bool) -> None:
    """Have a plugin read what is in the log, here and now, and say how far it is. Beside a worker it does no harm."""
    with open_renown() as renown:
        _installed(renown.plugins, name)
        if not renown.plugins.is_on(name):
            raise click.ClickException(f"{name} is {renown.plugins.status(name).state}: it reads nothing")
        done = helping.catch_up(renown.db, renown.plugins, renown.drains, name, _Told(), actor_id=None, via="cli")
    rows = [(one.name, one.state, one.position) for one in done]
    if as_json:
        emit_json([dict(zip(("reader", "state", "position"), row, strict=True)) for row in rows])
    elif rows:
        emit_table(("reader", "state", "position"), rows)
    else:
        click.echo(f"{name} does not read the log.")


@click.command("purge")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Only say what would go, and what would stay.")
@click.option("--yes", "confirmed", is_flag=True, help="Do not ask.")
@json_option
@named_errors(NotPurged)
def purge(name: str, dry_run: bool, confirmed: bool, as_json: bool) -> None:
    """Remove what a plugin that is off has here, also when its code is gone: tables, settings, files and the rest.

    The log, the ledger, closed boards and the record of what administrators did stay.
    """
    with open_renown() as renown:
        with renown.db.read() as conn:
            found = purging.preview(conn, renown.plugins, name, renown.settings.data, renown.loaded.networks(name))
        if renown.plugins.is_wanted(name) and not dry_run:
            raise click.ClickException(f"{name} is switched on: renown plugins disable {name}")
        if not dry_run:
            if not confirmed:
                _tell(found, as_json=False, err=True)
                if click.prompt(f"This cannot be undone. Type {name} to go on", err=True).strip() != name:
                    raise click.ClickException("nothing was removed")
            networks = renown.loaded.networks(name)
            found = purging.purge(
                renown.db, renown.plugins, name, renown.settings.data, networks, actor_id=None, via="cli"
            )
    _tell(found, as_json=as_json)
    if found.kept:
        raise click.ClickException("it is removed, but for files; remove them by hand: " + "; ".join(found.kept))
    if not as_json:
        click.echo("Nothing was removed: this was a dry run." if dry_run else f"What {name} had here is removed.")


ALL = (retry, set_aside, catch_up, purge)


def reason(status: Status) -> str:
    return "; ".join(filter(None, (status.reason, status.remedy)))


def _installed(plugins: Plugins, name: str) -> None:
    if name not in plugins:
        raise click.ClickException(f"no plugin {name!r} is installed")


class _Told:
    """Prints how far the slowest reader is, once a second at most."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, readers: Sequence[Reader]) -> None:
        behind = max(readers, key=lambda one: one.behind, default=None)
        if behind is None or time.monotonic() < self._last + 1:
            return
        self._last = time.monotonic()
        click.echo(f"{behind.name}: {behind.position:,} of {behind.end:,} events", err=True)


def _tell(found: Holdings, *, as_json: bool, err: bool = False) -> None:
    goes = [(f"table {one.name}", one.count) for one in found.tables]
    goes += [(one.name, one.count) for one in found.rows]
    goes += [("files", found.files)] if found.files else []
    stays = [(one.name, f"more than {one.count:,}" if one.more else f"{one.count:,}") for one in found.stays]
    if as_json:
        emit_json({
            "goes": [{"what": what, "count": count} for what, count in goes],
            "stays": [{"what": one.name, "count": one.count, "at_least": one.more} for one in found.stays],
            "sources": found.sources,
            "others": list(found.strangers),
            "kept": list(found.kept),
        })  # fmt: skip
        return
    if goes:
        emit_table(("goes", "count"), goes, err=err)
    else:
        click.echo("It has nothing here.", err=err)
    click.echo(f"Stays: {', '.join(f'{many} {what}' for what, many in stays) or 'what is in the log'}.", err=err)
    if found.sources:
        click.echo(f"Sources connected still, with their secrets: {found.sources}; see Admin, Sources.", err=err)
    if found.strangers:
        click.echo(f"Perhaps another program's, and left: {', '.join(found.strangers)}.", err=err)
