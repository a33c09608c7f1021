"""`renown doctor`: is all well, and what to do where it is not."""

from __future__ import annotations

from functools import partial

import click
import msgspec

from renown.cli.common import discovered, emit_json, json_option, open_database, settings
from renown.health import Finding, Site, database, examine, flow, good
from renown_migrations import CORE

MARKS = {"good": "ok", "warning": "look", "bad": "BAD"}


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Check this installation. Exits with 1 where something is bad."""
    with open_database(migrated=False) as db:
        found = _examine(Site(db, settings(), discovered(settings())))
    if as_json:
        emit_json([msgspec.to_builtins(one) for one in found])
    else:
        for one in found:
            click.echo(f"{MARKS[one.state]:>4}  {one.check}: {one.text}")
            if one.remedy:
                click.echo(f"      to do: {one.remedy}")
    if any(one.state == "bad" for one in found):
        raise SystemExit(1)


def _examine(site: Site) -> list[Finding]:
    """Without tables, or a server that answers, only what does not depend on them: one cause is told once."""
    checks = (
        *database.CHECKS,
        ("fit of tables", partial(database.fit, owners={**CORE, **site.plugins.migrations})),
        *flow.CHECKS,
        *flow.THOROUGH,
        ("what is leaving", _leaving),
    )
    (tables,) = examine(site, [one for one in checks if one[0] == "tables"])
    if tables.state == "good":
        return examine(site, checks)
    return [tables, *examine(site, [one for one in checks if one[0] in database.BARE - {"tables"}])]


def _leaving(site: Site) -> Finding:
    """What plugins use that goes with the next api."""
    told = [f"{one.name}: {text}" for one in site.plugins.installed for text in one.outdated]
    if told:
        return Finding(
            "what is leaving", "warning", "; ".join(told), "ask the plugin's author, or install a newer version"
        )
    return good("what is leaving", "no plugin uses what goes with the next api")
