"""Schedules, runs with progress, and the workers that take them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, Integer, String, Text, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from renown.db.models import Base


class Schedule(Base):
    """When a job is due next. A job is a drain: run twice it does nothing the second time."""

    __tablename__ = "core_schedule"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    plugin: Mapped[str] = mapped_column(String(25))
    due_at: Mapped[int] = mapped_column(BigInteger, default=0)
    last_at: Mapped[int | None] = mapped_column(BigInteger)
    took_micros: Mapped[int | None] = mapped_column(BigInteger)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(Text)
    #: The worker that does it now.
    holder: Mapped[str | None] = mapped_column(String(128))


class Run(Base):
    """One long piece of work that somebody started: an import, a recount, a dry run."""

    __tablename__ = "core_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(256))
    #: "waiting", "running", "stopping", "stopped", "done" or "failed".
    state: Mapped[str] = mapped_column(String(16))
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int | None] = mapped_column(BigInteger)
    parameters: Mapped[Any] = mapped_column(JSON, default=dict)
    result: Mapped[Any | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[int] = mapped_column(BigInteger)
    #: The worker that does it now.
    holder: Mapped[str | None] = mapped_column(String(128))
    ended_at: Mapped[int | None] = mapped_column(BigInteger)


class Worker(Base):
    """A process that does jobs. What it has is its own while its row is here.

    Without a fresh beat on any there is no worker, and a banner says so.
    """

    __tablename__ = "core_worker"
    name: Mapped[str] = mapped_column(String(128), primary_key=True)
    started_at: Mapped[int] = mapped_column(BigInteger)
    beat_at: Mapped[int] = mapped_column(BigInteger)
    host: Mapped[str] = mapped_column(String(128))
    serving: Mapped[bool] = mapped_column(default=False)
    #: Whose readers it moves: of the plugins that are on, those that it has.
    plugins: Mapped[Any] = mapped_column(JSON, default=list)


def left(holder: InstrumentedAttribute[str | None], me: str) -> ColumnElement[bool]:
    """Whether who had a job is gone. What a process finds that it had itself, it could not give back."""
    return holder.is_not(None) & or_(holder == me, holder.not_in(select(Worker.name)))
