"""One card for each thanks given. It holds no words."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from renown.api import Owned


class Base(Owned, DeclarativeBase, owner="thanks"):
    """The plugin's own tables."""


class Card(Base):
    __tablename__ = "thanks_card"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    day: Mapped[int] = mapped_column(Integer)
    #: The natural key of the event.
    event: Mapped[str] = mapped_column(String(256), unique=True)
