"""The organisation's privacy, and its working calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from renown import audit, clock
from renown.access.routes import needs
from renown.db import stored
from renown.ledger import visibility
from renown.people import Refused, calendar
from renown.people.models import Holiday
from renown.web import spans
from renown.web.house import house, reading, viewer
from renown.web.numbers import whole_or

pages = Blueprint("admin_privacy", __name__, url_prefix="/admin/privacy")

#: What each preset means, for whoever chooses and for the works council.
PRESETS = {
    "open": ("Open", "All employees see each other's numbers. Nobody can hide."),
    "opt-out": ("Opt-out", "All employees see each other's numbers, but of those who chose not to be shown."),
    "opt-in": ("Opt-in", "Only the numbers of people who chose to be shown are seen."),
    "teams-only": (
        "Teams only",
        "Only totals of teams are seen; none under 5 people, nor what is left beside.",
    ),
    "own-only": ("Own numbers only", "People see their own numbers, and nobody else's. This binds administrators too."),
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DEEPEST = 1000


@pages.get("")
@needs("privacy:write")
def index() -> str:
    conn = reading()
    this_year = clock.to_day(date(clock.to_date(spans.today()).year, 1, 1))
    return render_template(
        "admin/privacy/index.html",
        preset=visibility.preset(conn),
        presets=PRESETS,
        depth=stored.get(conn, "core", "board_depth", 25),
        weekdays=WEEKDAYS,
        worked=calendar.load(conn).weekdays,
        holidays=conn.execute(
            select(Holiday.day, Holiday.name).where(Holiday.day >= this_year).order_by(Holiday.day)
        ).all(),
    )


@pages.post("")
@needs("privacy:write")
def change() -> Response:
    chosen, depth = request.form.get("preset", ""), request.form.get("depth", "")

    def work(conn: Connection) -> dict[str, Any]:
        if not 1 <= whole_or(depth, 0) <= DEEPEST:
            raise Refused(f"places shown: a number from 1 to {DEEPEST}")
        before = {"preset": visibility.preset(conn), "depth": stored.get(conn, "core", "board_depth", 25)}
        visibility.set_preset(conn, chosen)
        stored.put(conn, "core", "board_depth", int(depth))
        return {"before": before, "after": {"preset": chosen, "depth": int(depth)}}

    return _act("privacy.changed", work, "Saved. What is stricter holds at once; boards follow within a second.")


@pages.post("/weekdays")
@needs("privacy:write")
def set_weekdays() -> Response:
    chosen = [whole_or(one, -1) for one in request.form.getlist("weekdays")]

    def work(conn: Connection) -> dict[str, Any]:
        calendar.set_weekdays(conn, chosen)
        return {"weekdays": chosen}

    return _act("calendar.weekdays-changed", work, "Saved.")


@pages.post("/holidays")
@needs("privacy:write")
def set_holiday() -> Response:
    text, name = request.form.get("day", ""), request.form.get("name", "").strip()
    remove = request.form.get("remove") == "yes"

    def work(conn: Connection) -> dict[str, Any]:
        try:
            day = clock.to_day(date.fromisoformat(text))
        except ValueError:
            raise Refused(f"{text!r} is no date") from None
        if not name and not remove:
            raise Refused("name the holiday")
        calendar.set_holiday(conn, day, None if remove else name)
        return {"day": text, "name": name, "removed": remove}

    return _act("calendar.holiday-changed", work, "Saved.")


def _act(action: str, work: Callable[[Connection], dict[str, Any]], done: str) -> Response:
    def both(conn: Connection) -> None:
        details = work(conn)
        audit.record(conn, action, actor_id=viewer().person_id, via="web", details=details)

    try:
        house().db.retrying(both)
        flash(done, "good")
    except ValueError as refusal:
        flash(f"Not saved: {refusal}.", "bad")
    return redirect("/admin/privacy")
