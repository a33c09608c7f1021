"""Thanks, and whose they were before any merge. What was said stays here: the log holds no text."""

from __future__ import annotations

from renown.api import Owned
from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

#: Characters of a reason.
LONGEST = 500


class Base(Owned, DeclarativeBase, owner="kudos"):
    """The plugin's own tables."""


class Thanks(Base):
    """One thank-you. Days are counted since 1970 in the organisation's time zone, instants are microseconds."""

    __tablename__ = "kudos_thanks"
    __table_args__ = (Index(None, "giver_id", "day"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: The natural key of its event, and what stands for it in addresses.
    key: Mapped[str] = mapped_column(String(32), unique=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    #: Who they were then, whomever they count as since: a split gives it back to them.
    first_giver_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    first_receiver_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    #: Empty where it was taken back or down, or one of the two was erased.
    reason: Mapped[str] = mapped_column(String(LONGEST))
    private: Mapped[bool]
    day: Mapped[int] = mapped_column(Integer)
    at: Mapped[int] = mapped_column(BigInteger)
    taken_back_at: Mapped[int | None] = mapped_column(BigInteger)
    #: Whether it was somebody else than the giver who took it away.
    taken_down: Mapped[bool] = mapped_column(server_default=false())


class Giver(Base):
    """A row to hold while somebody gives: who thanks twice at once is counted one after the other."""

    __tablename__ = "kudos_giver"
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True)
