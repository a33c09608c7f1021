"""Administrators bring a board in from elsewhere, after a look at what that would do, and take one out."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy import select

from renown.api import NotSigned, PluginContext, needs, viewer
from renown_ideation import boards
from renown_ideation.ideas.files import MEBI
from renown_ideation.models import Board
from renown_ideation.moving import exporting, importing, kept
from renown_ideation.moving.report import OUTCOMES, Report
from renown_ideation.pages.common import Errors

_MOST = 20
_PURPOSE = "moving"
#: Lines of a report on the page; all of them are in the command's.
_SHOWN = 500
_ORDER = ("bad", "left", "remark")


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/admin/moving")
    @needs("ideation.manage", tokens=False)
    def moving() -> str:
        return _page(ctx, {})

    @pages.post("/admin/moving")
    @needs("ideation.manage", tokens=False, body=(_MOST + 1) * MEBI)
    def look() -> str | tuple[str, int]:
        kind, slug, source = (request.form.get(name, "").strip() for name in ("kind", "board", "source"))
        sent = request.files.get("file")
        content = sent.stream.read(_MOST * MEBI + 1) if sent is not None else b""
        errors: dict[str, Sequence[str]] = {}
        if kind not in importing.READERS:
            errors["kind"] = ["Choose what the file is."]
        if not content or len(content) > _MOST * MEBI:
            errors["file"] = [f"Choose a file of at most {_MOST} MiB. Larger ones: renown ideation import."]
        try:
            key = kept.put(ctx, sent.filename or "", content) if sent is not None and not errors else ""
        except ValueError:
            errors["file"] = [f"Its name has to end in one of: {', '.join(kept.ENDS)}."]
        if errors:
            return _page(ctx, errors), 422
        report = _run(kind, key, slug, source, dry_run=True)
        token = ctx.sign.make(_PURPOSE, [kind, key, slug, source, viewer().person_id])
        return _page(ctx, {}, report, token)

    @pages.post("/admin/moving/run")
    @needs("ideation.manage", tokens=False)
    def do() -> str | tuple[str, int]:
        try:
            kind, key, slug, source, by = ctx.sign.read(_PURPOSE, request.form.get("token", ""), kept.KEPT)
            if by != viewer().person_id:
                abort(404)
            report = _run(kind, key, slug, source, leave_out=request.form.get("leave_out") == "yes")
        except (NotSigned, FileNotFoundError):
            return _page(ctx, {"file": ["It was kept for an hour, and is gone: choose the file again."]}), 422
        if report.done:
            kept.drop(ctx, key)
            return _page(ctx, {}, report)
        return _page(ctx, {}, report, request.form["token"]), 422

    @pages.post("/admin/moving/export")
    @needs("ideation.manage", tokens=False)
    def export() -> Response:
        slug = request.form.get("out", "")
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "board.zip"
            with ctx.reading() as inner:
                found = inner.session.scalar(select(Board).where(Board.slug == slug)) or abort(404)
                made = exporting.to(inner, found, target)
            content = target.read_bytes()
        with ctx.writing() as inner:
            inner.audit.record("export", by=viewer().person_id, target=f"board:{slug}", details=dict(made.rows))
        answer = Response(content, mimetype="application/zip")
        answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    def _run(
        kind: str, key: str, slug: str, source: str, *, dry_run: bool = False, leave_out: bool = False
    ) -> Report:  # fmt: skip
        by = viewer().person_id
        try:
            return importing.run(
                ctx, kind, kept.path(ctx, key), slug, source=source, dry_run=dry_run, leave_out=leave_out, by=by
            )  # fmt: skip
        except importing.NoSuchBoard:
            abort(404)


def _page(ctx: PluginContext, errors: Errors, report: Report | None = None, token: str = "") -> str:
    with ctx.reading() as inner:
        listed = [(one.slug, one.title) for one in boards.listed(inner, viewer())]
        policy = inner.customers.policy()
    return render_template(
        "ideation/moving.html",
        boards=listed,
        kinds=[(name, title) for name, (title, _) in importing.READERS.items()],
        ends=",".join(kept.ENDS),
        most=_MOST,
        policy=policy,
        outcomes=list(OUTCOMES.values()),
        report=report,
        shown=sorted(report.lines, key=lambda line: _ORDER.index(line.weight))[:_SHOWN] if report else [],
        more=max(0, sum(report.weights.values()) - _SHOWN) if report else 0,
        token=token,
        errors=errors,
        given=request.form,
    )
