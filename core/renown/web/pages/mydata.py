"""What is held of me, whole, and how to have it erased."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from renown.access.routes import needs
from renown.web.held import held
from renown.web.house import viewer
from renown.web.pages.admin.person import download

pages = Blueprint("my_data", __name__, url_prefix="/me")

#: What the parts of the file are to customers.
CUSTOMERS = {
    "people": "name and e-mail",
    "affiliations": "what you are to us",
    "sign_in": "how you sign in",
    "accounts": "where else we know you from",
    "merges": "accounts that are one",
    "entries": "what you did elsewhere",
    "administrative_acts": "what we changed",
}


@pages.get("/data")
@needs("me:read")
def index() -> str:
    # What is empty is told to those who may wonder what it is; to customers it would be other people's words.
    least = 0 if viewer().employee else 1
    names = {} if viewer().employee else CUSTOMERS
    told = {name: records for name, part in held(_me()).items() if (records := _records(part)) is not None}
    counts = {names.get(name, name): records for name, records in told.items() if records >= least}
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
