"""`renown organisation`: what administrators set for everybody, also on its page."""

from __future__ import annotations

import click
from sqlalchemy import Connection

from renown import audit
from renown.access import customers as joining
from renown.access.customers import POLICIES
from renown.cli.common import emit_json, emit_table, json_option, open_database
from renown.db import stored


@click.group()
def organisation() -> None:
    """The organisation: its name, and which customers may join."""


@organisation.command()
@json_option
def show(as_json: bool) -> None:
    """Show what is set."""
    with open_database() as db, db.read() as conn:
        told = {
            "name": stored.get(conn, "core", "organisation", "Renown"),
            "timezone": stored.get(conn, "core", "timezone", "UTC"),
            "customers": joining.policy(conn),
        }
    if as_json:
        emit_json(told)
    else:
        emit_table(("what", "value"), list(told.items()))


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
