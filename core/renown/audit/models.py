"""The hash-chained record of administrative acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from renown.db.models import Base


class Audit(Base):
    """`hash` covers the row before, the ids and `digest`; `digest` covers salt and details, which erasure may blank."""

    __tablename__ = "core_audit"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    actor_id: Mapped[int | None] = mapped_column(Integer, index=True)
    #: "web", "api", "cli" or "system".
    via: Mapped[str] = mapped_column(String(8))
    action: Mapped[str] = mapped_column(String(64), index=True)
    target: Mapped[str | None] = mapped_column(String(128))
    person_id: Mapped[int | None] = mapped_column(Integer, index=True)
    details: Mapped[Any | None] = mapped_column(JSON)
    salt: Mapped[str | None] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
