"""What people are told, how they want to be told, and each delivery."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from renown.db.base import BigKey
from renown.db.models import Base


class Notification(Base):
    __tablename__ = "core_notification"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    plugin: Mapped[str] = mapped_column(String(25))
    kind: Mapped[str] = mapped_column(String(64))
    #: What it is about; notices of one subject are shown together, and one (person, kind, subject, once) is sent once.
    subject: Mapped[str] = mapped_column(String(128))
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(512))
    once: Mapped[str | None] = mapped_column(String(128))
    created_at: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[int | None] = mapped_column(BigInteger)
    digested_at: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (
        Index(None, "person_id", "read_at", "id"),
        Index(None, "person_id", "kind", "subject", "once", unique=True),
    )


class NotifyChoice(Base):
    """How a person wants to hear of a kind on a channel: "at once", "daily", "weekly" or "never"."""

    __tablename__ = "core_notify_choice"
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    pace: Mapped[str] = mapped_column(String(8))


class Delivery(Base):
    """One message on its way out, tried until it arrives or is given up."""

    __tablename__ = "core_delivery"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    address: Mapped[str | None] = mapped_column(String(320))
    payload: Mapped[Any] = mapped_column(JSON)
    #: "waiting", "sent" or "failed".
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[int] = mapped_column(BigInteger)
    sent_at: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (Index(None, "state", "due_at"),)
