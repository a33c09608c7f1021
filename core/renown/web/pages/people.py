"""People whom the viewer may see, and each one's page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection, func, or_, select
from werkzeug.wrappers import Response as Answer

from renown.access.routes import needs
from renown.access.viewer import Viewer
from renown.hooks.manifest import MeasureSpec
from renown.ledger import boards, directory, trends, visibility, why
from renown.ledger.boards import Line, NotShown
from renown.ledger.directory import Shown
from renown.ledger.periods import ALL, ROLLING_DAYS, Span, on
from renown.ledger.why import Change
from renown.people import persons
from renown.people.models import Person, Team, TeamMember
from renown.web import measures, spans, words
from renown.web.exports import as_csv, as_json, units
from renown.web.house import reading, viewer

pages = Blueprint("people", __name__)

_PAGE = 50
#: What an owner looks through to see their page as others do.
_EYES = {"colleague": "member", "customer": "customer", "nobody": "nobody"}


@dataclass(frozen=True)
class Total:
    """One measure in one period, as a profile shows it. `line` is None where nothing counted."""

    measure: MeasureSpec
    span: Span
    line: Line | None


@pages.get("/people")
@needs("people:read")
def index() -> str:
    found, further = page()
    conn, first = reading(), measures.first()
    ids = [person.id for person in found]
    month = on("month", spans.today())
    return render_template(
        "people/index.html",
        people=found,
        further=further,
        teams_of=teams_today(conn, ids, spans.today()),
        teams=conn.execute(select(Team.slug, Team.name).where(Team.archived.is_(False)).order_by(Team.name)).all(),
        measure=first,
        month=month,
        amounts=trends.amounts(conn, first.name, month, ids) if first else {},
        closed=not visibility.shows_people(viewer(), visibility.preset(conn)),
    )


@pages.get("/people.json")
@needs("people:read")
def as_data() -> Response:
    found, further = page()
    return as_json({"rows": [{"person": one.handle, "name": one.name} for one in found], "next": further})


@pages.get("/people.csv")
@needs("people:read")
def as_table() -> Response:
    found, _ = page()
    return as_csv("people", ("person", "name"), ((one.handle, one.name) for one in found))


@pages.get("/people/<handle>")
@needs("people:read")
def show(handle: str) -> str | Answer:
    conn = reading()
    person = known(handle)
    if person.handle != handle.lower():
        return redirect(url_for("people.show", handle=person.handle))
    own = viewer().person_id == person.id
    seen_as = request.args.get("as", "") if own else ""
    eyes = Viewer(None, _EYES[seen_as]) if seen_as in _EYES else viewer()  # type: ignore[arg-type]
    shown = directory.may_see(conn, eyes, person.id, spans.today())
    first = measures.first()
    now = spans.today()
    return render_template(
        "people/person.html",
        person=person,
        own=own,
        seen_as=seen_as,
        shown=shown,
        team=teams_today(conn, [person.id], now).get(person.id),
        totals=_totals(conn, eyes, person.id) if shown else [],
        days=trends.daily(conn, first.name, [person.id], now - ROLLING_DAYS + 1, now)[person.id] if first else [],
        measure=first,
        pairs=_latest(conn, eyes, person.id, first) if shown and first else [],
        month=on("month", now),
    )


@pages.get("/people/<handle>.json")
@needs("people:read")
def person_as_data(handle: str) -> Response:
    conn, person = reading(), known(handle)
    return as_json(person_data(conn, viewer(), person))


def person_data(conn: Connection, eyes: Viewer, person: Shown) -> dict[str, Any]:
    """A person as the API gives them. The caller has asked the gate."""
    team = teams_today(conn, [person.id], spans.today()).get(person.id)
    return {
        "person": person.handle,
        "name": person.name,
        "team": team.slug if team else None,
        "totals": [
            {
                "measure": total.measure.name,
                "period": str(total.span),
                "amount": units(total.line.amount),
                "rank": total.line.rank,
            }
            for total in _totals(conn, eyes, person.id)
            if total.line
        ],
    }


def known(handle: str) -> Shown:
    """Whom this handle means now, merges followed. 404 alike where there is nobody and where the viewer may not see."""
    conn, handle = reading(), handle.lower()
    root = conn.scalar(select(func.coalesce(Person.root_id, Person.id)).where(Person.handle == handle))
    if root is None:
        root = persons.by_account(conn, handle)
    row = conn.execute(select(Person.id, Person.handle, Person.name).where(Person.id == root)).one_or_none()
    if row is None or not directory.may_see(conn, viewer(), row.id, spans.today()):
        abort(404)
    return Shown(*row)


def teams_today(conn: Connection, people: Collection[int], today: int) -> dict[int, Any]:
    """The team of each of a page of root people, as (slug, name)."""
    root = func.coalesce(Person.root_id, Person.id)
    rows = conn.execute(
        select(root.label("person"), Team.slug, Team.name)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .join(Team, Team.id == TeamMember.team_id)
        .where(
            root.in_(people),
            TeamMember.dropped.is_(None),
            or_(TeamMember.from_day.is_(None), TeamMember.from_day <= today),
            or_(TeamMember.to_day.is_(None), TeamMember.to_day > today),
        )
    )
    return {row.person: row for row in rows}


def page(limit: int = _PAGE) -> tuple[list[Shown], str | None]:
    """The people this request asks for, and where the next page begins."""
    conn = reading()
    team = None
    if request.args.get("team"):
        team = conn.scalar(select(Team.id).where(Team.slug == request.args["team"]))
        if team is None:
            abort(404)
    search, after = request.args.get("q", "").strip(), request.args.get("after", "")
    found = directory.people(conn, viewer(), spans.today(), search=search, team=team, after=after, limit=limit + 1)
    more = f"{found[limit - 1].name.lower()}/{found[limit - 1].id}" if len(found) > limit else None
    return list(found[:limit]), more


def _totals(conn: Connection, eyes: Viewer, person: int) -> list[Total]:
    now = spans.today()
    found = []
    for measure in measures.all_of():
        for span in (ALL,) if measure.kind == "level" else (on("month", now), on("year", now), ALL):
            line = boards.rank(conn, eyes, person, measure.name, span.kind, span.start)
            found.append(Total(measure, span, line))
    return found


def _latest(conn: Connection, eyes: Viewer, person: int, measure: MeasureSpec) -> list[tuple[Change, str]]:
    try:
        return words.in_pairs(why.why(conn, eyes, person, measure.name, ALL, limit=8).changes)
    except NotShown:
        return []
