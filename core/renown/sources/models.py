"""Connected networks, and what came in from them but did not go on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from renown.db.base import BigKey, SmallKey
from renown.db.models import Base


class Source(Base):
    """One connected instance of a network. `name` is the CloudEvents source."""

    __tablename__ = "core_source"
    id: Mapped[int] = mapped_column(SmallKey, primary_key=True)
    name: Mapped[str] = mapped_column(String(256), unique=True)
    network: Mapped[str] = mapped_column(String(24))
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(256))
    #: What an account of this source is, where nothing better is known: employee, customer, partner, supplier.
    affiliation: Mapped[str] = mapped_column(String(16), default="customer")
    #: Whether its word on verified e-mails is believed.
    vouches: Mapped[bool] = mapped_column(default=False)
    keep_text: Mapped[bool] = mapped_column(default=False)
    keep_private: Mapped[bool] = mapped_column(default=False)
    #: The connector's own settings.
    settings: Mapped[Any] = mapped_column(JSON, default=dict)
    #: Encrypted signing secrets, newest first; all of them are tried.
    secrets: Mapped[Any] = mapped_column(JSON, default=list)
    #: "setup", "live", "paused" or "removed".
    state: Mapped[str] = mapped_column(String(16), default="live")
    step: Mapped[int] = mapped_column(SmallInteger, default=0)
    max_body: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[int] = mapped_column(BigInteger, default=0)
    last_event_at: Mapped[int | None] = mapped_column(BigInteger)


class Receipt(Base):
    """One delivery as the live view shows it: outcome and reason, never the text of a message."""

    __tablename__ = "core_receipt"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    source_id: Mapped[int] = mapped_column(SmallKey, ForeignKey("core_source.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    #: "accepted", "duplicate", "skipped", "rejected", "quarantined" or "refused" (signature).
    outcome: Mapped[str] = mapped_column(String(16))
    what: Mapped[str | None] = mapped_column(String(128))
    who: Mapped[str | None] = mapped_column(String(256))
    reason: Mapped[str | None] = mapped_column(Text)
    micros: Mapped[int | None] = mapped_column(Integer)
    payload: Mapped[Any | None] = mapped_column(JSON)
    __table_args__ = (Index(None, "source_id", "id"),)


class Reject(Base):
    """An event that was refused or skipped, with its reasons and, where it may be tried again, the event itself."""

    __tablename__ = "core_reject"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    source_id: Mapped[int | None] = mapped_column(SmallKey, ForeignKey("core_source.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    #: "rejected" or "skipped".
    outcome: Mapped[str] = mapped_column(String(16))
    key: Mapped[str | None] = mapped_column(String(256))
    reason: Mapped[str] = mapped_column(String(256))
    errors: Mapped[Any] = mapped_column(JSON, default=list)
    #: Encrypted.
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    count: Mapped[int] = mapped_column(Integer, default=1)
    __table_args__ = (Index(None, "source_id", "reason"),)


class Quarantine(Base):
    """An event held back because a plugin that screens events failed on it. It may be private, so it is encrypted."""

    __tablename__ = "core_quarantine"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    source_id: Mapped[int] = mapped_column(SmallKey, ForeignKey("core_source.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(String(256))
    plugin: Mapped[str] = mapped_column(String(25))
    reason: Mapped[str] = mapped_column(Text)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (Index(None, "source_id", "key", unique=True),)
