"""One box over people, teams and rules; each part asks its own gate."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import func, select

from renown.access.routes import needs
from renown.ledger import directory
from renown.people.models import Team
from renown.web import rulebook, spans
from renown.web.house import house, reading, viewer

pages = Blueprint("search", __name__)

_MOST = 10


@pages.get("/search")
@needs("people:read")
def show() -> str:
    asked = request.args.get("q", "").strip()[:100]
    if not asked:
        return render_template("search/search.html", asked="", people=[], teams=[], rules=[])
    conn, wanted = reading(), asked.lower()
    found = [
        page
        for _, pages_ in rulebook.shelves(conn, house().plugins)
        for page in pages_
        if wanted in page.spec.title.lower() or wanted in page.spec.name
    ]
    named = func.lower(Team.name).contains(wanted, autoescape=True)
    query = select(Team.slug, Team.name).where(named, Team.archived.is_(False)).order_by(Team.name).limit(_MOST)
    return render_template(
        "search/search.html",
        asked=asked,
        people=directory.people(conn, viewer(), spans.today(), search=asked, limit=_MOST),
        teams=conn.execute(query).all(),
        rules=found[:_MOST],
    )
