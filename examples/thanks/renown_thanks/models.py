"""One card for each thanks given. What was said stays here: the log holds no text."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from renown.api import Owned


class Base(Owned, DeclarativeBase, owner="thanks"):
    """The plugin's own tables."""


class Card(Base):
    __tablename__ = "thanks_card"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    text: Mapped[str] = mapped_column(String(280))
    day: Mapped[int] = mapped_column(Integer)
    at: Mapped[int] = mapped_column(BigInteger)
    #: The natural key of the event.
    event: Mapped[str] = mapped_column(String(256), unique=True)
