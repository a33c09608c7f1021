"""What is held of me, whole, and how to have it erased."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from renown.access.routes import needs
from renown.web.held import OFF, held
from renown.web.house import house, viewer
from renown.web.pages.admin.person import download

#: Parts of the file whose names say little by themselves.
TITLES = {
    "people": "Your name and e-mail, and those of records joined with yours",
    "acts": "What you did",
    "entries": "Changes of your numbers",
    "merges": "Times that records were joined",
    "administrative_acts": "Lines in the record of administration",
    "not_to_be_asked": "Wishes to be suggested to nobody",
}

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
    told = held(_me())
    # What is empty is told to those who may wonder what it is; to customers it would be other people's words.
    employee = viewer().employee
    names, least = ({}, 0) if employee else (CUSTOMERS, 1)
    counts = {
        names.get(name, _title(name)): n
        for name, part in told.items()
        if name != OFF and (n := _records(part)) is not None and n >= least
    }
    return render_template("me/data.html", counts=counts, off=[_title(name) for name in told[OFF]] if employee else [])


@pages.get("/data.json")
@needs("me:read")
def whole() -> Response:
    return download(held(_me()), "my-data.json")


def _title(part: str) -> str:
    """What a part of the file is called."""
    manifest = house().plugins.manifests.get(part)
    return TITLES.get(part) or (manifest.title if manifest else part.replace("_", " ").capitalize())


def _records(part: object) -> int | None:
    """How many there are in a part of the file; None for what is no list of records."""
    if isinstance(part, dict):
        return sum(len(one) for one in part.values() if isinstance(one, list))
    return len(part) if isinstance(part, list) else None


def _me() -> int:
    return viewer().person_id or abort(404)
