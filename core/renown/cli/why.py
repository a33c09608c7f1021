"""`renown why`: what makes a person's number."""

from __future__ import annotations

from typing import Any

import click

from renown.access.viewer import Viewer
from renown.cli.boards import amount, known_measure, span_of
from renown.cli.common import emit_json, emit_table, json_option, open_renown, say_where
from renown.clock import to_date
from renown.hooks.guard import Fault
from renown.hooks.types import Explanation, Part
from renown.ledger import why as explaining
from renown.ledger.boards import NotShown
from renown.people import persons

ADMINISTRATOR = Viewer(None, "administrator", None)


@click.command()
@click.argument("person")
@click.argument("measure")
@click.option("--period", default="all", show_default=True, help="all, rolling, 2026, 2026-Q2, 2026-05, 2026-W21 ...")
@json_option
def why(person: str, measure: str, period: str, as_json: bool) -> None:
    """Explain PERSON's MEASURE: every entry, which add up to the number. PERSON is a handle or an e-mail.

    A level has no entries: its plugin explains it.
    """
    with open_renown() as renown, renown.db.read() as conn:
        known_measure(renown, measure)
        span = span_of(conn, period)
        found = persons.find(conn, person)
        if found is None:
            raise click.ClickException(f"PERSON: there is nobody {person!r}; give a handle or an e-mail")
        changes: list[explaining.Change] = []
        after = None
        while True:
            try:
                page = explaining.why(conn, ADMINISTRATOR, found.id, measure, span, after=after, limit=1000)
            except NotShown as error:
                raise click.ClickException(
                    f"not shown, nor to administrators: {found.handle} stands on no board (a bot, no employee, gone, "
                    "hidden, or the privacy preset shows nobody), or nothing is counted yet"
                ) from error
            changes += page.changes
            after = page.next
            if after is None:
                break
        level = renown.plugins.measures[measure].kind == "level"
        told = renown.dispatcher.explain(found.id, measure, str(span), conn) if level else None
    if isinstance(told, Fault):
        raise click.ClickException(f"{told.plugin} could not explain it: {told.reason}")
    if as_json:
        entries = {"entries": [_entry(change) for change in changes]} if not level else {"explanation": _told(told)}
        emit_json({"amount": amount(page.amount), **entries})
        return
    say_where()
    click.echo(f"{page.person.name}: {amount(page.amount):,} {measure}, {'now' if level else span.label}")
    for part in page.parts:
        taken = f", {amount(part.raw - part.amount):,} taken by limits" if part.raw != part.amount else ""
        click.echo(f"  {amount(part.amount):>10,}  {part.rule or 'in private spaces'} ({part.acts:,} acts{taken})")
    if level:
        click.echo("\n".join(_sentences(told)))
        return
    emit_table(
        ("entry", "day", "amount", "rule", "what", "where"),
        [
            (
                change.id, to_date(change.day).isoformat(), amount(change.amount),
                f"{change.rule} v{change.version}" if change.rule else "private",
                "" if change.type is None else f"{change.type}{' (reversed)' if change.reversed_by else ''}",
                change.space or "",
            )
            for change in changes
        ],
    )  # fmt: skip


def _told(told: Explanation | None) -> dict[str, Any] | None:
    if told is None:
        return None
    parts = [{"text": part.text, "amount": _units(part), "url": part.url} for part in told.parts]
    return {"text": told.text, "parts": parts}


def _sentences(told: Explanation | None) -> list[str]:
    if told is None:
        return ["Its plugin has nothing to say of it."]
    lines = [f"  {part.text}: {_units(part) if part.amount is not None else part.url or ''}" for part in told.parts]
    return [told.text, *(line.rstrip(" :") for line in lines)]


def _units(part: Part) -> int | float | None:
    return None if part.amount is None else amount(part.amount)


def _entry(change: explaining.Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "day": to_date(change.day).isoformat(),
        "amount": amount(change.amount),
        "raw": amount(change.raw),
        "rule": change.rule,
        "version": change.version,
        "reason": change.reason,
        "event": change.event_id,
        "act": change.act_id,
        "type": change.type,
        "source": change.source,
        "space": change.space,
        "reverses": change.reverses or None,
        "reversed_by": change.reversed_by or None,
        "private": change.private,
        "limits": list(change.limits),
    }
