"""`renown organisation`: what administrators set for everybody, also on its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from renown import audit
from renown.access import customers as joining
from renown.access.customers import POLICIES
from renown.cli.common import emit_json, emit_table, json_option, named_errors, open_database
from renown.context import hosts
from renown.db import stored
from renown.web import brand
from renown.web.logos import NoLogo


@click.group()
def organisation() -> None:
    """The organisation: which customers may join, its colours and logo, hosts inside that plugins may ask."""


@organisation.command()
@json_option
def show(as_json: bool) -> None:
    """Show what is set."""
    with open_database() as db, db.read() as conn:
        told: dict[str, Any] = {
            "name": stored.get(conn, "core", "organisation", "Renown"),
            "timezone": stored.get(conn, "core", "timezone", "UTC"),
            "customers": joining.policy(conn),
            "colours": _colours(stored.get(conn, "core", brand.NAME, {})),
            "hosts": hosts.allowed(conn),
        }
    if as_json:
        emit_json(told)
    else:
        emit_table(("what", "value"), list({**told, "hosts": " ".join(told["hosts"]) or "none"}.items()))


def _colours(kept: dict[str, Any]) -> str:
    return " ".join(kept["colours"][theme]["accent"] for theme in ("light", "dark")) if "colours" in kept else "own"


@organisation.command()
@click.argument("light", required=False, default="")
@click.option("--dark", default="", help="The colour on dark ground; without it, a lighter one of the same.")
@named_errors(ValueError)
def colours(light: str, dark: str) -> None:
    """Say in which colour links and buttons are, e.g. "#3a4fd0"; without one, in Renown's own."""
    with open_database(create=True) as db:
        db.retrying(lambda conn: _looks(conn, "colours", lambda: brand.set_accent(conn, light, dark)))
        with db.read() as conn:
            click.echo(f"Colours: {_colours(stored.get(conn, 'core', brand.NAME, {}))}")


@organisation.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@named_errors(NoLogo)
def logo(file: Path | None) -> None:
    """Take FILE, a PNG or WebP picture of up to 100 kB, for the logo; without one, there is none."""
    content = None if file is None else file.read_bytes()
    with open_database(create=True) as db:
        db.retrying(lambda conn: _looks(conn, "logo", lambda: brand.set_logo(conn, content)))
    click.echo("There is no logo." if content is None else "The logo is kept.")


def _looks(conn: Connection, what: str, work: Callable[[], None]) -> None:
    work()
    audit.record(conn, f"settings.{what}", actor_id=None, via="cli")


@organisation.command()
@click.argument("who", type=click.Choice(POLICIES))
def customers(who: str) -> None:
    """Say which customers may join: "no" (administrators let them in), "vouched" (those for whom your product or a
    sign-in service vouches), or "open" (everybody who confirms an e-mail, too)."""

    def work(conn: Connection) -> None:
        before = joining.policy(conn)
        joining.set_policy(conn, who)
        details = {"before": before, "after": who}
        audit.record(conn, "settings.customers", actor_id=None, via="cli", details=details)

    with open_database(create=True) as db:
        db.retrying(work)
    click.echo(f"Customers may join: {who}.")


@organisation.command("hosts")
@click.argument("names", nargs=-1, metavar="[HOST]...")
@click.option("--none", "nothing", is_flag=True, help="Name none any more.")
@named_errors(hosts.NoHost)
def allow_hosts(names: Sequence[str], nothing: bool) -> None:
    """Name the hosts inside the house that plugins may send requests to, by name or address, in place of those before;
    without one, say which they are."""
    if names and nothing:
        raise click.UsageError("name hosts, or --none")
    with open_database(create=True) as db:
        if names or nothing:
            db.retrying(lambda conn: hosts.allow(conn, names, actor_id=None, via="cli"))
        with db.read() as conn:
            kept = hosts.allowed(conn)
    click.echo(f"Plugins may ask inside the house: {', '.join(kept) or 'none'}.")
