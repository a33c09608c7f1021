"""What a vote gave, the file to count again, and the report of where the decision left it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from renown.api import PluginContext, TooMany, as_csv, as_json, needs, viewer
from renown_ideation.campaigns import figures, plain, shown
from renown_ideation.campaigns.view import Summary
from renown_ideation.ideas import writing
from renown_ideation.naming import Names
from renown_ideation.pages.campaigns import CAMPAIGN, summary
from renown_ideation.totals import Hidden
from renown_ideation.verify import said, verify

#: Bytes of a file that is counted again while somebody waits; a larger one is for the command.
_MOST = 8 << 20
#: Files that one address has counted again here, in a quarter of an hour.
_PER_ADDRESS = 10
#: What was said of files, by their digest, in this process.
_VERDICTS: dict[str, tuple[str, bool]] = {}
_KEPT = 32


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{CAMPAIGN}/results")
    @needs("ideation.read")
    def results(slug: str) -> str:
        with ctx.reading() as inner:
            return _results(inner, summary(inner, slug))

    @pages.post(f"{CAMPAIGN}/results")
    @needs("ideation.read")
    def redo(slug: str) -> str:
        """The published file, counted again by the pure function that the command has."""
        with ctx.reading() as inner:
            one = summary(inner, slug)
            found = shown.file(inner, one)
            if isinstance(found, Hidden) or found[0].stat().st_size > _MOST:
                abort(409, "It is not counted again here: download the file, and use the command.")
        kept = _VERDICTS.get(found[1])
        if kept is None:
            with ctx.writing() as inner:
                _take(inner)
            kept = _verdict(*found)
        with ctx.reading() as inner:
            return _results(inner, summary(inner, slug), redone=kept[0], ok=kept[1])

    @pages.get(f"{CAMPAIGN}/results.json")
    @needs("ideation.read")
    def results_data(slug: str) -> Response:
        with ctx.reading() as inner:
            found = shown.of(inner, summary(inner, slug))
            return as_json({"hidden": found.why} if isinstance(found, Hidden) else shown.data(found))

    @pages.get(f"{CAMPAIGN}/results.csv")
    @needs("ideation.read")
    def results_table(slug: str) -> Response:
        with ctx.reading() as inner:
            found = shown.of(inner, summary(inner, slug))
            rows = () if isinstance(found, Hidden) else found.rows
            cells = [[row.place, row.option, row.title, row.total, row.voters, row.selected] for row in rows]
            return as_csv(f"results-{slug}", ("place", "option", "title", "total", "voters", "selected"), cells)

    @pages.get(f"{CAMPAIGN}/tally.jsonl")
    @needs("ideation.read")
    def tally(slug: str) -> Response:
        with ctx.reading() as inner:
            found = shown.file(inner, summary(inner, slug))
            return abort(404) if isinstance(found, Hidden) else shown.sent(slug, found)

    @pages.get(f"{CAMPAIGN}/report")
    @needs("ideation.read")
    def report_of(slug: str) -> str:
        with ctx.reading() as inner:
            one = summary(inner, slug)
            found = shown.report(inner, one)
            drawn: dict[str, Any] = {"hidden": found} if isinstance(found, Hidden) else _reported(inner, one, found)
            return render_template("ideation/report.html", one=one, **drawn)

    @pages.get(f"{CAMPAIGN}/report.json")
    @needs("ideation.read")
    def report_data(slug: str) -> Response:
        with ctx.reading() as inner:
            one = summary(inner, slug)
            found = shown.report(inner, one)
            if isinstance(found, Hidden):
                return as_json({"hidden": found.why})
            return as_json(shown.report_data(inner, viewer(), one, found))

    @pages.get(f"{CAMPAIGN}/report.csv")
    @needs("ideation.read")
    def report_table(slug: str) -> Response:
        with ctx.reading() as inner:
            one = summary(inner, slug)
            found = shown.report(inner, one)
            lines = [] if isinstance(found, Hidden) else shown.report_data(inner, viewer(), one, found)["options"]
            return as_csv(f"report-{slug}", _COLUMNS, [[line[name] for name in _COLUMNS] for line in lines])


def _take(ctx: PluginContext) -> None:
    """429 for an address that has had so many counted again lately."""
    try:
        ctx.limits.take_of("redo", request.remote_addr or "", _PER_ADDRESS)
    except TooMany as error:
        abort(429, str(error))


def _verdict(path: Path, digest: str) -> tuple[str, bool]:
    """What the count of these bytes says: the same for ever, so it is kept for whoever asks next."""
    with path.open("rb") as lines:
        verdict = verify(lines)
    if len(_VERDICTS) >= _KEPT:
        _VERDICTS.clear()
    _VERDICTS[digest] = "\n".join(said(verdict)), verdict.ok
    return _VERDICTS[digest]


_COLUMNS = ("place", "option", "title", "idea", "author", "chosen_by_vote", "decision", "differs", "reason")


def _results(ctx: PluginContext, one: Summary, redone: str = "", *, ok: bool = False) -> str:
    found, file = shown.of(ctx, one), shown.file(ctx, one)
    hidden = isinstance(found, Hidden) or isinstance(file, Hidden)
    return render_template(
        "ideation/results.html",
        one=one,
        hidden=found if hidden else None,
        found=None if hidden else found,
        digest="" if isinstance(file, Hidden) else file[1],
        size=0 if isinstance(file, Hidden) else file[0].stat().st_size,
        small=not isinstance(file, Hidden) and file[0].stat().st_size <= _MOST,
        method=plain.METHODS[one.charter.count.method],
        redone=redone,
        ok=ok,
    )


def _reported(ctx: PluginContext, one: Summary, found: Any) -> dict[str, Any]:
    return {
        "hidden": None,
        "found": found,
        "figures": figures.sentences(one, found),
        "seat": partial(shown.seat, one),
        "names": Names(ctx, viewer(), [line.author for line in found.lines]),
        "path_of": partial(writing.numbered, one.board.slug),
    }
