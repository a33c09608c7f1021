"""Runs, for administrators: what was reckoned, from what, and whether it can be done again."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, as_csv, as_json, needs, viewer
from renown_influence import erased_box, gate, redo, run, runs


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/runs")
    @needs("influence.reckon")
    def all_runs() -> str:
        with ctx.reading() as inner:
            state = _state(inner, request.args.get("before", ""))
            return render_template("influence/runs.html", worker=inner.jobs.alive(), **state)

    @pages.get("/runs/_rows")
    @needs("influence.reckon")
    def live() -> str:
        with ctx.reading() as inner:
            return render_template("influence/_runs.html", **_state(inner))

    @pages.get("/runs.json")
    @needs("influence.reckon")
    def runs_data() -> Response:
        with ctx.reading() as inner:
            return as_json({"runs": [runs.data(one) for one in runs.listed(inner)]})

    @pages.get("/runs.csv")
    @needs("influence.reckon")
    def runs_table() -> Response:
        with ctx.reading() as inner:
            found = [runs.data(one) for one in runs.listed(inner)]
        columns = [name for name in (found[0] if found else {}) if name != "parameters"]
        return as_csv("influence-runs", columns, ([one[name] for name in columns] for one in found))

    @pages.post("/runs")
    @needs("influence.reckon")
    def reckon_now() -> Answer:
        with ctx.writing() as inner:
            run.ask(inner, "asked", viewer().person_id)
            inner.audit.record("reckon", by=viewer().person_id)
        flash("A run was asked for: the list says how far it is.", "good")
        return redirect("/influence/runs")

    @pages.post("/runs/<int:number>/redo")
    @needs("influence.reckon")
    def do_again(number: int) -> Answer:
        with ctx.writing() as inner:
            try:
                redo.ask(inner, number, viewer().person_id)
            except redo.NotKept:
                gate.absent()
            inner.audit.record("redo", by=viewer().person_id, target=f"run:{number}")
        flash(f"Run {number} is to be done again: the list says what comes of it.", "good")
        return redirect("/influence/runs")


def _state(ctx: PluginContext, before: str = "") -> dict[str, object]:
    """`before` is the last run of the page before, in the address; what is no number begins at the newest."""
    after = int(before) if before.isdecimal() and len(before) < 10 else None
    found = runs.listed(ctx, runs.PAGE + 1, after)
    shown = found[: runs.PAGE]
    return {
        "runs": shown,
        "live": after is None and any(one.waiting for one in shown),
        "reasons": runs.REASONS,
        "erasure": erased_box.said,
        "further": shown[-1].run.id if len(found) > len(shown) else None,
        "first": after is None,
    }
