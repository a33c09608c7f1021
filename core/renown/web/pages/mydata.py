"""What is held of me, whole, and how to have it erased."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from renown.access.routes import needs
from renown.people import export
from renown.web.house import reading, viewer
from renown.web.pages.admin.person import download

pages = Blueprint("my_data", __name__, url_prefix="/me")


@pages.get("/data")
@needs("me:read")
def index() -> str:
    told = export.export(reading(), _me())
    counts = {name: len(held) for name, held in told.items() if isinstance(held, list)}
    return render_template("me/data.html", counts=counts)


@pages.get("/data.json")
@needs("me:read")
def whole() -> Response:
    return download(export.export(reading(), _me()), "my-data.json")


def _me() -> int:
    return viewer().person_id or abort(404)
