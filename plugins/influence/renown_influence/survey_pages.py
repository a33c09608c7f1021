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
    Viewer,
    as_csv,
    as_json,
    needs,
    to_day,
    viewer,
)
from renown_influence import gate, survey_answers, survey_naming, survey_shown
from renown_influence import report as reports
from renown_influence import survey as surveys
from renown_influence import survey_words as words
from renown_influence.models import Survey

#: A page, and whether it could be done.
Page = tuple[str, int]
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
        named = survey_answers.count(ctx, found.id, viewer.person_id)
        said = f"You named {named} of at most {survey_naming.MOST}." if named else "Whose work do you rely on?"
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
            held = surveys.running(inner)
            if held is None or held.id != survey or viewer().person_id is None:
                abort(404)
            offered = survey_naming.offered(inner, viewer(), survey, text)
            return render_template("influence/survey_found.html", survey=held, q=text, offered=offered)

    @pages.post("/surveys/<int(max=2147483647):survey>/name")
    @needs("influence.read", tokens=False)
    def name(survey: int) -> Page:
        token = request.form.get("colleague", "")
        return _changed(ctx, survey, lambda inner: survey_naming.name(inner, viewer(), survey, token))

    @pages.post("/surveys/<int(max=2147483647):survey>/unname")
    @needs("influence.read", tokens=False)
    def unname(survey: int) -> Page:
        address = request.form.get("address")
        if address is not None:
            return _changed(ctx, survey, lambda inner: survey_naming.unname_address(inner, viewer(), survey, address))
        person = _number("person")
        return _changed(ctx, survey, lambda inner: survey_naming.unname(inner, viewer(), survey, person))


def _changed(ctx: PluginContext, survey: int, change: Callable[[PluginContext], None]) -> Page:
    """The answer as it is then, with what was looked for, so that the next name is a few letters away."""
    refused = ""
    try:
        with ctx.writing() as inner:
            change(inner)
    except NotSigned:
        refused = "Look the colleague up again: this page was open for long."
    except surveys.Refused as error:
        refused = str(error)
    text = request.form.get("q", "")
    return _page(ctx, survey, text, changed=True, refused=refused), 422 if refused else 200


def _page(ctx: PluginContext, survey: int | None = None, text: str = "", **said: Any) -> str:
    """All of it, or what htmx puts in the place of the answer."""
    with ctx.reading() as inner:
        found, me = surveys.running(inner), viewer()
        answers = found is not None and _answers(inner, me)
        if survey is not None and not said.get("refused") and not (answers and found and found.id == survey):
            abort(404)
        held = found if answers else None
        part = "changed" in said and "HX-Request" in request.headers
        return render_template(
            "influence/survey_answered.html" if part else "influence/survey_index.html",
            survey=found,
            until=surveys.until(inner, found) if found is not None else "",
            named=survey_naming.mine(inner, held.id, me.person_id or 0) if held else None,
            offered=survey_naming.offered(inner, me, held.id, text) if held else [],
            ended=surveys.ended(inner),
            q=text,
            most=survey_naming.MOST,
            longest=survey_naming.LONGEST,
            reports=reports,
            **said,
        )


def _answers(ctx: PluginContext, viewer: Viewer) -> bool:
    """No token reads an answer, not even its owner's: programs keep what they read."""
    return viewer.person_id is not None and viewer.scopes is None and bool(ctx.people.employees([viewer.person_id]))


# Reports


def _reading(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/surveys/<int(max=2147483647):survey>")
    @needs("influence.read")
    def show(survey: int) -> str:
        with ctx.reading() as inner:
            found = _ended(inner, survey)
            told = survey_shown.of(inner, viewer(), found)
            return render_template(
                "influence/survey_report.html",
                survey=found,
                report=told,
                words=words,
                picture=words.picture(told.get("compared", ())),
                until=surveys.until(inner, found) if found is not None else "",
                smallest=reports.SMALLEST,
                naming=reports.NAMING,
            )

    @pages.get("/surveys/<int(max=2147483647):survey>.json")
    @needs("influence.read")
    def as_data(survey: int) -> Response:
        with ctx.reading() as inner:
            return as_json(survey_shown.whole(inner, viewer(), _ended(inner, survey)))

    @pages.get("/surveys/<int(max=2147483647):survey>.csv")
    @needs("influence.read")
    def as_table(survey: int) -> Response:
        with ctx.reading() as inner:
            told = survey_shown.of(inner, viewer(), _ended(inner, survey))
        columns = ("measure", "people", "agreement", "low", "high", "most", "highest", "both", "chance")
        return as_csv(
            f"survey-{survey}", columns, (row for one in told.get("compared", ()) for row in survey_shown.rows(one))
        )


def _ended(ctx: PluginContext, survey: int) -> Survey:
    return surveys.one_ended(ctx, survey) or gate.absent()


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
        return _acted(ctx, surveys.cancel, survey, "The survey is discarded, and all answers are deleted.")


def _desk(ctx: PluginContext, given: Mapping[str, str], errors: Mapping[str, list[str]]) -> str:
    with ctx.reading() as inner:
        found = surveys.held(inner)
        return render_template(
            "influence/survey_admin.html",
            survey=found,
            answered=surveys.answered(inner, found.id) if found is not None else 0,
            until=surveys.until(inner, found) if found is not None else "",
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
