"""What I was told, and how I want to hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Answer

from renown.access.routes import needs
from renown.notify import choices, deliveries, inbox, own, pace
from renown.notify.pace import Quiet
from renown.web.exports import Item, as_feed
from renown.web.house import house, reading, viewer, working
from renown.web.numbers import whole

pages = Blueprint("notifications", __name__)

_PAGE = 50
MAIL = ("mail", "E-mail")
HOURS = [(hour, f"{hour}:00") for hour in range(24)]


@dataclass(frozen=True)
class Kind:
    """A kind of notice that the core, or a plugin which is on, declares."""

    name: str
    title: str
    pace: str
    plugin: str


@pages.get("/notifications")
@needs("me:read")
def index() -> str:
    before = request.args.get("before", type=whole)
    found = inbox.listed(reading(), _me(), of=working(), before=before, limit=_PAGE)
    further = found[-1].id if len(found) == _PAGE else None
    return render_template("me/inbox.html", groups=inbox.grouped(found), further=further, before=before)


@pages.get("/notifications.atom")
@needs("me:read")
def as_news() -> Response:
    found = inbox.listed(reading(), _me(), of=working())
    items = [Item(str(one.id), one.title, one.url or "/notifications", one.created_at, one.body or "") for one in found]
    return as_feed("Notifications", items)


@pages.post("/notifications/read")
@needs("me:write")
def read() -> Answer:
    notice = request.form.get("notice", type=whole)
    house().db.retrying(lambda conn: inbox.mark_read(conn, _me(), notice, working()))
    return redirect("/notifications")


@pages.get("/me/notifications")
@needs("me:read")
def settings() -> str:
    return render_template(
        "me/notifications.html",
        kinds=_kinds(),
        channels=_channels(),
        chosen=choices.chosen(reading(), _me()),
        paces=choices.PACES,
        quiet=pace.quiet_of(reading(), _me()),
        hours=HOURS,
        bounced=deliveries.bounced(reading(), _me()),
    )


@pages.post("/me/notifications")
@needs("me:write")
def choose() -> Answer:
    paces = {
        (kind.name, channel): request.form[f"{kind.name}|{channel}"]
        for kind in _kinds()
        for channel, _ in _channels()
        if f"{kind.name}|{channel}" in request.form
    }
    start, end = (request.form.get(f"quiet-{side}", type=whole) for side in ("start", "end"))

    def write(conn: Connection) -> None:
        choices.choose(conn, _me(), paces)
        if start is not None and end is not None:
            pace.set_quiet(conn, _me(), Quiet(start, end))

    try:
        house().db.retrying(write)
    except ValueError as error:
        abort(422, str(error))
    flash("Saved.", "good")
    return redirect("/me/notifications")


def _me() -> int:
    return viewer().person_id or abort(404)


def _kinds() -> Sequence[Kind]:
    manifests = [house().plugins.manifests[name] for name in house().plugins.enabled]
    found = [("Renown", one) for one in (*own.KINDS, *own.STEWARDS)]
    found += [(plugin.title, one) for plugin in manifests for one in plugin.notices]
    return [Kind(one.name, one.title, one.pace, title) for title, one in found if viewer().at_least(one.role)]


def _channels() -> Sequence[tuple[str, Any]]:
    return [MAIL, *((name, channel.title) for name, (_, channel) in house().loaded.channels().items() if channel.title)]
