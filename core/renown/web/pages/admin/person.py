"""One person: what is known of them, and what an administrator may change."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import Connection, func, select
from werkzeug.wrappers import Response

from renown import audit, clock
from renown.access import customers, links, signin
from renown.access.models import Login
from renown.access.routes import needs
from renown.ledger import directory
from renown.people import Refused, affiliations, calendar, erase, facts, merge, persons, teams
from renown.people.models import Identity, Person, Team
from renown.sources.models import Source
from renown.web import spans
from renown.web.exports import address
from renown.web.held import held
from renown.web.house import house, reading, viewer
from renown.web.numbers import whole

pages = Blueprint("admin_person", __name__, url_prefix="/admin/people/<int:person>")

#: After every position: what is known now.
_NOW = 1 << 62


@pages.get("")
@needs("people:write")
def show(person: int) -> str | Response:
    found = _known(person)
    if found.id != person:
        return redirect(url_for("admin_person.show", person=found.id))
    return _page(found)


def _page(found: persons.Profile, **more: Any) -> str:
    conn, today = reading(), spans.today()
    root = func.coalesce(Person.root_id, Person.id)
    accounts = conn.execute(
        select(Identity.name, Identity.username, Identity.key, Identity.email, Identity.email_verified, Identity.bot)
        .add_columns(Source.title, Identity.first_seen)
        .join(Source, Source.id == Identity.source_id)
        .join(Person, Person.id == Identity.person_id)
        .where(root == found.id)
        .order_by(Source.title, Identity.id)
    ).all()
    known = facts.load(conn, people=[found.id])
    login = select(Login.email, Login.role, Login.last_at)
    names = dict(conn.execute(select(Person.id, Person.name).where(root == found.id)).all())
    return render_template(
        "admin/people/person.html",
        person=found,
        accounts=accounts,
        merges=[(number, names[gone], ground) for number, gone, ground, _ in merge.active(conn, found.id)],
        affiliation=known.affiliation(found.id, today, _NOW),
        stays=teams.of(conn, found.id),
        team=known.team(found.id, today, _NOW),
        teams=dict(conn.execute(select(Team.id, Team.name).order_by(Team.name)).all()),
        leave=calendar.leaves_of(conn, found.id),
        login=conn.execute(login.where(Login.person_id == found.id)).one_or_none(),
        today=today,
        **more,
    )  # fmt: skip


@pages.post("/names")
@needs("people:write")
def change(person: int) -> Response:
    name, email, timezone = (request.form.get(field, "").strip() for field in ("name", "email", "timezone"))

    def work(conn: Connection) -> dict[str, Any]:
        persons.change(conn, person, name=name or None, email=email or None, timezone=timezone or None)
        return {"name": name, "email": email, "timezone": timezone}

    return _act(person, "person.changed", work, "Saved.")


@pages.post("/affiliation")
@needs("people:write")
def affiliate(person: int) -> Response:
    kind = request.form.get("kind", "")

    def work(conn: Connection) -> dict[str, Any]:
        start, end = _day("from"), _day("to")
        affiliations.affiliate(conn, person, kind, start, end)
        return {"kind": kind, "from": start, "to": end}

    return _act(person, "person.affiliated", work, "Saved. What was counted before stays as it was.")


@pages.post("/team")
@needs("people:write")
def place(person: int) -> Response:
    team = request.form.get("team", type=whole)

    def work(conn: Connection) -> dict[str, Any]:
        start, end = _day("from"), _day("to")
        teams.place(conn, person, team, start, end)
        return {"team": team, "from": start, "to": end}

    return _act(person, "person.placed", work, "Saved. What was counted before stays with the team of then.")


@pages.post("/leave")
@needs("people:write")
def set_leave(person: int) -> Response:
    def work(conn: Connection) -> None:
        start, end = _day("from"), _day("to")
        if start is None or end is None:
            raise Refused("write both days")
        calendar.set_leave(conn, person, start, end, away=request.form.get("away", "yes") == "yes")

    return _act(person, "person.leave-changed", work, "Saved. Nobody loses anything by being away.")


@pages.post("/status")
@needs("people:write")
def status(person: int) -> Response:
    wanted = request.form.get("status", "")

    def work(conn: Connection) -> dict[str, Any]:
        if wanted == "left":
            persons.leaves(conn, person, _day("day") or spans.today(), spans.today())
        elif wanted == "suspended":
            persons.suspends(conn, person)
        elif wanted == "active":
            persons.returns(conn, person)
        else:
            raise Refused(f"{wanted!r} is none of left, suspended, active")
        return {"status": wanted}

    return _act(person, "person.status-changed", work, "Saved. Boards follow within a second; the past stays.")


@pages.post("/login")
@needs("people:write", tokens=False)
def let_in(person: int) -> Response | tuple[str, int]:
    """Give a role, or take the sign-in away, or make a one-time link, which is shown once."""
    found, wanted = _known(person), request.form.get("role", "")
    if wanted == "link":
        with house().db.write() as conn:
            secret = links.make(conn, found.id, minutes=24 * 60)
            _note(conn, "link.made", found.id, None)
        return _page(found, link=address(url_for("signin.link", secret=secret))), 200

    def work(conn: Connection) -> dict[str, Any]:
        if found.id == viewer().person_id:
            raise Refused("your own role is changed by another administrator")
        if wanted == "none":
            signin.remove_login(conn, found.id)
        else:
            email = request.form.get("email", "").strip() or found.email or ""
            if "@" not in email:
                raise Refused("write an e-mail to sign in with")
            if wanted == "customer":
                customers.let_in(conn, found.id, email)
            else:
                signin.add_login(conn, found.id, email, wanted)  # type: ignore[arg-type]
        return {"role": wanted}

    return _act(person, "login.changed", work, "Saved. They sign in with a one-time link first.")


@pages.post("/split/<int:number>")
@needs("people:write")
def split(person: int, number: int) -> Response:
    def work(conn: Connection) -> None:
        if number not in {one[0] for one in merge.active(conn, person)}:
            raise Refused("that merge is not one of this person's")
        merge.split(conn, number, viewer().person_id, "web")

    return _act(person, "", work, "They are two people again.")


@pages.get("/export.json")
@needs("people:write")
def export_all(person: int) -> Response:
    """For whoever asks what is held of them. Numbers that they keep to themselves are for their own eyes only."""
    found = _known(person)
    told = held(found.id)
    if found.id != viewer().person_id and directory.hidden(reading(), found.id, spans.today()):
        told |= {"entries": [], "left_out": "entries: they are not shown to administrators; /me/data has them"}
    house().db.retrying(lambda conn: _note(conn, "person.exported", found.id, None))
    return download(told, f"person-{person}.json")


def download(told: dict[str, Any], name: str) -> Response:
    body = json.dumps(told, indent=2, ensure_ascii=False, default=str)
    return Response(body, 200, {"Content-Disposition": f'attachment; filename="{name}"'}, "application/json")


@pages.post("/erase")
@needs("people:write")
def forget(person: int) -> Response:
    found = _known(person)
    if request.form.get("phrase", "").strip() != found.handle:
        flash(f"Nothing was erased: type {found.handle} to go on.", "bad")
        return redirect(url_for("admin_person.show", person=found.id))
    if found.id == viewer().person_id:
        flash("Nothing was erased: another administrator has to erase you.", "bad")
        return redirect(url_for("admin_person.show", person=found.id))

    def work(conn: Connection) -> None:
        erase.erase(conn, found.id, viewer().person_id, "web")

    return _act(person, "", work, "Erased.")


def _act(person: int, action: str, work: Callable[[Connection], dict[str, Any] | None], done: str) -> Response:
    """Do it and note it, in one transaction; a refusal is told on the page."""
    found = _known(person)

    def both(conn: Connection) -> None:
        details = work(conn)
        if action:
            _note(conn, action, found.id, details)

    try:
        house().db.retrying(both)
        flash(done, "good")
    except ValueError as refusal:
        flash(f"Not saved: {refusal}.", "bad")
    return redirect(url_for("admin_person.show", person=found.id))


def _note(conn: Connection, action: str, person: int, details: dict[str, Any] | None) -> None:
    by = viewer().person_id
    audit.record(conn, action, actor_id=by, via="web", target=f"person:{person}", person_id=person, details=details)


def _known(person: int) -> persons.Profile:
    try:
        return persons.get(reading(), person)
    except Refused:
        abort(404)


def _day(field: str) -> int | None:
    """A day from the form, None where it is empty. Raises Refused."""
    text = request.form.get(field, "").strip()
    try:
        return clock.to_day(date.fromisoformat(text)) if text else None
    except ValueError:
        raise Refused(f"{text!r} is no date") from None
