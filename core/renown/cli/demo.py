"""`renown demo`: a lively organisation to look at, or one's own export."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from sqlalchemy import select
from tqdm import tqdm

from renown import demo as made
from renown.access import setup
from renown.app import Renown
from renown.cli import importing
from renown.cli.common import named_errors, open_renown
from renown.cli.serve import serving
from renown.demo import doors
from renown.events.models import Event
from renown.hooks.guard import HookFault
from renown.people import persons
from renown.people.models import Identity, Person
from renown.sources.connector import BadPayload
from renown.sources.importing import EVENTS, CannotImport

ADMINISTRATOR = ("Demo administrator", "administrator@demo.example")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--people", default=120, show_default=True, type=click.IntRange(8, 1000), help="How many employees.")
@click.option("--days", default=180, show_default=True, type=click.IntRange(7, 1100), help="Of how many days it tells.")
@click.option("--seed", default=1, show_default=True, help="Another number, another organisation.")
@click.option(
    "--import",
    "export",
    nargs=2,
    type=(str, click.Path(exists=True, dir_okay=False, path_type=Path)),
    metavar="NETWORK FILE",
    help="Begin with your own export instead, e.g. slack export.zip.",
)
@named_errors(made.NoConnector, HookFault, CannotImport, BadPayload)
def demo(host: str, port: int, people: int, days: int, seed: int, export: tuple[str, Path] | None) -> None:
    """Make a lively organisation and serve it, with sign-in links for an administrator, a member and a
    customer.

    Done once per database: started again, it goes on with what is there.
    """
    with open_renown(create=True) as renown:
        if not _made(renown):
            if export is not None:
                _from_export(renown, *export)
            else:
                _from_seed(renown, people, days, seed)
        serving(renown, host, port, greet=lambda address: _greet(renown, address))


def _made(renown: Renown) -> bool:
    """Whether the demo is there already. Refuses a database that holds something else."""
    with renown.db.read() as conn:
        filled = conn.scalar(select(Event.id).limit(1)) is not None
    known = bool(made.links_in(renown))
    if filled and not known:
        raise click.ClickException("this database holds something else: choose another by RENOWN_DATA")
    return known


def _from_seed(renown: Renown, people: int, days: int, seed: int) -> None:
    with tqdm(total=days, unit=" days", file=sys.stderr, leave=False, disable=None) as bar:
        counts = made.build(renown, people, days, seed, progress=lambda done, _total: bar.update(done - bar.n))
    click.echo(f"Acme Rockets: {counts.people} people, {counts.customers} customers, {counts.events:,} events")


def _from_export(renown: Renown, network: str, file: Path) -> None:
    renown.begin()
    counts = importing.run(renown, network, file, None if network == EVENTS else f"{network}:demo")
    click.echo(f"{counts.accepted:,} events from {file.name}; {counts.skipped:,} records skipped")
    with renown.db.write() as conn:
        name, email = ADMINISTRATOR
        chief = setup.administrator(conn, name, email, None, via="demo")
        doors.open_for(conn, chief, email, doors.ADMINISTRATOR)
        somebody = conn.execute(
            select(Person.id, Person.email)
            .join(Identity, Identity.person_id == Person.id)
            .join(Event, Event.actor_id == Identity.id)
            .where(Person.email.is_not(None), Person.bot.is_(False), Person.id != chief)
            .order_by(Event.id)
            .limit(1)
        ).one_or_none()
        if somebody is not None:
            doors.open_for(conn, persons.get(conn, somebody.id).id, somebody.email, doors.MEMBER)


def _greet(renown: Renown, address: str) -> None:
    for door in made.links_in(renown):
        click.echo(f"Sign in as {door.name} ({door.role}): {address}/login/link/{door.secret}")
