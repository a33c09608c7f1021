"""Where imported things came from, so that a second import doubles nothing; and drafts from conversation."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from renown.api import BigKey
from renown_ideation.models.base import Base


class Origin(Base):
    """What an imported row became here."""

    __tablename__ = "ideation_origin"
    #: What was imported, as `fider:feedback.acme.example`.
    source: Mapped[str] = mapped_column(String(128), primary_key=True)
    #: "board", "idea", "comment", "vote", "note", "person" or "merge".
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    #: The id here of what it became.
    id: Mapped[int] = mapped_column(BigInteger)
    #: Of what it said, so that what was changed there since is brought here too.
    digest: Mapped[str] = mapped_column(String(64))
    #: Earlier votes that it brought to the idea.
    earlier: Mapped[int] = mapped_column(Integer, default=0)
    __table_args__ = (Index(None, "kind", "id"),)


class Intake(Base):
    """A message that asks to become an idea, until its author agrees; then the draft that it became."""

    __tablename__ = "ideation_intake"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    #: The source's name and the message's id there.
    source: Mapped[str] = mapped_column(String(256))
    object: Mapped[str] = mapped_column(String(512))
    #: The id of the message that its thread begins with.
    thread: Mapped[str | None] = mapped_column(String(512))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"), index=True)
    #: Who marked it; the author themselves, mostly.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    url: Mapped[str | None] = mapped_column(String(2048))
    #: "asked", "agreed", "refused": then `object` is a digest, and nothing else of the message is known any more.
    state: Mapped[str] = mapped_column(String(12))
    #: Where it becomes an idea, and the draft that it became.
    board_id: Mapped[int | None] = mapped_column(ForeignKey("ideation_board.id"))
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("ideation_idea.id"), index=True)
    #: Of a mail: the digest of the address it says it is from, and the name under which the mail is kept, sealed.
    sender: Mapped[str | None] = mapped_column(String(64))
    kept: Mapped[str | None] = mapped_column(String(64))
    #: The last `Status` that the conversation was told of.
    told: Mapped[int] = mapped_column(BigInteger, default=0)
    at: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (
        Index("uq_ideation_intake_object", "source", "object", unique=True),
        Index(None, "sender", "at"),
        Index(None, "state", "at"),
    )
