"""Who to ask about a topic, and who does not want to be asked for now."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, as_csv, as_json, needs, to_date, viewer
from renown_influence import gate, quiet, suggested, topics, words
from renown_influence.pages.tabs import tabs

#: Days of quiet that may be chosen; 0 is until they say otherwise.
DAYS = {"7": 7, "30": 30, "0": 0}


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/ask")
    @needs("influence.read")
    def ask() -> str:
        asked = request.args.get("topic", "")[:200]
        with ctx.reading() as inner:
            everything = topics.all_of(inner)
            found = topics.find(everything, asked)
            me = viewer().person_id
            return render_template(
                "influence/ask.html",
                asked=asked,
                topics=everything,
                found=found,
                suggested=suggested.of(inner, viewer(), found[0]) if len(found) == 1 else None,
                today=inner.clock.today(),
                quiet=quiet.of(inner, me) if me is not None else None,
                ago=words.ago,
                until=words.until,
                tabs=tabs(inner, viewer(), "ask"),
            )

    @pages.get("/ask.json")
    @needs("influence.read")
    def ask_data() -> Response:
        with ctx.reading() as inner:
            return as_json(suggested.data(_one(inner)))

    @pages.get("/ask.csv")
    @needs("influence.read")
    def ask_table() -> Response:
        with ctx.reading() as inner:
            found = _one(inner)
        rows = (
            (one.line.key, one.line.name, one.line.amount / 1000, one.people or "", _day(one.last), _day(one.back))
            for one in found.people
        )
        return as_csv(f"ask-{found.topic.id}", ("person", "name", "influence", "people", "last", "away_until"), rows)

    @pages.post("/quiet")
    @needs("influence.read")
    def be_quiet() -> Answer:
        chosen = request.form.get("days", "")
        with ctx.writing() as inner:
            me = gate.myself(inner, viewer()).id
            if chosen in DAYS:
                quiet.choose(inner, me, inner.clock.today() + DAYS[chosen] if DAYS[chosen] else None)
                flash("You are not suggested any more.", "good")
            else:
                quiet.end(inner, me)
                flash("You may be suggested again.", "good")
        return redirect("/influence/ask")


def _one(ctx: PluginContext) -> suggested.Suggested:
    """404 unless the address names one topic."""
    found = topics.find(topics.all_of(ctx), request.args.get("topic", ""))
    return suggested.of(ctx, viewer(), found[0]) if len(found) == 1 else gate.absent()


def _day(day: int | None) -> str:
    return "" if day is None else to_date(day).isoformat()
