"""The list of people: found, added, taken over from a file, merged."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from renown import audit
from renown.access.routes import needs
from renown.people import Refused, directory, merge, persons, roster
from renown.people.sheet import COLUMNS
from renown.web import spans
from renown.web.house import house, reading, viewer
from renown.web.numbers import whole, whole_or
from renown.web.pages.people import teams_today

pages = Blueprint("admin_people", __name__, url_prefix="/admin/people")

Page = str | Response | tuple[str, int]

_PAGE = 50


@pages.get("")
@needs("people:write")
def index() -> str:
    return _list(request.args.get("state", "active"))


@pages.get("/unclaimed")
@needs("people:write")
def unclaimed() -> str:
    return _list("unclaimed")


def _list(state: str) -> str:
    conn = reading()
    after = request.args.get("after", "").rpartition("/")
    last = whole_or(after[2], -1)
    mark = (after[0], last) if last >= 0 else None
    found = roster.page(conn, search=request.args.get("q", ""), state=state, after=mark, limit=_PAGE + 1)
    more = f"{found[_PAGE - 1].name.lower()}/{found[_PAGE - 1].id}" if len(found) > _PAGE else None
    found = found[:_PAGE]
    return render_template(
        "admin/people/index.html",
        people=found,
        further=more,
        state=state,
        states=tuple(roster.STATES),
        teams_of=teams_today(conn, [one.id for one in found], spans.today()),
        same_mail=roster.same_mail(conn) if state in ("active", "unclaimed") and mark is None else [],
    )


@pages.post("")
@needs("people:write")
def add() -> Page:
    name, email = request.form.get("name", "").strip(), request.form.get("email", "").strip()
    if not 1 <= len(name) <= 256:
        flash("Nobody was added: write a name.", "bad")
        return redirect(url_for("admin_people.index"))

    def work(conn: Connection) -> int:
        known = persons.by_email(conn, email) if email else None
        if known is not None:
            raise Refused(f"{email} is the e-mail of {persons.get(conn, known).name} already")
        person = persons.add(conn, name, email or None)
        audit.record(conn, "person.added", actor_id=viewer().person_id, via="web", target=f"person:{person}",
                     person_id=person, details={"name": name, "email": email})  # fmt: skip
        return person

    try:
        person = house().db.retrying(work)
    except Refused as refusal:
        flash(f"Nobody was added: {refusal}.", "bad")
        return redirect(url_for("admin_people.index"))
    return redirect(url_for("admin_person.show", person=person))


@pages.get("/import")
@needs("people:write")
def import_page() -> str:
    return _import()


@pages.post("/import")
@needs("people:write")
def import_file() -> Page:
    """A dry run first; only what the form says was looked at is written."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _import(errors={"file": ["Choose a CSV file."]}), 422
    dry = request.form.get("really") != "yes"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        sent.save(path)
        try:
            counts = directory.import_csv(house().db, path, dry_run=dry, by=viewer().person_id, via="web")
        except directory.BadSheet as bad:
            return _import(faults=bad.faults), 422
    return _import(counts=counts, dry=dry)


def _import(**more: Any) -> str:
    return render_template("admin/people/import.html", columns=COLUMNS, **more)


@pages.get("/merge")
@needs("people:write")
def merging() -> Page:
    """Two people side by side before they become one; nothing changes yet."""
    kept, gone = _named("kept"), _named("gone")
    if kept is None or gone is None:
        missing = [name for name, one in (("kept", kept), ("gone", gone)) if one is None and request.args.get(name)]
        errors = {name: ["Nobody has this handle or e-mail."] for name in missing}
        page = render_template("admin/people/merge.html", preview=None, errors=errors)
        return (page, 404) if errors else page
    try:
        preview = merge.preview(reading(), kept.id, gone.id)
    except Refused as refusal:
        return render_template("admin/people/merge.html", preview=None, errors={"gone": [f"{refusal}."]}), 422
    return render_template("admin/people/merge.html", preview=preview, errors={})


@pages.post("/merge")
@needs("people:write")
def do_merge() -> Page:
    kept, gone = request.form.get("kept", type=whole), request.form.get("gone", type=whole)
    if kept is None or gone is None:
        abort(422, "kept, gone: the numbers of two people")
    try:
        house().db.retrying(lambda conn: merge.merge(conn, kept, gone, "administrator", viewer().person_id, "web"))
    except Refused as refusal:
        flash(f"Not merged: {refusal}.", "bad")
        return redirect(url_for("admin_people.merging"))
    flash("They are one person now. You can split them again here.", "good")
    return redirect(url_for("admin_person.show", person=kept))


def _named(field: str) -> persons.Profile | None:
    text = request.args.get(field, "").strip()
    return persons.find(reading(), text) if text else None
