"""The way out that stands in each message: for those kinds on that channel, without signing in."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from renown.access.routes import opened, public
from renown.notify import choices, own
from renown.notify.message import BadLink, Unsubscribe
from renown.web.house import house

pages = Blueprint("unsubscribe", __name__, url_prefix="/unsubscribe")


@pages.get("/<token>")
@public
def ask(token: str) -> str:
    """Opened by whoever previews links too, so it takes a button."""
    return render_template("me/unsubscribe.html", titles=_titles(_read(token)), done=False)


@pages.post("/<token>")
@opened(csrf=False)
def leave(token: str) -> str:
    """The signed link is the proof: mail programs post here by themselves, at one click."""
    wanted = _read(token)
    paces = {(kind, wanted.channel): "never" for kind in wanted.kinds}
    house().db.retrying(lambda conn: choices.choose(conn, wanted.person_id, paces))
    return render_template("me/unsubscribe.html", titles=_titles(wanted), done=True)


def _read(token: str) -> Unsubscribe:
    try:
        return house().sending.writer.read(token)
    except BadLink:
        abort(404)


def _titles(wanted: Unsubscribe) -> list[str]:
    declared = [kind for one in house().plugins.manifests.values() for kind in one.notices]
    known = {kind.name: kind.title for kind in (*own.KINDS, *own.STEWARDS, *declared)}
    return [known.get(kind, kind) for kind in wanted.kinds]
