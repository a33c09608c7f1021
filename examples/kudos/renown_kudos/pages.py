"""The page on which thanks are given and read."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request
from renown.api import PluginContext, needs, viewer
from werkzeug.wrappers import Response

from renown_kudos import allowance, giving, reading
from renown_kudos.giving import NotNow, Refused, Used
from renown_kudos.models import LONGEST

_TABS = {"everyone": "Everyone", "to-you": "To you", "from-you": "From you"}


def blueprint(ctx: PluginContext) -> Blueprint:
    pages = Blueprint("kudos", __name__, template_folder="templates", url_prefix="/kudos")

    @pages.get("")
    @needs("kudos.read")
    def show() -> str:
        return _page(ctx, {"to": request.args.get("to", "")}, {})

    @pages.post("")
    @needs("kudos.give")
    def give() -> Response | tuple[str, int]:
        form = request.form
        try:
            with ctx.writing() as inner:
                giving.give(
                    inner,
                    viewer(),
                    form.get("to", ""),
                    form.get("reason", ""),
                    private="private" in form,
                    once=form.get("once", ""),
                )
        except Refused as error:
            return _page(ctx, form, error.errors), 422
        except Used as error:
            return _page(ctx, {**form, "once": ""}, {"to": [str(error)]}), 422
        except NotNow as error:
            return _page(ctx, form, {"to": [str(error)]}), 422
        flash("Thanks given.", "good")
        return redirect("/kudos?show=from-you", 303)

    @pages.post("/<key>/back")
    @needs("kudos.give")
    def take_back(key: str) -> Response:
        try:
            with ctx.writing() as inner:
                if not giving.take_back(inner, viewer(), key):
                    abort(404)
            flash("Taken back.", "good")
        except NotNow as error:
            flash(str(error), "bad")
        return redirect("/kudos?show=from-you", 303)

    @pages.post("/<key>/down")
    @needs("kudos.give")
    def take_down(key: str) -> Response:
        with ctx.writing() as inner:
            if not giving.take_down(inner, viewer(), key):
                abort(404)
        flash("Taken down.", "good")
        show = request.args.get("show", "")
        return redirect(f"/kudos?show={show}" if show in _TABS else "/kudos", 303)

    return pages


def _page(ctx: PluginContext, form: Mapping[str, str], errors: Mapping[str, Sequence[str]]) -> str:
    """With what was written into the form, which is told from others by a number drawn once."""
    show = request.args.get("show", "everyone")
    show = show if show in _TABS else "everyone"
    before = request.args.get("before", "")
    with ctx.reading() as inner:
        person = viewer().person_id
        # Where nobody is shown by name, nobody can be found.
        left = allowance.of(inner, person) if person is not None and inner.standings.shows(viewer()) else None
        number = int(before) if before.isdecimal() and len(before) < 10 else None
        page = reading.page(inner, viewer(), show, number)
        limits = {"shortest": inner.settings["shortest"], "longest": LONGEST, "minutes": inner.settings["minutes"]}
    tabs = [(title, f"/kudos?show={name}", name == show) for name, title in _TABS.items()]
    once = form.get("once") or secrets.token_hex(8)
    return render_template(
        "kudos/page.html", page=page, show=show, tabs=tabs, left=left, form=form, errors=errors, once=once, **limits
    )
