"""What is said about ideas, and files beside it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from renown.api import BigKey
from renown_ideation.models.base import Base


class Comment(Base):
    __tablename__ = "ideation_comment"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"))
    #: NULL where its author was erased.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"), index=True)
    #: What an import called somebody of whom it gave no e-mail.
    by_name: Mapped[str | None] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    #: For staff alone.
    staff: Mapped[bool] = mapped_column(Boolean, default=False)
    #: "shown", "waiting", "taken down" by a moderator, or "deleted" by its author.
    standing: Mapped[str] = mapped_column(String(12))
    at: Mapped[int] = mapped_column(BigInteger)
    edited_at: Mapped[int | None] = mapped_column(BigInteger)
    #: What its author would have it say, while a moderator looks at that.
    held: Mapped[str | None] = mapped_column(Text)
    event_key: Mapped[str | None] = mapped_column(String(40))
    #: What took it out of the log while it is taken down, or deleted.
    gone_key: Mapped[str | None] = mapped_column(String(60))
    __table_args__ = (Index(None, "idea_id", "id"),)


class Attachment(Base):
    """A file beside an idea or comment. Its bytes are kept under `key`, outside of what the web server serves."""

    __tablename__ = "ideation_attachment"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("ideation_comment.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    name: Mapped[str] = mapped_column(String(120))
    #: As its bytes say, not as its sender did.
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[int] = mapped_column(BigInteger)
    removed_at: Mapped[int | None] = mapped_column(BigInteger)


class Moderation(Base):
    """An act of moderation that waits or was done: of what, why, and by when it is to be decided."""

    __tablename__ = "ideation_moderation"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("ideation_comment.id"), index=True)
    #: A proposal, where it is about that.
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("ideation_proposal.id"), index=True)
    #: Whether it is about a new text, of a comment or by an author of the idea; what was said stays shown meanwhile.
    change: Mapped[bool] = mapped_column(Boolean, default=False)
    #: A sentence without its full stop.
    reason: Mapped[str] = mapped_column(String(200))
    #: What the reader who asked says of it.
    word: Mapped[str] = mapped_column(String(400), default="")
    #: The reader who asked; NULL: Renown itself.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    due_at: Mapped[int] = mapped_column(BigInteger)
    #: Whether moderators were told that it is past its day.
    reminded: Mapped[bool] = mapped_column(Boolean, default=False)
    #: NULL while it waits, then "shown" or "taken down"; "gone" where its author took it back.
    decided: Mapped[str | None] = mapped_column(String(12))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    decided_at: Mapped[int | None] = mapped_column(BigInteger)
    #: What its author is told.
    answer: Mapped[str] = mapped_column(String(400), default="")
    __table_args__ = (Index(None, "decided", "due_at"),)


class Trust(Base):
    """How often something of a person's was let through or taken down: what they write waits until enough was."""

    __tablename__ = "ideation_trust"
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    accepted: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
