"""The pages of rings, for moderators: what was found, what speaks for it, and what they noted."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, as_json, needs, viewer
from renown_influence import ring_book, ring_words, rings_told
from renown_influence.pair import LISTED
from renown_influence.rings_told import Acts, Told


def blueprint(ctx: PluginContext) -> Blueprint:
    pages = Blueprint("influence_rings", __name__, template_folder="templates")

    @pages.get("/desk/rings")
    @needs("influence.rings")
    def index() -> str:
        with ctx.reading() as inner:
            return render_template("influence/rings.html", rings=rings_told.all_of(inner, viewer()))

    @pages.get("/desk/rings.json")
    @needs("influence.rings")
    def as_data() -> Response:
        with ctx.reading() as inner:
            return as_json(rings_told.data(rings_told.all_of(inner, viewer())))

    @pages.get("/desk/rings/<ring>")
    @needs("influence.rings")
    def show(ring: str) -> str:
        with ctx.reading() as inner:
            return _page(inner, one(inner, ring))

    @pages.get("/desk/rings/<ring>.json")
    @needs("influence.rings")
    def one_as_data(ring: str) -> Response:
        with ctx.reading() as inner:
            found = one(inner, ring)
            return as_json(rings_told.whole_data(found, rings_told.evidence(inner, viewer(), found)))

    @pages.get("/desk/rings/<ring>/<rater>/for/<owner>")
    @needs("influence.rings")
    def acts(ring: str, rater: str, owner: str) -> str:
        with ctx.reading() as inner:
            found = _acts(inner, ring, rater, owner)
            return render_template("influence/rings_acts.html", ring=ring, found=found, listed=LISTED)

    @pages.get("/desk/rings/<ring>/<rater>/for/<owner>.json")
    @needs("influence.rings")
    def acts_as_data(ring: str, rater: str, owner: str) -> Response:
        with ctx.reading() as inner:
            return as_json(rings_told.acts_data(_acts(inner, ring, rater, owner)))

    @pages.post("/desk/rings/<ring>/notes")
    @needs("influence.rings", tokens=False)
    def note(ring: str) -> Answer | tuple[str, int]:
        by, text, done = viewer().person_id, request.form.get("text", ""), "done" in request.form
        if by is None:
            abort(404)
        try:
            with ctx.writing() as inner:
                ring_book.note(inner, one(inner, ring).row, text, by, done=done)
        except ValueError as error:
            with ctx.reading() as inner:
                return _page(inner, one(inner, ring), text, str(error), done=done), 422
        flash("The note is kept.", "good")
        return redirect(f"/desk/rings/{ring}")

    return pages


def one(ctx: PluginContext, ring: str) -> Told:
    """404 alike where there is none, where it may not be shown, and where the viewer is in it."""
    told = rings_told.one_of(ctx, viewer(), ring)
    return told if told is not None else abort(404)


def _acts(ctx: PluginContext, ring: str, rater: str, owner: str) -> Acts:
    """404 as well where their pair is told of with others alone."""
    return rings_told.acts(ctx, viewer(), one(ctx, ring), rater, owner) or abort(404)


def _page(ctx: PluginContext, ring: Told, text: str = "", error: str = "", *, done: bool = False) -> str:
    evidence = rings_told.evidence(ctx, viewer(), ring)
    linked = (ring_words.linked(*evidence.links),) if evidence.links and ring.whole else ()
    return render_template(
        "influence/rings_one.html",
        ring=ring,
        evidence=evidence,
        sentences=(*linked, *ring.sentences),
        writers=ctx.people.names({one.by_id for one in ring.notes}),
        text=text,
        done=done,
        errors=[error] if error else [],
        longest=ring_book.LONGEST_NOTE,
    )
