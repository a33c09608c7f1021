"""`renown reconcile`: does everything that is derived still follow from what it is derived from."""

from __future__ import annotations

from dataclasses import asdict

import click

from renown import audit
from renown.cli.common import emit_json, json_option, open_renown
from renown.cli.ledger import counted
from renown.ledger.reconcile import reconcile as check


@click.command()
@click.option("--repair", is_flag=True, help="Put right what can be, from the log outwards.")
@click.option("--quick", is_flag=True, help="Do not count the whole log once more to compare the entries.")
@json_option
def reconcile(repair: bool, quick: bool, as_json: bool) -> None:
    """Check that everything follows from the log: entries, day totals, standings, closed periods, limits, cursors.

    It may run while the site does. Exits with 1 where drift is left.
    """
    if repair and quick:
        raise click.UsageError("a repair counts the whole log: leave out --quick")
    with open_renown() as renown:
        scorers = [] if quick else [renown.follower.scorer(plugin) for plugin in counted(renown)]
        said = (lambda name: None) if as_json else (lambda name: click.echo(f"checking {name}", err=True))
        drift = check(renown.db, repair=repair, progress=said, follow=renown.follower.catch_up, scorers=scorers)
        if repair and drift:
            details = {"drift": [{"check": one.check, "said": one.said, "repaired": one.repaired} for one in drift]}
            with renown.db.write() as conn:
                audit.record(conn, "ledger.repaired", actor_id=None, via="cli", details=details)
    if as_json:
        emit_json({"drift": [asdict(one) for one in drift]})
    else:
        for one in drift:
            click.echo(f"{one.check}: {one.said}{'; repaired' if one.repaired else ''}")
            if one.remedy:
                click.echo(f"  to do: {one.remedy}")
        click.echo(f"{len(drift)} found." if drift else "No drift.")
    if not all(one.repaired for one in drift):
        raise SystemExit(1)
