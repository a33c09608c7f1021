"""`renown sources`: connect networks, list and remove them."""

from __future__ import annotations

import click

from renown import audit
from renown.cli.common import emit_json, emit_table, json_option, named_errors, open_renown
from renown.clock import to_datetime
from renown.sources import registry
from renown.sources.registry import AFFILIATIONS, CLOUDEVENTS, SourceError


@click.group()
def sources() -> None:
    """Connected networks."""


@sources.command()
@click.argument("network")
@click.argument("name")
@click.option("--secret", help="The signing secret that the network gave you. Without it one is made and shown once.")
@click.option("--title", help="What people call it.")
@click.option("--affiliation", type=click.Choice(AFFILIATIONS), help="What its accounts are, if not as usual there.")
@json_option
@named_errors(SourceError)
def add(network: str, name: str, secret: str | None, title: str | None, affiliation: str | None, as_json: bool) -> None:
    """Connect NETWORK as the source NAME, e.g. `slack slack:acme`, and print the address to give to the network."""
    with open_renown(create=True) as renown:
        renown.begin()
        connectors = renown.loaded.connectors()
        if network not in connectors and network != CLOUDEVENTS:
            known = ", ".join(sorted([*connectors, CLOUDEVENTS]))
            raise click.BadParameter(f"no connector reads {network!r}; there are: {known}", param_hint="NETWORK")
        connector = connectors.get(network)
        with renown.db.write() as conn:
            row = registry.add(conn, renown.keyring, network, name, connector=connector, secret=secret, title=title)
            if affiliation is not None:
                registry.change(conn, row.id, affiliation=affiliation)
            made = None if secret else renown.keyring.open_all(row.secrets)[0]
            audit.record(conn, "source.added", actor_id=None, via="cli", target=f"source:{row.id}")
        address = (renown.settings.url or "http://localhost:8000") + registry.path(row)
    if as_json:
        shown = {"id": row.id, "name": row.name, "network": row.network, "address": address}
        emit_json(shown if made is None else {**shown, "secret": made})
        return
    click.echo(f"Connected. The address to give to {network}:\n  {address}")
    if made is not None:
        click.echo(f"The secret for it, shown once:\n  {made}")


@sources.command("list")
@json_option
def show(as_json: bool) -> None:
    """List the connected networks."""
    with open_renown() as renown, renown.db.read() as conn:
        rows = registry.listed(conn)
    if as_json:
        emit_json(
            [
                {
                    "name": row.name,
                    "network": row.network,
                    "title": row.title,
                    "state": row.state,
                    "affiliation": row.affiliation,
                    "vouches": row.vouches,
                    "path": registry.path(row),
                    "last_event": None if row.last_event_at is None else to_datetime(row.last_event_at).isoformat(),
                }
                for row in rows
            ]
        )
        return
    emit_table(
        ("name", "network", "state", "accounts are", "last event"),
        [
            (
                row.name,
                row.network,
                row.state,
                row.affiliation,
                "none yet" if row.last_event_at is None else f"{to_datetime(row.last_event_at):%Y-%m-%d %H:%M}",
            )
            for row in rows
        ],
    )


@sources.command()
@click.argument("name")
@named_errors(SourceError)
def remove(name: str) -> None:
    """Take no more from NAME. What came from it stays, and its secrets go."""
    with open_renown() as renown, renown.db.write() as conn:
        row = registry.by_name(conn, name)
        if row is None or row.state == "removed":
            raise SourceError(f"name: there is no source {name!r}")
        registry.remove(conn, row.id)
        audit.record(conn, "source.removed", actor_id=None, via="cli", target=f"source:{row.id}")
    click.echo(f"{name} is removed: it delivers no more; its history stays.")
