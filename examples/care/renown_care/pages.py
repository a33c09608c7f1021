"""The pages: who waits, how teams do, and the one question."""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import NOBODY, NotSigned, PluginContext, as_csv, as_json, needs, public, viewer
from renown_care import aside, enough, figures, following, survey, waiting

_CASE = "/care/<int(max=2147483647):case>"


def blueprint(ctx: PluginContext) -> Blueprint:
    pages = Blueprint("care", __name__, template_folder="templates")
    _waiting(pages, ctx)
    _teams(pages, ctx)
    _effort(pages, ctx)
    return pages


def _waiting(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/care")
    @needs("care.read")
    def show() -> str:
        with ctx.reading() as inner:
            found = waiting.listed(inner, viewer(), _after())
            return _listed(inner, found, "/care")

    @pages.get("/care.json")
    @needs("care.read")
    def as_data() -> Response:
        with ctx.reading() as inner:
            return _as_json(waiting.listed(inner, viewer(), _after()))

    @pages.get("/care/open")
    @public
    def show_open() -> str:
        with ctx.reading() as inner:
            found = waiting.listed(inner, NOBODY, _after(), places=_open(inner))
            return _listed(inner, found, "/care/open")

    @pages.get("/care/open.json")
    @public
    def open_as_data() -> Response:
        with ctx.reading() as inner:
            return _as_json(waiting.listed(inner, NOBODY, _after(), places=_open(inner)))

    @pages.get("/care/aside")
    @needs("care.read")
    def show_aside() -> str:
        with ctx.reading() as inner:
            found = waiting.listed(inner, viewer(), _after(), state="aside")
            return _listed(inner, found, "/care/aside")

    @pages.post(f"{_CASE}/aside")
    @needs("care.follow")
    def put_aside(case: int) -> Answer:
        me = viewer().person_id or _absent()
        with ctx.writing() as inner:
            if not aside.put(inner, case, me):
                _absent()
        flash("Set aside: it waits again when whoever asked writes again, or when you bring it back.", "good")
        return redirect("/care")

    @pages.post(f"{_CASE}/back")
    @needs("care.follow")
    def bring_back(case: int) -> Answer:
        me = viewer().person_id or _absent()
        with ctx.writing() as inner:
            if not aside.back(inner, case, me):
                _absent()
        flash("It waits again.", "good")
        return redirect("/care/aside")

    @pages.post(f"{_CASE}/follow")
    @needs("care.follow")
    def follow(case: int) -> Answer:
        me = viewer().person_id or _absent()
        with ctx.writing() as inner:
            if not waiting.is_open(inner, case) or not following.follow(inner, case, me):
                _absent()
        return redirect("/care")

    @pages.post(f"{_CASE}/unfollow")
    @needs("care.follow")
    def unfollow(case: int) -> Answer:
        with ctx.writing() as inner:
            following.stop(inner, case, viewer().person_id or _absent())
        return redirect("/care")


def _teams(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/care/teams")
    @needs("care.read")
    def teams() -> str:
        with ctx.reading() as inner:
            found = _figures(inner)
            tabs = _tabs(inner, "/care/teams")
            return render_template(
                "care/teams.html", found=found, tabs=tabs, windows=enough.WINDOWS, smallest=enough.SMALLEST
            )

    @pages.get("/care/teams.json")
    @needs("care.read")
    def teams_as_data() -> Response:
        with ctx.reading() as inner:
            return as_json(figures.data(_figures(inner)))

    @pages.get("/care/teams.csv")
    @needs("care.read")
    def teams_as_table() -> Response:
        with ctx.reading() as inner:
            rows = [figures.line_data(one) for one in _figures(inner).teams]
        columns = (
            "name", "answered", "working_hours", "settled", "reopened_percent", "effort", "effort_answers"
        )  # fmt: skip
        return as_csv("care-teams", columns, ([row[name] for name in columns] for row in rows))


def _effort(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/care/effort/<token>")
    @public
    def ask(token: str) -> tuple[str, int]:
        return _answer(ctx, token)

    @pages.post("/care/effort/<token>")
    @public
    def answer(token: str) -> tuple[str, int]:
        return _answer(ctx, token, request.form.get("effort", ""))


def _answer(ctx: PluginContext, token: str, given: str | None = None) -> tuple[str, int]:
    """The page; with what was `given`, after it is kept. Whoever has the link may answer, and change it for a while."""
    said, refused = False, ""
    with ctx.writing() if given is not None else ctx.reading() as inner:
        try:
            asked = survey.opened(inner, token) or _absent()
            if given is not None:
                survey.answer(inner, asked, int(given) if given in set("1234567") else 0)
                said = True
            chosen, about = asked.effort, survey.about(inner, asked)
        except NotSigned:
            _absent()
        except survey.Closed as error:
            return render_template("care/effort.html", closed=str(error)), 410
        except ValueError:
            refused, chosen, about = "Choose one of the seven answers.", None, survey.about(inner, asked)
    page = render_template(
        "care/effort.html", about=about, statement=survey.STATEMENT, choices=survey.CHOICES, chosen=chosen,
        said=said, refused=refused, fewest=survey.FEWEST,
    )  # fmt: skip
    return page, 422 if refused else 200


def _open(ctx: PluginContext) -> Collection[str]:
    """The places of which everybody may see what waits. Where the settings name none there is nothing here."""
    places: Collection[str] = ctx.settings["in_public"]
    return places or _absent()


def _listed(ctx: PluginContext, found: waiting.Listed, path: str) -> str:
    """The page at `path`."""
    follows = path != "/care/open" and ctx.permissions.allows(viewer(), "care.follow")
    return render_template("care/waiting.html", found=found, tabs=_tabs(ctx, path), follows=follows, path=path)


def _as_json(found: waiting.Listed) -> Response:
    return as_json({"questions": [waiting.data(one) for one in found.lines], "next": found.after})


def _figures(ctx: PluginContext) -> figures.Figures:
    days = request.args.get("days", str(enough.WINDOWS[1]))
    if days not in map(str, enough.WINDOWS) or not ctx.standings.shows(viewer(), "teams"):
        _absent()
    return figures.of(ctx, int(days))


def _after() -> int:
    text = request.args.get("after", "0")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        abort(422, "after: is no number")
    return int(text)


def _tabs(ctx: PluginContext, here: str) -> list[tuple[str, str, bool]]:
    if not ctx.permissions.allows(viewer(), "care.read"):
        return []
    tabs = [("Who waits", "/care"), ("Set aside", "/care/aside")]
    if ctx.standings.shows(viewer(), "teams"):
        tabs.append(("Teams", "/care/teams"))
    return [(title, path, path == here) for title, path in tabs]


def _absent() -> NoReturn:
    abort(404)
