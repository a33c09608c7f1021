"""`renown plugins show` and `settings`: what a plugin asks for, does and has here, and what was set for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
import msgspec
from marshmallow import Schema, ValidationError, fields
from sqlalchemy import Connection

from renown import clock
from renown.app import Renown
from renown.cli.common import emit_json, emit_table, json_option, open_renown
from renown.context import holdings, troubles, uses
from renown.context import settings as stored_settings
from renown.context.holdings import Gone, Holdings, Pieces
from renown.events import consume
from renown.events.models import Consumer
from renown.hooks.manager import Plugins
from renown.hooks.manifest import Permission, Plugin
from renown.jobs import schedule


def asked(plugins: Plugins, name: str) -> list[str]:
    """What a plugin asks for and may do, line by line."""
    one = plugins[name]
    permissions = one.manifest.permissions if one.manifest is not None else ()
    lines = [f"{one.name} {one.version}, from {one.distribution}."]
    new = plugins.wanting(name)
    for p in permissions:
        had = plugins.had(p)
        until = "" if p not in new else f", until now for {had} and above" if had else ", which is new"
        lines.append(f"It asks for {p.name}: {p.title}, for {p.role} and above{until}.")
    lines += [f"{uses.WORDS.get(hook, hook)} ({hook})." for hook in (plugins.hooks_of(name) if one.module else ())]
    return [*lines, "It is a program inside Renown: nothing but trust in who wrote it keeps it to this list."]


@click.command("show")
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show one plugin: state, what is wrong, permissions, hooks with calls, readers, jobs, tables, settings.

    Calls are of all processes, as far as they have told: each worker does every 15 seconds.
    """
    with open_renown() as renown:
        told = _gone(renown, _left(renown, name)) if name not in renown.plugins else _sheet(renown, name)
    if as_json:
        emit_json(told)
    else:
        _print(told)


@click.command("settings")
@click.argument("name")
@click.option("--set", "given", multiple=True, metavar="KEY=VALUE", help="Set one; of a list, values by commas.")
@click.option("--secret", "hidden", multiple=True, metavar="KEY", help="Set a secret, which is asked for.")
@click.option("--reset", multiple=True, metavar="KEY", help="Back to what it is by itself.")
@json_option
def settings(name: str, given: Sequence[str], hidden: Sequence[str], reset: Sequence[str], as_json: bool) -> None:
    """Show the settings of a plugin, or change some. Secrets are never shown."""
    with open_renown() as renown:
        manifest = renown.plugins[name].manifest if name in renown.plugins else None
        if manifest is None:
            raise click.ClickException(f"no plugin {name!r} is installed that could be read")
        if manifest.settings is None:
            raise click.ClickException(f"{name} has no settings")
        if given or hidden or reset:
            _change(renown, manifest, _read(manifest, given, hidden), reset)
        with renown.db.read() as conn:
            rows = _settings(conn, manifest)
    if as_json:
        emit_json(rows)
    else:
        emit_table(("setting", "value", "is"), [(row["name"], _text(row["value"]), row["label"]) for row in rows])


ALL = (show, settings)


def _left(renown: Renown, name: str) -> Gone:
    with renown.db.read() as conn:
        found = holdings.gone(conn, [one.name for one in renown.plugins.installed], renown.settings.data)
    for one in found:
        if one.name == name:
            return one
    raise click.ClickException(f"no plugin {name!r} is installed, and none has left anything here")


def _gone(renown: Renown, one: Gone) -> dict[str, Any]:
    with renown.db.read() as conn:
        found = holdings.count(conn, one.name, holdings.folder(renown.settings.data, one.name))
    return {"name": one.name, "state": "gone", "reason": one.reason, "wanted": one.wanted, **_held(found)}


def _sheet(renown: Renown, name: str) -> dict[str, Any]:
    one, status, manifest = renown.plugins[name], renown.plugins.status(name), renown.plugins[name].manifest
    with renown.db.read() as conn:
        used = uses.uses(conn, renown.plugins, renown.dispatcher.calls, name)
        readers = uses.readers(conn, name)
        found = holdings.count(conn, name, holdings.folder(renown.settings.data, name))
        rows = _settings(conn, manifest) if manifest is not None else []
        wrong = troubles.troubles(conn, renown.plugins).get(name, [])
        failing = schedule.failing(conn, name)
        passed = consume.passed(conn, Consumer.plugin == name, limit=50)
    return {
        "name": name,
        "title": manifest.title if manifest else name,
        "summary": manifest.summary if manifest else "",
        "state": str(status.state),
        "reason": status.reason,
        "remedy": status.remedy,
        "troubles": [one.whole for one in wrong],
        "outdated": list(one.outdated),
        "version": one.version,
        "distribution": one.distribution,
        "api": manifest.api if manifest else None,
        "requires": list(manifest.requires) if manifest else [],
        "permissions": [
            {"name": p.name, "title": p.title, "role": p.role, "agreed": _is_agreed(renown.plugins, name, p)}
            for p in (manifest.permissions if manifest else ())
        ],
        "hooks": [
            {
                "hook": use.hook, "calls": use.counts.calls, "faults": use.counts.faults, "slow": use.counts.slow,
                "mean_ms": round(use.counts.mean / 1000, 2), "slowest_ms": round(use.counts.longest / 1000, 2),
                "suspended": use.suspended,
            }
            for use in used
        ],
        "readers": [
            {
                "reader": row.name, "state": row.state, "position": row.position, "behind": row.behind,
                "waiting_s": round(row.waiting / 1e6, 1), "error": row.error, "failed_event": row.failed_event,
            }
            for row in readers
        ],
        "jobs": [
            {"job": row.name, "failures": row.failures, "again": _at(row.due_at) if row.due_at else "at once",
                "error": row.error} for row in failing
        ],
        "passed": [
            {"reader": row.name, "event": row.event_id, "at": _at(row.at), "error": row.error} for row in passed
        ],
        "measures": [
            {"name": m.name, "title": m.title, "unit": m.unit, "boards": m.listed}
            for m in (manifest.measures if manifest else ())
        ],
        "notices": [one.title for one in (manifest.notices if manifest else ())],
        "settings": rows,
        **_held(found),
    }  # fmt: skip


def _held(found: Holdings) -> dict[str, Any]:
    def told(pieces: Sequence[Pieces]) -> list[dict[str, Any]]:
        return [{"name": one.name, "count": one.count, "at_least": one.more} for one in pieces]

    return {"tables": told(found.tables), "rows": told(found.rows), "files": found.files, "stays": told(found.stays)}


def _is_agreed(plugins: Plugins, name: str, permission: Permission) -> bool:
    return plugins.had(permission) is not None and permission not in plugins.wanting(name)


def _print(told: Mapping[str, Any]) -> None:
    remedy = f" To mend it: {told['remedy']}." if told.get("remedy") and told["state"] != "disabled" else ""
    click.echo(f"{told['name']} is {told['state']}: {told['reason']}.{remedy}")
    if told["state"] != "gone":
        _print_what_it_is(told)
    for title, key in (
        ("Hooks, with their calls in all processes", "hooks"),
        ("Readers of the log", "readers"),
        ("Events it was not told of, newest first", "passed"),
        ("Jobs that failed", "jobs"),
        ("Measures", "measures"),
        ("Tables", "tables"),
        ("Besides, in the core's tables", "rows"),
        ("Settings", "settings"),
    ):
        if rows := told.get(key):
            click.echo(f"\n{title}")
            emit_table(tuple(rows[0]), [[_text(value) for value in row.values()] for row in rows])
    if told["files"]:
        click.echo(f"\nFiles: {told['files']:,}")


def _print_what_it_is(told: Mapping[str, Any]) -> None:
    for one in told["troubles"]:
        click.echo(f"Wrong: {one}")
    click.echo(f"{told['title']}: {told['summary']}")
    click.echo(f"{told['distribution']} {told['version']}, api {told['api'] or 'unknown'}")
    for one in told["outdated"]:
        click.echo(f"It uses what is leaving: {one}")
    if told["requires"]:
        click.echo(f"Requires {', '.join(told['requires'])}")
    for one in told["permissions"]:
        click.echo(f"Permission {one['name']}: {one['title']}, for {one['role']} and above")
    if told["notices"]:
        click.echo(f"Notices: {'; '.join(told['notices'])}")


def _at(micros: int) -> str:
    return clock.to_datetime(micros).isoformat(timespec="seconds")


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _settings(conn: Connection, manifest: Plugin) -> list[dict[str, Any]]:
    """By name; of a secret, whether there is one."""
    known = manifest.settings().fields if manifest.settings is not None else {}
    hidden = stored_settings.secrets(manifest)
    return [
        {
            "name": name,
            "value": ("set" if value else "not set") if name in hidden else value,
            "label": str(known[name].metadata.get("label") or name.replace("_", " ").capitalize()),
        }
        for name, value in stored_settings.shown(conn, manifest).items()
    ]


def _read(manifest: Plugin, given: Sequence[str], hidden: Sequence[str]) -> dict[str, Any]:
    assert manifest.settings is not None
    schema, secrets = manifest.settings(), stored_settings.secrets(manifest)
    data: dict[str, Any] = {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r} is not KEY=VALUE", param_hint="--set")
        if name in secrets:
            raise click.BadParameter(f"{name} is a secret: --secret {name} asks for it", param_hint="--set")
        data[name] = _value(name, schema.fields.get(name), text)
    for name in hidden:
        if name not in secrets:
            raise click.BadParameter(f"{name} is no secret of {manifest.name}", param_hint="--secret")
        data[name] = click.prompt(name, hide_input=True, err=True)
    return data


def _value(name: str, field: fields.Field[Any] | None, text: str) -> Any:
    """As the schema wants it; a text stays a text, whatever it looks like."""
    if isinstance(field, fields.List):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(field, fields.Nested | fields.Mapping):
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise click.BadParameter(f"{name}: {error}", param_hint="--set") from error
    return None if not text and field is not None and field.allow_none else text


def _change(renown: Renown, manifest: Plugin, data: Mapping[str, Any], reset: Sequence[str]) -> None:
    schema: Schema = manifest.settings() if manifest.settings is not None else Schema()
    for name in reset:
        if name not in schema.fields:
            raise click.BadParameter(f"{name} is no setting of {manifest.name}", param_hint="--reset")
    try:
        with renown.db.write() as conn:
            kept = {name: value for name, value in stored_settings.raw(conn, manifest).items() if name not in reset}
            stored_settings.change(
                conn, manifest, renown.keyring, {**kept, **data}, reset=reset, actor_id=None, via="cli"
            )
    except ValidationError as error:
        told = "; ".join(f"{name}: {_flat(why)}" for name, why in sorted(error.messages_dict.items()))
        raise click.ClickException(told) from error


def _flat(why: Any) -> str:
    if isinstance(why, Mapping):
        return " ".join(_flat(one) for one in why.values())
    return " ".join(map(_flat, why)) if isinstance(why, list) else str(why)
