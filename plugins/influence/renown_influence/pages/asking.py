"""Who to ask about a topic, and who does not want to be asked for now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, as_csv, as_json, needs, to_date, viewer
from renown_influence import gate, scopes, suggested, topic_why, topics, words
from renown_influence.pages.tabs import tabs
from renown_influence.scopes import Topic
from renown_influence.topic_why import TopicWhy

#: Days of quiet that may be chosen; 0 is until they say otherwise.
DAYS = {"7": 7, "30": 30, "0": 0}
#: What is sent to be suggested again.
AGAIN = ""
#: Topics that programs are offered, where what they ask for fits none or several.
CHOICES = 25


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/ask")
    @needs("influence.read")
    def ask() -> str:
        return _page(ctx)

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
        return as_csv(
            f"ask-{found.topic.scope.replace(':', '-')}",
            ("person", "name", "influence", "people", "last", "away_until"),
            rows,
        )

    @pages.get("/people/<handle>/in/<int(signed=True):topic>")
    @needs("influence.read")
    def in_topic(handle: str, topic: int) -> str:
        with ctx.reading() as inner:
            found = _in(inner, handle, topic)
            return render_template(
                "influence/topic.html",
                found=found,
                own=found.person.id == viewer().person_id,
                today=inner.clock.today(),
                ago=words.ago,
                tabs=tabs(inner, viewer(), "ask"),
            )

    @pages.get("/people/<handle>/in/<int(signed=True):topic>.json")
    @needs("influence.read")
    def in_topic_data(handle: str, topic: int) -> Response:
        with ctx.reading() as inner:
            return as_json(topic_why.data(_in(inner, handle, topic)))

    @pages.post("/quiet")
    @needs("influence.read", tokens=False)
    def be_quiet() -> Answer | tuple[str, int]:
        chosen = request.form.get("days")
        if chosen != AGAIN and chosen not in DAYS:
            return _page(ctx, errors=("How long: choose one of those that are offered.",)), 422
        with ctx.writing() as inner:
            me = gate.myself(inner, viewer()).id
            if chosen in DAYS:
                inner.people.set_quiet(me, inner.clock.today() + DAYS[chosen] if DAYS[chosen] else None)
                flash("You are not suggested any more.", "good")
            else:
                inner.people.end_quiet(me)
                flash("You may be suggested again.", "good")
        return redirect("/influence/ask")


def _page(ctx: PluginContext, errors: Sequence[str] = ()) -> str:
    """`errors` are said at the form that asks for quiet."""
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
            quiet=_quiet(inner, me),
            errors=errors,
            ago=words.ago,
            until=words.until,
            tabs=tabs(inner, viewer(), "ask"),
        )


def _quiet(ctx: PluginContext, me: int | None) -> Mapping[str, int | None] | None:
    """Until when the viewer is suggested to nobody; None where they may be."""
    return next(({"until": until} for until in ctx.people.quiet([me]).values()), None) if me is not None else None


def _one(ctx: PluginContext) -> suggested.Suggested:
    """404 where the address names no topic, 422 where its words fit several: with scopes that there are."""
    asked, everything = request.args.get("topic", ""), topics.all_of(ctx)
    found = topics.find(everything, asked)
    if not found:
        _choose(f"topic: {asked[:200]!r} is no topic: ask for one by its scope", everything, 404)
    if len(found) > 1:
        _choose(f"topic: {asked[:200]!r} fits {len(found)} topics: ask for one by its scope", found, 422)
    return suggested.of(ctx, viewer(), found[0])


def _choose(said: str, among: Sequence[Topic], status: int) -> NoReturn:
    abort(as_json({"message": said, "detail": {"topic": [scopes.data(one) for one in among[:CHOICES]]}}, status))


def _in(ctx: PluginContext, handle: str, topic: int) -> TopicWhy:
    """404 where there is no such number for the viewer."""
    return topic_why.of(ctx, viewer(), gate.person(ctx, viewer(), handle), topic) or gate.absent()


def _day(day: int | None) -> str:
    return "" if day is None else to_date(day).isoformat()
