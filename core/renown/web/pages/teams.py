"""Teams: their totals and share, and who is in them as far as the viewer may see."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template
from sqlalchemy import Row, select

from renown.access.routes import needs
from renown.ledger import directory, heads
from renown.ledger import teams as ledger
from renown.ledger.boards import NotShown
from renown.ledger.periods import Span, on
from renown.ledger.teams import Share, TeamLine
from renown.people.models import Team
from renown.web import measures, spans
from renown.web.exports import as_csv, as_json, units
from renown.web.house import reading, viewer

pages = Blueprint("teams", __name__)


@pages.get("/teams")
@needs("people:read")
def index() -> str:
    month = on("month", spans.today())
    return render_template(
        "teams/index.html",
        teams=_all(),
        sizes=heads.sizes(reading(), spans.today()),
        totals=_totals(),
        measure=measures.first(),
        month=month,
    )


@pages.get("/teams.json")
@needs("people:read")
def as_data() -> Response:
    totals = _totals()
    return as_json(
        [
            {
                "team": team.slug,
                "name": team.name,
                "amount": units(totals[team.id].line.amount) if team.id in totals else None,
            }
            for team in _all()
        ]
    )


@pages.get("/teams.csv")
@needs("people:read")
def as_table() -> Response:
    totals = _totals()
    rows = [(team.slug, team.name, units(totals[team.id].line.amount) if team.id in totals else "") for team in _all()]
    return as_csv("teams", ("team", "name", "amount"), rows)


@pages.get("/teams/<slug>")
@needs("people:read")
def show(slug: str) -> str:
    conn, now = reading(), spans.today()
    team = conn.execute(select(Team.id, Team.slug, Team.name, Team.archived).where(Team.slug == slug)).one_or_none()
    if team is None:
        abort(404)
    measure = measures.first()
    return render_template(
        "teams/team.html",
        team=team,
        size=heads.sizes(conn, now).get(team.id, 0),
        total=_totals().get(team.id),
        measure=measure,
        month=on("month", now),
        members=directory.people(conn, viewer(), now, team=team.id, limit=200),
        months=_months(measure.name, slug) if measure else [],
    )


def _all() -> list[Row[Any]]:
    query = select(Team.id, Team.slug, Team.name).where(Team.archived.is_(False)).order_by(Team.name)
    return list(reading().execute(query))


def _totals() -> dict[int, TeamLine]:
    """This month's totals in the first measure, by team; nothing where teams are not shown."""
    measure = measures.first()
    if measure is None:
        return {}
    try:
        found = ledger.totals(reading(), viewer(), measure.name, spans.today(), on("month", spans.today()))
    except NotShown:
        return {}
    return {one.line.subject_id: one for one in found}


def _months(measure: str, slug: str) -> list[tuple[Span, Share]]:
    """The months in which the team has anything, oldest first."""
    try:
        months = ledger.shares(reading(), viewer(), measure, spans.today())
    except NotShown:
        return []
    return [(span, share) for span, shares in months for share in shares if share.slug == slug]
