"""Files beside ideas and comments: what they are is told by their bytes, and they are kept under names of our own."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

from sqlalchemy import bindparam, func, select

from renown.api import PluginContext, Prepared, clean_text
from renown_ideation.ideas import pictures
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Attachment, Comment, Idea

MEBI = 1 << 20
#: Files of one idea, with its comments.
MOST = 20
NAME = 120
#: How the bytes begin, by type; what may stand at the end of the name, the usual first.
_BEGIN = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "application/pdf": (b"%PDF-",),
}
_ENDS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "text/csv": (".csv",),
    "text/plain": (".txt", ".md", ".log"),
}
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
KINDS = "PNG, JPEG, GIF or WebP pictures, PDF, plain text or CSV"


def limit(ctx: PluginContext) -> int:
    """Bytes of one file; 0: none are taken."""
    return int(ctx.settings["attachment_mebibytes"]) * MEBI


@dataclass(frozen=True)
class Looked:
    """A file that can be taken."""

    name: str
    media_type: str
    content: bytes


def look(most: int, name: str, given: IO[bytes]) -> Looked:
    """Of a picture what it shows, and nothing that it says beside. `most`: as `limit` says.

    It takes its time, so no transaction waits for it. Raises Refused.
    """
    content = given.read(most + 1)
    if not most:
        raise Refused({"file": ["No files are taken here."]})
    if len(content) > most:
        raise Refused({"file": [f"At most {most // MEBI} MiB."]})
    kind = kind_of(content, name)
    if kind is None:
        raise Refused({"file": [f"Its content is none of what is taken here: {KINDS}."]})
    return Looked(_name(name, kind), kind, pictures.bare(content, kind) if kind in IMAGES else content)


def require_room(ctx: PluginContext, idea: int) -> None:
    """Raises Refused."""
    kept = select(func.count()).where(Attachment.idea_id == idea, Attachment.removed_at.is_(None))
    if (ctx.session.scalar(kept) or 0) >= MOST:
        raise Refused({"file": [f"At most {MOST} files beside one idea."]})


def keep(ctx: PluginContext, idea: Idea, by: int, found: Looked, comment: int | None = None) -> Attachment:
    """Raises Refused where it has as many as it may."""
    require_room(ctx, idea.id)
    made = Attachment(
        idea_id=idea.id, comment_id=comment, by_id=by, name=found.name, media_type=found.media_type,
        size=len(found.content), sha256=hashlib.sha256(found.content).hexdigest(), key=secrets.token_hex(16),
        at=ctx.clock.now(),
    )  # fmt: skip
    ctx.files.write(made.key, found.content)
    ctx.session.add(made)
    ctx.session.flush()
    return made


def kind_of(content: bytes, name: str) -> str | None:
    """By its bytes; the name only tells a table from other text. None for what is not taken."""
    for kind, begins in _BEGIN.items():
        if content.startswith(begins):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return _text(content, name)


def of(ctx: PluginContext, idea: int) -> Sequence[Attachment]:
    return _FILES.scalars(ctx, idea=idea)


_FILES = Prepared(
    select(Attachment)
    .where(Attachment.idea_id == bindparam("idea"), Attachment.removed_at.is_(None))
    .order_by(Attachment.id)
)


def one(ctx: PluginContext, idea: int, number: int) -> tuple[Attachment, Comment | None] | None:
    """With the comment that it is beside."""
    found = ctx.session.get(Attachment, number)
    if found is None or found.idea_id != idea or found.removed_at is not None:
        return None
    return found, None if found.comment_id is None else ctx.session.get(Comment, found.comment_id)


def remove(ctx: PluginContext, found: Attachment) -> None:
    """The bytes go; that there was a file stays."""
    ctx.files.delete(found.key)
    found.removed_at = ctx.clock.now()
    ctx.session.flush()


def remove_all(ctx: PluginContext, idea: int) -> None:
    """With their rows, as of a draft that is thrown away."""
    for found in ctx.session.scalars(select(Attachment).where(Attachment.idea_id == idea)).all():
        ctx.files.delete(found.key)
        ctx.session.delete(found)
    ctx.session.flush()


def _text(content: bytes, name: str) -> str | None:
    try:
        said = content.decode()
    except UnicodeDecodeError:
        return None
    if not said or any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in said):
        return None
    return "text/csv" if name.lower().endswith(".csv") else "text/plain"


def _name(given: str, kind: str) -> str:
    """As its sender called it, without folders, and with an ending that says what it is."""
    name = clean_text(PurePath(given.replace("\\", "/")).name, 400).replace('"', "").strip(". ") or "file"
    ends = _ENDS[kind]
    if name.lower().endswith(ends):
        stem, end = name[: name.rindex(".")], name[name.rindex(".") :]
    else:
        stem, end = name, ends[0]
    return (stem[: NAME - len(end)] or "file") + end
