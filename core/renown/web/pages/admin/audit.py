"""The record of administrative acts: who, what and when, and whether the chain is whole."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from sqlalchemy import func, select

from renown import audit, clock
from renown.access.routes import needs
from renown.db.sets import among
from renown.people import persons
from renown.people.models import Person
from renown.web.house import house, reading
from renown.web.numbers import whole

pages = Blueprint("admin_audit", __name__, url_prefix="/admin")

_PAGE = 50
#: What a page checks of the chain; `renown audit verify` checks all.
_CHECKED = 10_000


@pages.get("/audit")
@needs("audit:read")
def index() -> str:
    conn = reading()
    who = request.args.get("who", "").strip()
    person = persons.find(conn, who) if who else None
    lines = (
        [] if who and person is None else audit.lines(conn, limit=_PAGE + 1, **_asked(person.id if person else None))
    )
    ids = {one for line in lines for one in (line.actor_id, line.person_id) if one is not None}
    root = func.coalesce(Person.root_id, Person.id)
    rows = conn.execute(
        select(Person.id, Person.handle, Person.name, root.label("root")).where(among(conn, Person.id, ids))
    )
    return render_template(
        "admin/audit/index.html",
        lines=lines[:_PAGE],
        further=lines[_PAGE - 1].id if len(lines) > _PAGE else None,
        people={row.id: row for row in rows},
        report=audit.verify(conn, newest=_CHECKED),
        checked=_CHECKED,
    )


@pages.get("/audit.jsonl")
@needs("audit:read")
def export() -> Response:
    def written() -> Any:
        with house().db.read() as conn:
            yield from audit.export(conn)

    head = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    return Response(stream_with_context(written()), 200, head, "application/x-ndjson")


def _asked(actor: int | None) -> dict[str, Any]:
    """The filter in the address. A day that is none is a 404, as every address that means nothing."""
    asked: dict[str, Any] = {"actor_id": actor, "action": request.args.get("what", "").strip() or None}
    try:
        for field, name, days in (("from", "since", 0), ("to", "until", 1)):
            text = request.args.get(field, "")
            if text:
                asked[name] = (clock.to_day(date.fromisoformat(text)) + days) * clock.DAY
        before = request.args.get("before", "")
        asked["before"] = whole(before) if before else None
    except ValueError:
        abort(404)
    return asked
