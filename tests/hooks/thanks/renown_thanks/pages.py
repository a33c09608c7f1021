"""The page on which thanks are given."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from renown.api import PluginContext, needs, viewer
from renown_thanks import service


def blueprint(ctx: PluginContext) -> Blueprint:
    pages = Blueprint("thanks", __name__, template_folder="templates", url_prefix="/thanks")

    @pages.get("")
    @needs("thanks.give")
    def show() -> str:
        return render_template("thanks/page.html")

    @pages.post("")
    @needs("thanks.give")
    def give() -> Response:
        with ctx.writing() as inner:
            found = inner.people.find(request.form.get("to", ""))
            giver = viewer().person_id
            try:
                # Who hides and who is not there get the same answer.
                if giver is None or found is None or found.id not in inner.people.shown(viewer(), [found.id]):
                    raise ValueError("nobody has this name or e-mail")
                service.give(inner, giver, found.id)
                flash("Thanks given.", "good")
            except (service.TooMany, ValueError) as error:
                flash(str(error), "bad")
        return redirect("/thanks")

    return pages
