"""Why a number is what it is: the sum, every entry behind it, and what was taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from renown import clock
from renown.access.attempts import TooMany
from renown.access.models import Login
from renown.access.routes import needs
from renown.hooks.guard import Fault
from renown.ledger import why as ledger
from renown.ledger.boards import Line, NotShown
from renown.ledger.why import Change, Cursor, Why
from renown.notify import questions
from renown.notify.questions import BadQuestion
from renown.web import measures, spans, words
from renown.web.exports import Item, as_csv, as_feed, as_json, day_start, units
from renown.web.formats import amount
from renown.web.house import house, reading, viewer
from renown.web.numbers import whole_or
from renown.web.pages.people import known
from renown.web.session import me

pages = Blueprint("why", __name__)

_PAGE = 50


@pages.get("/people/<handle>/why/<measure>")
@needs("people:read")
def show(handle: str, measure: str) -> str | Answer:
    found = explained(handle, measure, _PAGE)
    spec, taken = measures.named(measure), _taken()
    if spec.page:
        return redirect(spec.page.format(person=quote(found.person.key)))
    base = url_for("why.show", handle=found.person.key, measure=measure)
    told = house().dispatcher.explain(found.person.subject_id, measure, str(found.span), reading())
    fault = told if isinstance(told, Fault) else None
    return render_template(
        "why/why.html",
        why=found,
        measure=spec,
        periods=spans.links(found.span, lambda period: f"{base}?period={period}" + ("&taken=1" if taken else "")),
        taken=taken,
        rows=words.in_pairs(found.changes),
        told=None if fault else told,
        fault=fault,
    )


@pages.get("/people/<handle>/why/<measure>.json")
@needs("people:read")
def as_data(handle: str, measure: str) -> Response:
    return as_json(why_data(explained(handle, measure, _limit())))


@pages.get("/people/<handle>/why/<measure>.csv")
@needs("people:read")
def as_table(handle: str, measure: str) -> Response:
    found = explained(handle, measure, _limit())
    columns = ("entry", "day", "what", "rule", "version", "raw", "amount", "reverses", "note")
    rows = (
        (
            one.id, clock.to_date(one.day), words.act(one), one.rule, one.version,
            units(one.raw), units(one.amount), one.reverses or "", " ".join(words.notes(one)),
        )
        for one in found.changes
    )  # fmt: skip
    return as_csv(f"why-{found.person.key}-{found.span}", columns, rows)


@pages.get("/people/<handle>/why/<measure>.atom")
@needs("people:read")
def as_changes(handle: str, measure: str) -> Response:
    found = explained(handle, measure, _PAGE)
    unit = measures.named(measure).unit
    items = [
        Item(
            f"entry-{one.id}",
            f"{units(one.amount)} {unit}: {words.act(one)}",
            f"/entries/{one.id}",
            one.at if one.at is not None else day_start(one.day),
            " ".join(words.notes(one)),
        )
        for one in found.changes
    ]
    return as_feed(f"{found.person.name}: {measures.named(measure).title}", items)


@pages.get("/entries/<int:entry>")
@needs("people:read")
def entry(entry: int) -> str:
    return _entry_page(*_history(entry))


@pages.post("/entries/<int:entry>/ask")
@needs("people:read", tokens=False)
def ask(entry: int) -> Answer | tuple[str, int]:
    """A question to those who look after what is counted, about a change that whoever asks may see."""
    person, changes, chosen = _history(entry)
    asker, message = me() or abort(404), request.form.get("message", "")
    mail = reading().scalar(select(Login.email).where(Login.person_id == asker.person_id)) or ""
    about = _about(person, chosen)
    try:
        told = house().db.retrying(lambda conn: questions.ask(conn, asker.root_id, entry, person, message, about, mail))
    except (BadQuestion, TooMany) as error:
        status = 429 if isinstance(error, TooMany) else 422
        return _entry_page(person, changes, chosen, message=message, errors=[str(error)]), status
    count = "one person who looks" if told == 1 else f"{told} people who look"
    flash(f"Your question was sent to {count} after what is counted. They answer to {mail}.", "good")
    return redirect(f"/entries/{entry}")


def why_data(found: Why) -> dict[str, Any]:
    """An explanation as the API and the export give it."""
    return {
        "person": found.person.key,
        "measure": found.measure,
        "period": str(found.span),
        "amount": units(found.amount),
        "parts": [
            {"plugin": part.plugin, "rule": part.rule, "acts": part.acts}
            | {name: units(getattr(part, name)) for name in ("raw", "amount", "quota")}
            for part in found.parts
        ],
        "entries": [_entry(one) for one in found.changes],
        "next": str(found.next) if found.next else None,
    }


def explained(handle: str, measure: str, limit: int) -> Why:
    """The explanation this request asks for. 404 where it is not shown."""
    spec = measures.named(measure)
    person = known(handle)
    try:
        after = Cursor.parse(request.args["after"]) if "after" in request.args else None
        span = spans.asked_of(spec)
        return ledger.why(reading(), viewer(), person.id, measure, span, taken=_taken(), after=after, limit=limit)
    except (NotShown, ValueError):
        abort(404)


def _history(entry: int) -> tuple[Line, tuple[Change, ...], Change]:
    """Whose it is, all that became of its act, and the change itself. 404 where it is not shown."""
    try:
        person, changes = ledger.history(reading(), viewer(), entry)
    except NotShown:
        abort(404)
    return person, changes, next(one for one in changes if one.id == entry)


def _entry_page(
    person: Line, changes: tuple[Change, ...], chosen: Change, message: str = "", errors: Sequence[str] = ()
) -> str:
    user = me()
    return render_template(
        "why/entry.html",
        person=person,
        changes=changes,
        chosen=chosen,
        asks=user is not None and bool(questions.stewards(reading(), user.root_id)),
        longest=questions.LONGEST,
        message=message,
        errors=errors,
    )


def _about(person: Line, chosen: Change) -> str:
    """What a change says, in a line for whoever does not see it."""
    rule = f", by the rule “{words.rule_title(chosen.rule, chosen.plugin)}”, version {chosen.version}"
    said = f"{person.name}, {clock.to_date(chosen.day):%-d %B %Y}: {words.act(chosen)}"
    counted = f"counted {amount(chosen.amount)} of {amount(chosen.raw)}"
    known = rule if chosen.rule and not chosen.private else ""
    return " ".join([f"{said}; {counted}{known}.", *words.notes(chosen)])


def _taken() -> bool:
    return request.args.get("taken") == "1"


def _limit() -> int:
    asked = request.args.get("limit", "200")
    if not 1 <= whole_or(asked, 0) <= 1000:
        abort(400, "limit: a whole number from 1 to 1000")
    return int(asked)


def _entry(one: Change) -> dict[str, Any]:
    found = asdict(one) | {"raw": units(one.raw), "amount": units(one.amount), "day": clock.to_date(one.day)}
    found["at"] = clock.to_datetime(one.at) if one.at is not None else None
    return found | {"what": words.act(one), "notes": words.notes(one)}
