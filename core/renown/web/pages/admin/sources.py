"""Connected networks: the list, one source's live view, what it refused, and its settings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from sqlalchemy import Connection, Row, func, select
from werkzeug.wrappers import Response

from renown import audit
from renown.access.routes import needs
from renown.ledger import rehearsal
from renown.sources import again, notes, registry
from renown.sources.connector import Connector
from renown.sources.models import Quarantine, Reject
from renown.sources.registry import AFFILIATIONS, SourceError
from renown.web.drawn import draw, groups
from renown.web.house import house, reading, viewer

pages = Blueprint("sources", __name__, url_prefix="/admin/sources")

#: Where the wizard is with a source: the step to do next. Past the last it is set up.
CHOOSE, READS, CREDENTIALS, LIVE, BACKFILL, DONE = range(1, 7)


@pages.get("")
@needs("sources:read")
def index() -> str:
    conn = reading()
    refused = select(Reject.source_id, func.sum(Reject.count)).where(Reject.outcome == "rejected")
    held = select(Quarantine.source_id, func.count())
    return render_template(
        "admin/sources/index.html",
        sources=registry.listed(conn),
        titles={network: one.title for network, one in house().loaded.connectors().items()},
        refused=dict(conn.execute(refused.group_by(Reject.source_id)).all()),
        held=dict(conn.execute(held.group_by(Quarantine.source_id)).all()),
    )


@pages.get("/refused")
@needs("sources:read")
def strays() -> str:
    """What no source takes has no page of a source to be seen on."""
    conn = reading()
    return render_template(
        "admin/sources/strays.html",
        reasons=[(one, notes.rejects(conn, None, one.reason, 5)) for one in notes.grouped(conn, None)],
    )


@pages.post("/refused/dismiss")
@needs("sources:write")
def dismiss_strays() -> Response:
    reason = request.form.get("reason", "")
    with house().db.write() as conn:
        again.dismiss(conn, None, reason)
    note("rejected.dismiss", None, {"reason": reason})
    flash("Forgotten.", "good")
    return redirect("/admin/sources/refused")


@pages.get("/<int:source_id>")
@needs("sources:read")
def show(source_id: int) -> Response:
    row = known(source_id)
    return redirect(f"/admin/sources/{row.id}/{'setup' if row.state == 'setup' else 'live'}")


@pages.get("/<int:source_id>/live")
@needs("sources:read")
def live(source_id: int) -> str:
    return render_template("admin/sources/live.html", acts=rehearsal.ACTS, **about(known(source_id)))


@pages.post("/<int:source_id>/test")
@needs("sources:write")
def test(source_id: int) -> str:
    """A test event, all the way and back: what it would give, and by which rules."""
    row, act, space = known(source_id), request.form.get("act", ""), request.form.get("space", "").strip()[:256]
    if act not in rehearsal.ACTS:
        abort(422, f"act: one of {', '.join(rehearsal.ACTS)}")
    found = rehearsal.rehearse(house().reception, house().dispatcher, registry.info(row), act, space)
    return render_template(
        "admin/sources/live.html",
        acts=rehearsal.ACTS,
        tried=found,
        given=request.form,
        measures=house().plugins.measures,
        **about(row),
    )


@pages.get("/<int:source_id>/_deliveries")
@needs("sources:read")
def deliveries(source_id: int) -> str:
    row = known(source_id)
    found = notes.deliveries(reading(), row.id, limit=30)
    return render_template("admin/sources/_deliveries.html", source=row, deliveries=found)


@pages.get("/<int:source_id>/rejected")
@needs("sources:read")
def rejected(source_id: int) -> str:
    row, conn = known(source_id), reading()
    reasons = notes.grouped(conn, row.id)
    return render_template(
        "admin/sources/rejected.html",
        reasons=[(one, notes.rejects(conn, row.id, one.reason, 5)) for one in reasons],
        held=notes.quarantined(conn, row.id),
        **about(row),
    )


@pages.post("/<int:source_id>/rejected/<any(again, dismiss):act>")
@needs("sources:write")
def handle(source_id: int, act: str) -> Response:
    row, reason = known(source_id), request.form.get("reason", "")
    if act == "again":
        counts = again.try_again(house().reception, row.id, reason)
        flash(f"{counts.accepted} accepted, {counts.duplicates} there already, {counts.rejected} refused.", "good")
    else:
        with house().db.write() as conn:
            again.dismiss(conn, row.id, reason)
        flash("Forgotten.", "good")
    note(f"rejected.{act}", row.id, {"reason": reason})
    return redirect(f"/admin/sources/{row.id}/rejected")


@pages.post("/<int:source_id>/quarantine/<any(release, force, discard):act>")
@needs("sources:write")
def free(source_id: int, act: str) -> Response:
    row = known(source_id)
    if act == "discard":
        with house().db.write() as conn:
            again.discard(conn, row.id, [one.id for one in notes.quarantined(conn, row.id)])
    else:
        again.release(house().reception, row.id, force=act == "force")
    note(f"quarantine.{act}", row.id)
    flash("Done.", "good")
    return redirect(f"/admin/sources/{row.id}/rejected")


@pages.get("/<int:source_id>/settings")
@needs("sources:read")
def settings(source_id: int) -> str:
    return _settings(known(source_id))


@pages.post("/<int:source_id>/settings")
@needs("sources:write")
def change(source_id: int) -> str | Response | tuple[str, int]:
    row, form = known(source_id), request.form
    values: dict[str, Any] = {name: form.get(name) == "yes" for name in ("vouches", "keep_text", "keep_private")}
    values["affiliation"] = form.get("affiliation", "")
    values["title"] = form.get("title", "").strip()[:256] or row.name
    errors = save(row, values)
    if errors:
        return _settings(row, errors), 422
    flash("Saved. It holds for what comes in from now on.", "good")
    return redirect(f"/admin/sources/{row.id}/settings")


@pages.post("/<int:source_id>/<any(pause, resume, remove):act>")
@needs("sources:write")
def switch(source_id: int, act: str) -> Response:
    row = known(source_id)
    if act == "remove" and request.form.get("phrase") != row.name:
        abort(422, f"phrase: type {row.name}")
    with house().db.write() as conn:
        if act == "remove":
            registry.remove(conn, row.id)
        else:
            registry.change(conn, row.id, state="paused" if act == "pause" else "live")
    note(f"source.{act}", row.id)
    flash({"pause": "Paused: deliveries are refused.", "resume": "Live again.", "remove": "Removed."}[act], "good")
    return redirect("/admin/sources" if act == "remove" else f"/admin/sources/{row.id}/live")


@pages.post("/<int:source_id>/secret")
@needs("sources:write")
def secret(source_id: int) -> str | tuple[str, int]:
    row, given = known(source_id), request.form.get("secret", "").strip()
    if given and len(given) < 8:
        return _settings(row, {"secret": ["A secret has at least 8 characters."]}), 422
    with house().db.write() as conn:
        made = registry.add_secret(conn, house().keyring, row.id, given or None)
        if request.form.get("only") == "yes":
            registry.drop_old_secrets(conn, row.id)
    note("source.secret", row.id)
    return _settings(known(source_id), made=None if given else made, saved=True)


def known(source_id: int) -> Row[Any]:
    """The source, read afresh, or 404."""
    with house().db.read() as conn:
        row = registry.by_id(conn, source_id)
    if row is None or row.state == "removed" or row.network == "renown":
        abort(404)
    return row


def connector_of(row: Row[Any]) -> Connector | None:
    """None for a source that posts CloudEvents, and while the network's plugin is off."""
    return house().loaded.connectors().get(row.network)


def about(row: Row[Any]) -> dict[str, Any]:
    """What every page of a source shows."""
    return {"source": row, "connector": connector_of(row), "address": address(row)}


def address(row: Row[Any]) -> str:
    """Where the network delivers to."""
    return (house().settings.url or request.host_url.rstrip("/")) + registry.path(row)


def save(row: Row[Any], values: dict[str, Any]) -> dict[str, list[str]]:
    """Change a source, and say it in the audit log. Returns what is wrong, by field."""
    try:
        with house().db.write() as conn:
            registry.change(conn, row.id, **values)
    except SourceError as error:
        field, _, text = str(error).partition(": ")
        return {field: [text.capitalize() + "."]}
    before = {name: getattr(row, name) for name in values}
    changed = {name: [before[name], values[name]] for name in values if before[name] != values[name]}
    if changed:
        note("source.changed", row.id, changed)
    return {}


def note(action: str, source_id: int | None, details: dict[str, Any] | None = None) -> None:
    target = None if source_id is None else f"source:{source_id}"

    def work(conn: Connection) -> None:
        audit.record(conn, action, actor_id=viewer().person_id, via="web", target=target, details=details)

    house().db.retrying(work)


def _settings(row: Row[Any], errors: dict[str, list[str]] | None = None, **more: Any) -> str:
    connector = connector_of(row)
    schema = connector.settings() if connector is not None and connector.settings is not None else None
    return render_template(
        "admin/sources/settings.html",
        affiliations=[(one, one) for one in AFFILIATIONS],
        drawn=groups(draw(schema, row.settings or {})) if schema else [],
        errors=errors or {},
        **about(row),
        **more,
    )
