"""The organisation: its name, customers, time zone, the hosts inside that are asked, what the environment decides."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from renown import audit, settings
from renown.access import customers
from renown.access.routes import needs
from renown.context import hosts
from renown.db import stored
from renown.events import log
from renown.events.models import Consumer
from renown.ledger import recount
from renown.ledger.models import Generation
from renown.notify import joins
from renown.web import brand, logos
from renown.web.house import branding, house, reading, viewer

pages = Blueprint("organisation", __name__, url_prefix="/admin/settings")

Page = str | Response | tuple[str, int]

LONGEST = 80


@pages.get("")
@needs("settings:write")
def index() -> str:
    return _page()


@pages.post("/name")
@needs("settings:write")
def rename() -> Page:
    name = " ".join(request.form.get("organisation", "").split())
    if not 1 <= len(name) <= LONGEST:
        return _page({"organisation": [f"Write a name of up to {LONGEST} characters."]}), 422

    def work(conn: Connection) -> None:
        before = stored.get(conn, "core", "organisation", "Renown")
        stored.put(conn, "core", "organisation", name)
        details = {"before": before, "after": name}
        audit.record(conn, "settings.name", actor_id=viewer().person_id, via="web", details=details)

    house().db.retrying(work)
    flash("Saved.", "good")
    return redirect("/admin/settings")


@pages.post("/timezone")
@needs("settings:write")
def change_zone() -> Page:
    zone, errors = request.form.get("timezone", ""), dict[str, list[str]]()
    if zone not in available_timezones():
        errors["timezone"] = ["Choose a time zone, like Europe/Lisbon."]
    elif request.form.get("anew") != "yes" and zone != stored.get(reading(), "core", "timezone", "UTC"):
        errors["anew"] = ["Tick it: another time zone counts the past anew."]
    if errors:
        return _page(errors), 422
    by = viewer().person_id

    def work(conn: Connection) -> int:
        before = stored.get(conn, "core", "timezone", "UTC")
        if before == zone:
            return 0
        made = recount.change_zone(conn, zone, by=by, via="web")
        details = {"before": before, "after": zone, "generations": made}
        audit.record(conn, "settings.timezone", actor_id=by, via="web", details=details)
        return len(made)

    begun = house().db.retrying(work)
    flash("Saved. Everything is being counted anew." if begun else "Saved.", "good")
    return redirect("/admin/settings#timezone")


@pages.post("/customers")
@needs("settings:write")
def let_customers_in() -> Page:
    chosen = request.form.get("customers", "")
    if chosen not in customers.POLICIES:
        return _page({"customers": ["Choose one of the three."]}), 422

    def work(conn: Connection) -> None:
        before = customers.policy(conn)
        customers.set_policy(conn, chosen)
        details = {"before": before, "after": chosen}
        audit.record(conn, "settings.customers", actor_id=viewer().person_id, via="web", details=details)

    house().db.retrying(work)
    flash("Saved.", "good")
    return redirect("/admin/settings#customers")


@pages.post("/hosts")
@needs("settings:write")
def allow_hosts() -> Page:
    given, by = request.form.get(hosts.NAME, "").split(), viewer().person_id
    try:
        house().db.retrying(lambda conn: hosts.allow(conn, given, actor_id=by, via="web"))
    except hosts.NoHost as error:
        field, _, text = str(error).partition(": ")
        return _page({field: [text]}), 422
    flash("Saved.", "good")
    return redirect("/admin/settings#outgoing")


@pages.post("/colours")
@needs("settings:write")
def colour() -> Page:
    light, dark = request.form.get("accent", ""), request.form.get("accent_dark", "")
    try:
        house().db.retrying(lambda conn: _brand(conn, "colours", lambda: brand.set_accent(conn, light, dark)))
    except ValueError as error:
        field, _, text = str(error).partition(": ")
        return _page({field: [text]}), 422
    flash("Saved.", "good")
    return redirect("/admin/settings#looks")


@pages.post("/logo")
@needs("settings:write")
def change_logo() -> Page:
    sent = request.files.get("logo")
    content = sent.read(logos.MOST_BYTES + 1) if sent is not None else b""
    chosen = None if request.form.get("act") == "remove" else content
    try:
        house().db.retrying(lambda conn: _brand(conn, "logo", lambda: brand.set_logo(conn, chosen)))
    except logos.NoLogo as error:
        return _page({"logo": [str(error)]}), 422
    flash("Saved.", "good")
    return redirect("/admin/settings#looks")


def _brand(conn: Connection, what: str, work: Callable[[], None]) -> None:
    work()
    audit.record(conn, f"settings.{what}", actor_id=viewer().person_id, via="web")


@pages.get("/_counting")
@needs("settings:write")
def counting() -> str:
    """How far the recounts are."""
    return render_template("admin/settings/_counting.html", counting=_counting(), end=log.head(reading()))


def _page(errors: dict[str, list[str]] | None = None) -> str:
    conn = reading()
    return render_template(
        "admin/settings/index.html",
        errors=errors or {},
        given=request.form,
        name=stored.get(conn, "core", "organisation", "Renown"),
        counted_in=stored.get(conn, "core", "timezone", "UTC"),
        zones=sorted(available_timezones()),
        counting=_counting(),
        end=log.head(conn),
        customers=customers.policy(conn),
        hosts="\n".join(hosts.allowed(conn)),
        brand=branding(),
        letters=joins.possible(conn, house().settings.url),
        decided=settings.told(house().settings),
    )


def _counting() -> list[tuple[str, int]]:
    """Recounts on their way: the plugin's title, and how many events it has counted."""
    rows = reading().execute(
        select(Generation.plugin, Consumer.position)
        .join(Consumer, Consumer.generation == Generation.id)
        .where(Generation.state == "building")
        .order_by(Generation.plugin)
    )
    manifests = house().plugins.manifests
    return [(manifests[row.plugin].title if row.plugin in manifests else row.plugin, row.position) for row in rows]
