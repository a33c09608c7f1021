"""API tokens of programs and of people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from renown import audit
from renown.access import tokens
from renown.access.routes import needs
from renown.people.models import Person
from renown.sources import registry
from renown.web import scopes as known
from renown.web.house import house, reading, viewer
from renown.web.numbers import whole_or

pages = Blueprint("admin_tokens", __name__, url_prefix="/admin/tokens")


@pages.get("")
@needs("tokens:write")
def index() -> str:
    return _page()


@pages.post("")
@needs("tokens:write", tokens=False)
def add() -> str | tuple[str, int]:
    form = request.form
    days = form.get("days", "90")
    sources, scopes = form.getlist("sources"), form.getlist("scopes")
    try:
        with house().db.write() as conn:
            made = tokens.add(
                conn, form.get("name", ""), scopes, sources=sources or None,
                days=None if days in ("", "0") else whole_or(days, -1), actions=known.offered(),
            )  # fmt: skip
            details = {"name": form.get("name"), "scopes": scopes, "sources": sources, "days": days}
            target = f"token:{made.id}"
            audit.record(conn, "token.added", actor_id=viewer().person_id, via="web", target=target, details=details)
    except tokens.BadToken as error:
        field, _, text = str(error).partition(": ")
        return _page(errors={field: [text]}), 422
    return _page(made=made.token)


@pages.post("/<int:token>/revoke")
@needs("tokens:write")
def revoke(token: int) -> Response:
    with house().db.write() as conn:
        if not tokens.revoke(conn, token):
            abort(404)
        audit.record(conn, "token.revoked", actor_id=viewer().person_id, via="web", target=f"token:{token}")
    flash("The token is revoked.", "good")
    return redirect("/admin/tokens")


def _page(**more: Any) -> str:
    # What was just written is shown, so a fresh view is read.
    with house().db.read() as conn:
        found = tokens.listed(conn)
        owners = {one.person_id for one in found if one.person_id is not None}
        rows = conn.execute(select(Person.id, Person.handle, Person.name).where(Person.id.in_(owners)))
        people = {row.id: row for row in rows}
    names = [source.name for source in registry.listed(reading())]
    return render_template(
        "admin/tokens/index.html", tokens=found, people=people, scopes=tuple(known.offered()), sources=names,
        given=request.form, **more,
    )  # fmt: skip
