"""The pages of rings, for moderators: what was found, what speaks for it, and what they noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, Shown, as_json, needs, viewer
from renown_influence import ring_book, ring_words, run
from renown_influence.models import RingNote, RingRow


@dataclass(frozen=True)
class Told:
    """A ring as this viewer may be told it. `people` are those who are shown, `hidden` how many are not.

    `members` are people with their score and what it would be without the ring; `pairs` are who endorsed whom, with
    what is left of it, on how many days, and the last of these. Both are of people who are shown.
    """

    row: RingRow
    people: tuple[Shown, ...]
    hidden: int
    sentences: tuple[str, ...]
    members: tuple[tuple[Shown, float, float], ...]
    pairs: tuple[tuple[Shown, Shown, float, int, int], ...]
    notes: tuple[RingNote, ...]


def blueprint(ctx: PluginContext) -> Blueprint:
    pages = Blueprint("influence_rings", __name__, template_folder="templates")

    @pages.get("/desk/rings")
    @needs("influence.rings")
    def index() -> str:
        with ctx.reading() as inner:
            found, kept_back, day = _all(inner)
            return render_template("influence/rings.html", rings=found, kept_back=kept_back, day=day)

    @pages.get("/desk/rings.json")
    @needs("influence.rings")
    def as_data() -> Response:
        with ctx.reading() as inner:
            found, kept_back, day = _all(inner)
            return as_json({"day": day, "rings": [_data(one) for one in found], "not_shown": kept_back})

    @pages.get("/desk/rings/<ring>")
    @needs("influence.rings")
    def show(ring: str) -> str:
        with ctx.reading() as inner:
            return _page(inner, _one(inner, ring))

    @pages.post("/desk/rings/<ring>/notes")
    @needs("influence.rings", tokens=False)
    def note(ring: str) -> Answer | tuple[str, int]:
        by, text = viewer().person_id, request.form.get("text", "")
        if by is None:
            abort(404)
        try:
            with ctx.writing() as inner:
                ring_book.note(inner, _one(inner, ring).row, text, by)
        except ValueError as error:
            with ctx.reading() as inner:
                return _page(inner, _one(inner, ring), text, str(error)), 422
        flash("The note is kept.", "good")
        return redirect(f"/desk/rings/{ring}")

    return pages


def _page(ctx: PluginContext, ring: Told, text: str = "", error: str = "") -> str:
    writers = ctx.people.names({one.by_id for one in ring.notes})
    return render_template(
        "influence/rings_one.html",
        ring=ring,
        writers=writers,
        text=text,
        errors=[error] if error else [],
        longest=ring_book.LONGEST_NOTE,
    )


def _all(ctx: PluginContext) -> tuple[list[Told], int, int | None]:
    """What may be shown, how many rings may not, and the day of the run; None where there was none."""
    newest = run.newest(ctx)
    if newest is None:
        return [], 0, None
    rows = ring_book.of(ctx, newest.id)
    told = [_told(ctx, row) for row in rows]
    found = [one for one in told if one is not None]
    return found, len(rows) - len(found), newest.day


def _one(ctx: PluginContext, ring: str) -> Told:
    """404 alike where there is none and where it may not be shown."""
    newest = run.newest(ctx)
    row = None if newest is None else ctx.session.get(RingRow, (newest.id, ring))
    told = None if row is None else _told(ctx, row)
    return told if told is not None else abort(404)


def _told(ctx: PluginContext, row: RingRow) -> Told | None:
    """None where the privacy settings show fewer than two of its people."""
    shown = {one: person for one, person in ctx.people.shown(viewer(), row.people).items() if one in row.people}
    if len(shown) < 2:
        return None
    evidence: Mapping[str, Any] = row.evidence
    members = zip(row.people, evidence["scores"], evidence["alone"], strict=True)
    pairs: Sequence[Sequence[Any]] = evidence["pairs"]
    return Told(
        row,
        tuple(shown[one] for one in row.people if one in shown),
        len(row.people) - len(shown),
        tuple(ring_words.sentences(evidence)),
        tuple((shown[one], score, alone) for one, score, alone in members if one in shown),
        tuple(
            (shown[owner], shown[rater], left, days, last)
            for owner, rater, left, days, last in pairs
            if owner in shown and rater in shown
        ),
        tuple(ring_book.notes(ctx, row.people)),
    )


def _data(ring: Told) -> dict[str, Any]:
    evidence = ring.row.evidence
    return {
        "ring": ring.row.ring,
        "people": [one.handle for one in ring.people],
        "not_shown": ring.hidden,
        **{name: evidence[name] for name in ("links", "possible", "times", "chance", "share")},
        "members": [{"person": one.handle, "score": score, "alone": alone} for one, score, alone in ring.members],
        "pairs": [
            {"rater": rater.handle, "endorsed": owner.handle, "evidence": left, "days": days, "last_day": last}
            for owner, rater, left, days, last in ring.pairs
        ],
    }
