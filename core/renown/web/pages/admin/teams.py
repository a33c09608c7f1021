"""Teams: added, named, archived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import Connection, Row, select
from werkzeug.wrappers import Response

from renown import audit
from renown.access.routes import needs
from renown.people import teams
from renown.people.models import Team
from renown.web import spans
from renown.web.house import house, reading, viewer

pages = Blueprint("admin_teams", __name__, url_prefix="/admin/teams")


@pages.get("")
@needs("teams:write")
def index() -> str:
    conn = reading()
    chosen = select(Team.id, Team.slug, Team.name, Team.directory, Team.archived).order_by(Team.archived, Team.name)
    return render_template(
        "admin/teams/index.html", teams=conn.execute(chosen).all(), sizes=teams.sizes(conn, spans.today())
    )


@pages.get("/<slug>")
@needs("teams:write")
def show(slug: str) -> str:
    conn = reading()
    team = _team(slug)
    return render_template("admin/teams/team.html", team=team, members=teams.on(conn, team.id, spans.today()))


@pages.post("")
@needs("teams:write")
def add() -> Response:
    name = _name()
    if name is None:
        return redirect(url_for("admin_teams.index"))

    def work(conn: Connection) -> int:
        return teams.add(conn, name)

    return _act("team.added", work, f"{name} is there. Put people into it on their own pages, or by a file.", name)


@pages.post("/<slug>/name")
@needs("teams:write")
def rename(slug: str) -> Response:
    team, name = _team(slug), _name()
    if name is None:
        return redirect(url_for("admin_teams.show", slug=slug))

    def work(conn: Connection) -> int:
        teams.rename(conn, team.id, name)
        return int(team.id)

    return _act("team.renamed", work, "Saved.", name)


@pages.post("/<slug>/archive")
@needs("teams:write")
def archive(slug: str) -> Response:
    team = _team(slug)
    off = not team.archived

    def work(conn: Connection) -> int:
        teams.archive(conn, team.id, off)
        return int(team.id)

    if off:
        return _act("team.archived", work, "Archived: its past stays true.")
    return _act("team.restored", work, "The team is back.")


def _name() -> str | None:
    name = request.form.get("name", "").strip()
    if 1 <= len(name) <= 256:
        return name
    flash("Not saved: write a name of 1 to 256 characters.", "bad")
    return None


def _team(slug: str) -> Row[Any]:
    found = reading().execute(select(Team.__table__).where(Team.slug == slug)).one_or_none()
    return found or abort(404)


def _act(action: str, work: Callable[[Connection], int], done: str, name: str = "") -> Response:
    def both(conn: Connection) -> None:
        team = work(conn)
        details = {"name": name} if name else None
        audit.record(conn, action, actor_id=viewer().person_id, via="web", target=f"team:{team}", details=details)

    house().db.retrying(both)
    flash(done, "good")
    return redirect(url_for("admin_teams.index"))
