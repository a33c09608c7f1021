"""The pages of surveys: to answer, to read reports, and for administrators to open one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from renown.api import (
    NotSigned,
    Panel,
    PluginContext,
    Shown,
    Viewer,
    as_csv,
    as_json,
    needs,
    to_day,
    viewer,
)
from renown_influence import report as reports
from renown_influence import survey as surveys
from renown_influence import survey_words as words
from renown_influence.models import Survey

#: For how long home points to a new report, in days.
_NEWS = 14
_DAY = 24 * 3600 * 1_000_000


def blueprint(ctx: PluginContext) -> Blueprint:
    pages = Blueprint("influence_survey", __name__, template_folder="templates")
    _answering(pages, ctx)
    _reading(pages, ctx)
    _administering(pages, ctx)
    return pages


def panels(ctx: PluginContext, viewer: Viewer) -> Iterable[Panel]:
    """The box on an employee's home page: what is open, then that the report is there."""
    if viewer.person_id is None or viewer.scopes is not None or not viewer.employee:
        return
    found = surveys.running(ctx)
    if found is not None and ctx.people.employees([viewer.person_id]):
        named = len(surveys.mine(ctx, found.id, viewer.person_id))
        said = f"You named {named} of at most {surveys.MOST}." if named else "Whose work do you rely on?"
        yield _panel(found, said, f"Open until {surveys.until(ctx, found)}.", "/surveys")
    for one in surveys.ended(ctx)[:1]:
        if not (one.report or {}).get("few") and ctx.clock.now() < one.closes_at + _NEWS * _DAY:
            yield _panel(one, "The report is there.", "", f"/surveys/{one.id}")


def _panel(survey: Survey, said: str, more: str, url: str) -> Panel:
    html = Markup('<p class="mb-1"><a href="{}">{}</a></p><p class="mb-0 muted small">{}</p>')
    return Panel(f"Survey: {survey.title}", html.format(url, said, more), order=20, url=url)


# Answering


def _answering(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/surveys")
    @needs("influence.read")
    def index() -> str:
        return _page(ctx)

    @pages.post("/surveys/<int(max=2147483647):survey>/find")
    @needs("influence.read", tokens=False)
    def find(survey: int) -> str:
        """The whole page: for browsers without scripts."""
        return _page(ctx, survey, request.form.get("q", ""))

    @pages.post("/surveys/<int(max=2147483647):survey>/_found")
    @needs("influence.read", tokens=False)
    def found(survey: int) -> str:
        text = request.form.get("q", "")
        with ctx.reading() as inner:
            offered = _offered(inner, survey, text)
        return render_template("influence/survey_found.html", survey_id=survey, q=text, offered=offered)

    @pages.post("/surveys/<int(max=2147483647):survey>/name")
    @needs("influence.read", tokens=False)
    def name(survey: int) -> Answer:
        return _changed(ctx, lambda inner: surveys.name(inner, viewer(), survey, request.form.get("colleague", "")))

    @pages.post("/surveys/<int(max=2147483647):survey>/unname")
    @needs("influence.read", tokens=False)
    def unname(survey: int) -> Answer:
        return _changed(ctx, lambda inner: surveys.unname(inner, viewer(), survey, _number("person")))


def _page(ctx: PluginContext, survey: int | None = None, text: str = "") -> str:
    with ctx.reading() as inner:
        found = surveys.running(inner)
        me = viewer().person_id
        # No token reads an answer, not even its owner's: programs keep what they read.
        answers = found is not None and me is not None and viewer().scopes is None
        answers = answers and bool(inner.people.employees([me or 0]))
        named = surveys.mine(inner, found.id, me) if answers and found is not None and me is not None else ()
        offered = _offered(inner, survey, text) if answers and survey is not None else []
        return render_template(
            "influence/survey_index.html",
            survey=found,
            answers=answers,
            named=sorted(inner.people.names(named).items(), key=lambda one: one[1].lower()),
            most=surveys.MOST,
            smallest=reports.SMALLEST,
            q=text,
            offered=offered,
            ended=surveys.ended(inner),
        )


def _offered(ctx: PluginContext, survey: int, text: str) -> list[tuple[str, Shown]]:
    found = surveys.running(ctx)
    if found is None or found.id != survey or viewer().person_id is None:
        abort(404)
    return surveys.offered(ctx, viewer(), survey, text)


def _changed(ctx: PluginContext, change: Callable[[PluginContext], None]) -> Answer:
    try:
        with ctx.writing() as inner:
            change(inner)
    except NotSigned:
        flash("Look the colleague up again: this page was open for long.", "bad")
    except surveys.Refused as error:
        flash(str(error), "bad")
    return redirect("/surveys")


# Reports


def _reading(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/surveys/<int(max=2147483647):survey>")
    @needs("influence.read")
    def show(survey: int) -> str:
        with ctx.reading() as inner:
            found = _ended(inner, survey)
            told = found.report or {}
            return render_template(
                "influence/survey_report.html",
                survey=found,
                report=told,
                words=words,
                picture=words.picture(told.get("compared", ())),
                shown=_named(inner, told),
                smallest=reports.SMALLEST,
            )

    @pages.get("/surveys/<int(max=2147483647):survey>.json")
    @needs("influence.read")
    def as_data(survey: int) -> Response:
        with ctx.reading() as inner:
            found = _ended(inner, survey)
            return as_json(_data(found, _named(inner, found.report or {})))

    @pages.get("/surveys/<int(max=2147483647):survey>.csv")
    @needs("influence.read")
    def as_table(survey: int) -> Response:
        with ctx.reading() as inner:
            compared = (_ended(inner, survey).report or {}).get("compared", ())
        columns = ("measure", "people", "agreement", "low", "high", "most", "highest", "both", "chance")
        return as_csv(f"survey-{survey}", columns, (row for one in compared for row in _rows(one)))


def _ended(ctx: PluginContext, survey: int) -> Survey:
    found = ctx.session.get(Survey, survey)
    if found is None or found.open is not None:
        abort(404)
    return found


def _named(ctx: PluginContext, report: Mapping[str, Any]) -> Mapping[int, Shown]:
    """Of those whom the report names, the ones that this viewer may see."""
    return ctx.people.shown(viewer(), sorted(reports.people_of(report)))


def _data(survey: Survey, shown: Mapping[int, Shown]) -> dict[str, Any]:
    told = dict(survey.report or {})

    def handles(people: Iterable[int]) -> list[str]:
        return [shown[one].handle for one in people if one in shown]

    if not told["few"]:
        told["most"] = handles(told["most"])
        told["compared"] = [
            one | {"heard": handles(one["heard"]), "busy": handles(one["busy"])} for one in told["compared"]
        ]
    return {"survey": survey.id, "title": survey.title, "report": told}


def _rows(compared: Mapping[str, Any]) -> Iterable[tuple[Any, ...]]:
    first = tuple(compared[name] for name in ("measure", "people", "agreement", "low", "high"))
    for one in compared["overlaps"] or [dict.fromkeys(("most", "highest", "both", "chance"))]:
        yield *first, one["most"], one["highest"], one["both"], one["chance"]


# Administration


def _administering(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/admin/surveys")
    @needs("influence.reckon")
    def administer() -> str:
        return _desk(ctx, {}, {})

    @pages.post("/admin/surveys")
    @needs("influence.reckon")
    def start() -> Answer | tuple[str, int]:
        title, last = request.form.get("title", ""), request.form.get("last_day", "")
        try:
            with ctx.writing() as inner:
                surveys.start(inner, title, _day(last), viewer().person_id)
        except surveys.Refused as error:
            return _desk(ctx, {"title": title, "last_day": last}, {error.field or "title": [str(error)]}), 422
        flash("The survey is open.", "good")
        return redirect("/admin/surveys")

    @pages.post("/admin/surveys/<int(max=2147483647):survey>/end")
    @needs("influence.reckon")
    def end(survey: int) -> Answer:
        return _acted(ctx, surveys.end, survey, "The survey has ended. Its report follows in a moment.")

    @pages.post("/admin/surveys/<int(max=2147483647):survey>/cancel")
    @needs("influence.reckon")
    def cancel(survey: int) -> Answer:
        return _acted(ctx, surveys.cancel, survey, "The survey is cancelled, and all answers are deleted.")


def _desk(ctx: PluginContext, given: Mapping[str, str], errors: Mapping[str, list[str]]) -> str:
    with ctx.reading() as inner:
        found = surveys.held(inner)
        return render_template(
            "influence/survey_admin.html",
            survey=found,
            answered=surveys.answered(inner, found.id) if found is not None else 0,
            smallest=reports.SMALLEST,
            ended=surveys.ended(inner),
            given=given,
            errors=errors,
            longest=surveys.LONGEST,
        )


def _acted(ctx: PluginContext, act: Callable[[PluginContext, int, int | None], None], survey: int, said: str) -> Answer:
    try:
        with ctx.writing() as inner:
            act(inner, survey, viewer().person_id)
        flash(said, "good")
    except surveys.Refused as error:
        flash(str(error), "bad")
    return redirect("/admin/surveys")


def _day(text: str) -> int:
    try:
        return to_day(datetime.strptime(text, "%Y-%m-%d").date())  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise surveys.Refused("The last day is a date, like 2026-06-04.", "last_day") from None


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        abort(422, f"{name}: is no number")
    return int(text)
