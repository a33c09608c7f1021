"""`renown tokens`: API tokens for programs."""

from __future__ import annotations

import dataclasses

import click
from sqlalchemy import Connection

from renown import audit, clock
from renown.access import tokens as api_tokens
from renown.access.permissions import ACTIONS
from renown.cli.common import discovered, emit_json, emit_table, json_option, named_errors, open_database, settings


@click.group()
def tokens() -> None:
    """API tokens for programs."""


@tokens.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="What it may do, e.g. events:write. Repeatable.")
@click.option("--source", "sources", multiple=True, help="Only for events of this source. Repeatable.")
@click.option("--days", type=click.IntRange(1), help="For so many days; without, until it is revoked.")
@json_option
@named_errors(api_tokens.BadToken)
def add(name: str, scopes: tuple[str, ...], sources: tuple[str, ...], days: int | None, as_json: bool) -> None:
    """Make a token. It is printed once and kept as a hash only."""
    actions = set(ACTIONS)
    if not actions.issuperset(scopes):
        # Plugins are looked for only where one of theirs is asked for: it takes a while.
        actions |= discovered(settings()).permissions.keys()

    def work(conn: Connection) -> api_tokens.Made:
        made = api_tokens.add(conn, name, scopes, sources=sources or None, days=days, actions=actions)
        details = {"name": name, "scopes": list(scopes), "sources": list(sources), "days": days}
        audit.record(conn, "token.added", actor_id=None, via="cli", target=f"token:{made.id}", details=details)
        return made

    with open_database(create=True) as db:
        made = db.retrying(work)
    if as_json:
        emit_json({"token": made.token})
    else:
        click.echo(made.token)
        click.echo("Shown once: keep it now.", err=True)


@tokens.command("list")
@json_option
def show(as_json: bool) -> None:
    """List the tokens, without their secrets."""
    with open_database() as db, db.read() as conn:
        found = api_tokens.listed(conn)
    if as_json:
        emit_json([dataclasses.asdict(one) for one in found])
        return
    emit_table(
        ("id", "name", "ends in", "scopes", "state"),
        [(one.id, one.name, one.hint, " ".join(one.scopes), _state(one)) for one in found],
    )


@tokens.command()
@click.argument("number", type=int, metavar="ID")
def revoke(number: int) -> None:
    """End a token at once."""

    def work(conn: Connection) -> bool:
        ended = api_tokens.revoke(conn, number)
        if ended:
            audit.record(conn, "token.revoked", actor_id=None, via="cli", target=f"token:{number}")
        return ended

    with open_database() as db:
        if not db.retrying(work):
            raise click.ClickException(f"no token {number} is in use: see `renown tokens list`")
    click.echo(f"Token {number} is revoked.")


def _state(one: api_tokens.Listed) -> str:
    if one.revoked_at is not None:
        return "revoked"
    if one.expires_at is not None and one.expires_at <= clock.now():
        return "expired"
    return "never used" if one.used_at is None else f"used {clock.to_datetime(one.used_at):%Y-%m-%d}"
