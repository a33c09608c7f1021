"""What is held of me, whole, and how to have it erased."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from renown.access.routes import needs
from renown.web.held import held
from renown.web.house import viewer
from renown.web.pages.admin.person import download

pages = Blueprint("my_data", __name__, url_prefix="/me")


@pages.get("/data")
@needs("me:read")
def index() -> str:
    counts = {name: records for name, part in held(_me()).items() if (records := _records(part)) is not None}
    return render_template("me/data.html", counts=counts)


@pages.get("/data.json")
@needs("me:read")
def whole() -> Response:
    return download(held(_me()), "my-data.json")


def _records(part: object) -> int | None:
    """How many there are in a part of the file; None for what is no list of records."""
    if isinstance(part, dict):
        return sum(len(one) for one in part.values() if isinstance(one, list))
    return len(part) if isinstance(part, list) else None


def _me() -> int:
    return viewer().person_id or abort(404)
