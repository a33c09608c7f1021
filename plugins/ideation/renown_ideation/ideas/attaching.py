"""Files beside an idea, as a viewer may add, read and remove them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO
from urllib.parse import quote

from flask import Response
from sqlalchemy import select

from renown.api import PluginContext, Viewer
from renown_ideation import gate
from renown_ideation.ideas import files
from renown_ideation.ideas.files import Looked
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Attachment, Board, Comment, Idea
from renown_ideation.moderation import trust

#: Bytes of a whole request, refused before they are read: the most that settings allow, and what is around it.
BODY = 21 * files.MEBI


def require(ctx: PluginContext, viewer: Viewer, idea: Idea) -> None:
    """404 for whoever adds no files here: only its authors do, and those who answer it."""
    if not (gate.is_author(ctx, viewer, idea.id) or gate.answers(viewer, idea)):
        gate.absent()


def look(ctx: PluginContext, name: str, given: IO[bytes]) -> Looked:
    """While it is looked at nobody waits for their turn to write. Raises Refused."""
    with ctx.reading() as inner:
        most = files.limit(inner)
    return files.look(most, name, given)


def attach(ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea, looked: Looked) -> Attachment:
    """Raises Refused."""
    require(ctx, viewer, idea)
    if idea.state != "draft" and idea.standing == "shown" and trust.why(ctx, viewer, board) is not None:
        raise Refused({"file": ["What you add is looked at first. Send it with a comment: it is shown then."]})
    return files.keep(ctx, idea, viewer.person_id or gate.absent(), looked)


def listed(ctx: PluginContext, viewer: Viewer, idea: Idea) -> Sequence[Attachment]:
    """Those that the viewer may read, with those beside its comments."""
    found = files.of(ctx, idea.id)
    beside = select(Comment).where(Comment.id.in_([one.comment_id for one in found if one.comment_id is not None]))
    read = {one.id for one in ctx.session.scalars(beside) if _reads(viewer, idea, one)}
    return [one for one in found if one.comment_id is None or one.comment_id in read]


def read(ctx: PluginContext, viewer: Viewer, idea: Idea, number: int) -> Attachment:
    """404 where the viewer may not read it."""
    found, beside = files.one(ctx, idea.id, number) or gate.absent()
    if beside is not None and not _reads(viewer, idea, beside):
        gate.absent()
    return found


def remove(ctx: PluginContext, viewer: Viewer, idea: Idea, number: int) -> None:
    """By whoever added it, or a moderator; 404 for others."""
    me = viewer.person_id or gate.absent()
    found, _ = files.one(ctx, idea.id, number) or gate.absent()
    if found.by_id != me and not viewer.at_least("moderator"):
        gate.absent()
    files.remove(ctx, found)
    if found.by_id != me:
        ctx.audit.record("remove-file", by=me, target=f"idea:{idea.id}", details={"file": found.id})


def sent(ctx: PluginContext, found: Attachment) -> Response:
    """Never run, never framed, never taken for something else; only pictures are shown in place."""
    try:
        content = ctx.files.read(found.key)
    except FileNotFoundError:
        gate.absent()
    kind = f"{found.media_type}; charset=utf-8" if found.media_type.startswith("text/") else found.media_type
    way = "inline" if found.media_type in files.IMAGES else "attachment"
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\%' else "_" for one in found.name)
    answer = Response(content, mimetype=None, content_type=kind)
    answer.headers["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name)}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _reads(viewer: Viewer, idea: Idea, beside: Comment) -> bool:
    """Whether the viewer may read the comment that a file is beside."""
    if beside.standing == "deleted" or (beside.staff and not gate.answers(viewer, idea)):
        return False
    mine = viewer.person_id is not None and beside.by_id == viewer.person_id
    return beside.standing == "shown" or mine or viewer.at_least("moderator")
