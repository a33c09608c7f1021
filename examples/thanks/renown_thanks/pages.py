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
        with ctx.reading() as inner:
            person = viewer().person_id
            cards = service.received(inner, person, 50) if person else []
            names = inner.people.names([card.giver_id for card in cards])
            # The cards are of this session, and end with it.
            return render_template("thanks/page.html", cards=cards, names=names)

    @pages.post("")
    @needs("thanks.give")
    def give() -> Response:
        with ctx.writing() as inner:
            found = inner.people.find(request.form.get("to", ""))
            giver = viewer().person_id
            try:
                if found is None or giver is None:
                    raise ValueError("nobody has this name or e-mail")
                service.give(inner, giver, found.id, request.form.get("text", ""))
                flash("Thanks given.", "good")
            except (service.TooMany, ValueError) as error:
                flash(str(error), "bad")
        return redirect("/thanks")

    return pages
