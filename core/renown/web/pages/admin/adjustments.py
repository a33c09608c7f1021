"""Points given or taken by hand: each with a reason that the person reads, and in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from renown import audit
from renown.access.routes import needs
from renown.ledger import adjustments
from renown.ledger.models import UNIT
from renown.people import persons
from renown.people.models import Person
from renown.web import measures
from renown.web.house import house, reading, viewer

pages = Blueprint("admin_adjustments", __name__, url_prefix="/admin/rules/adjustments")


@pages.get("")
@needs("ledger:write")
def index() -> str:
    return _show(request.args, {})


@pages.post("")
@needs("ledger:write")
def adjust() -> str | Response | tuple[str, int]:
    given = request.form
    errors: dict[str, list[str]] = {}
    person = persons.find(reading(), given.get("person", ""))
    if person is None:
        errors["person"] = ["Nobody has this handle or e-mail."]
    elif person.id == viewer().person_id:
        errors["person"] = ["Somebody else adjusts yours."]
    amount = _thousandths(given.get("amount", ""))
    if amount is None:
        errors["amount"] = ["Give a number with at most three decimals, below 0 to take."]
    if not errors and person is not None and amount is not None:
        measure, reason, by, number = given.get("measure", ""), given.get("reason", ""), viewer().person_id, person.id
        try:
            house().db.retrying(
                lambda conn: adjustments.adjust(conn, number, measure, amount, reason, by=by, via="web")
            )
        except ValueError as error:
            field, _, why = str(error).partition(": ")
            errors[field] = [why[:1].upper() + why[1:] + "."]
        else:
            flash("Adjusted. It counts from today.", "good")
            return redirect("/admin/rules/adjustments")
    return _show(given, errors), 422


def _show(given: Mapping[str, str], errors: dict[str, list[str]]) -> str:
    done = audit.lines(reading(), action="ledger.adjusted", limit=50)
    return render_template(
        "admin/rules/adjustments.html",
        given=given,
        errors=errors,
        measures=[(one.name, one.title) for one in measures.all_of() if one.kind == "sum"],
        done=done,
        people=_people({one.person_id for one in done} | {one.actor_id for one in done}),
    )


def _people(ids: set[int | None]) -> dict[int, Any]:
    known = [one for one in ids if one is not None]
    rows = reading().execute(select(Person.id, Person.handle, Person.name).where(Person.id.in_(known))) if known else ()
    return {row.id: row for row in rows}


def _thousandths(text: str) -> int | None:
    """An amount as typed ("2.5", "-10"); None where it is no such number."""
    try:
        number = Decimal(text.strip().replace("−", "-")) * UNIT
        return int(number) if number == number.to_integral_value() else None
    except (InvalidOperation, ValueError):
        return None
