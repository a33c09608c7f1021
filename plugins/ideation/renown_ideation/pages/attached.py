"""Files: taken, shown to whoever reads what they are beside, removed."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.ideas import authors, files
from renown_ideation.ideas.files import Looked
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Attachment, Board, Comment, Idea
from renown_ideation.moderation import spam, trust
from renown_ideation.pages import common
from renown_ideation.pages.common import IDEA, SUB

#: Bytes of a whole request, refused before they are read: the most that settings allow, and what is around it.
BODY = 21 * files.MEBI


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{IDEA}/files")
    @needs("ideation.write", body=BODY)
    def attach(slug: str, number: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            _require_right(inner, idea)
            try:
                spam.check(inner, viewer(), request.form, request.remote_addr, "file")
            except Refused as error:
                return common.refused(board, idea, error, "files")
        looked = sent(ctx)
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            _require_right(inner, idea)

            def work() -> Answer:
                if isinstance(looked, Refused):
                    raise looked
                if looked is None:
                    raise Refused({"file": ["Choose a file first."]})
                if idea.state != "draft" and idea.standing == "shown" and trust.why(inner, viewer(), board) is not None:
                    raise Refused(
                        {"file": ["What you add is looked at first. Send it with a comment: it is shown then."]}
                    )
                files.keep(inner, idea, me, looked)
                return _back(board, idea)

            return common.attempt(work, board, idea, "files")

    @pages.get(f"{IDEA}/files/{SUB}/<name>")
    @needs("ideation.read")
    def file(slug: str, number: int, one: int, name: str) -> Response:
        with common.reading(ctx, number) as (inner, idea, _):
            found, beside = files.one(inner, idea.id, one) or gate.absent()
            if beside is not None and not _reads(idea, beside):
                gate.absent()
            try:
                return _answer(found, inner.files.read(found.key))
            except FileNotFoundError:
                gate.absent()

    @pages.post(f"{IDEA}/files/{SUB}/remove")
    @needs("ideation.write")
    def remove_file(slug: str, number: int, one: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            found, _ = files.one(inner, idea.id, one) or gate.absent()
            if found.by_id != me and not viewer().at_least("moderator"):
                gate.absent()
            files.remove(inner, found)
            if found.by_id != me:
                inner.audit.record("remove-file", by=me, target=f"idea:{idea.id}", details={"file": found.id})
            return _back(board, idea)


def sent(ctx: PluginContext) -> Looked | Refused | None:
    """The file of a form, looked at; or why it is not taken. While it is looked at nobody waits for their turn."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return None
    with ctx.reading() as inner:
        most = files.limit(inner)
    try:
        return files.look(most, given.filename, given.stream)
    except Refused as error:
        return error


def _require_right(ctx: PluginContext, idea: Idea) -> None:
    if not (authors.is_author(ctx, viewer(), idea.id) or gate.answers(viewer(), idea)):
        gate.absent()


def _back(board: Board, idea: Idea) -> Answer:
    if idea.state == "draft":
        return redirect(f"/ideas/{board.slug}/new?draft={idea.id}#files")
    return common.done(board, idea, anchor="files")


def _reads(idea: Idea, beside: Comment) -> bool:
    """Whether the viewer may read the comment that a file is beside."""
    if beside.standing == "deleted" or (beside.staff and not gate.answers(viewer(), idea)):
        return False
    mine = viewer().person_id is not None and beside.by_id == viewer().person_id
    return beside.standing == "shown" or mine or viewer().at_least("moderator")


def _answer(found: Attachment, content: bytes) -> Response:
    """Never run, never framed, never taken for something else; only pictures are shown in place."""
    kind = f"{found.media_type}; charset=utf-8" if found.media_type.startswith("text/") else found.media_type
    way = "inline" if found.media_type in files.IMAGES else "attachment"
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\%' else "_" for one in found.name)
    answer = Response(content, mimetype=None, content_type=kind)
    answer.headers["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name)}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
