"""What people are told, how they want to be told, and each delivery."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, text
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
    #: When it was settled on which channels it is due.
    digested_at: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (
        Index(
            "ix_core_notification_fresh",
            "id",
            postgresql_where=text("digested_at IS NULL"),
            sqlite_where=text("digested_at IS NULL"),
        ),
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


class QuietHours(Base):
    """Hours of the day in the person's zone, [start, end), in which nothing is sent at once."""

    __tablename__ = "core_quiet_hours"
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)


class Due(Base):
    """A notice that is to leave on a channel, by itself or with others that are due by then."""

    __tablename__ = "core_notice_due"
    notice_id: Mapped[int] = mapped_column(ForeignKey("core_notification.id"), primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    due_at: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "due_at"), Index(None, "person_id"))


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
