"""Runs and what they found, what evidence was read so far, surveys and notes on rings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from renown.api import BigKey, Owned


class Base(Owned, DeclarativeBase, owner="influence"):
    """The plugin's own tables."""


class Run(Base):
    """One reckoning of everybody's score. The newest published one is what pages show."""

    __tablename__ = "influence_run"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: "asked", "running", "published" or "failed".
    state: Mapped[str] = mapped_column(String(12))
    #: "nightly", "asked" or "erasure".
    reason: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    asked_at: Mapped[int] = mapped_column(BigInteger)
    #: Not begun before: one that is tried again, after so many tries, waits a while.
    due_at: Mapped[int] = mapped_column(BigInteger)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    started_at: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    #: What it is doing, and how far it is, in thousandths.
    stage: Mapped[str] = mapped_column(String(40), default="")
    progress: Mapped[int] = mapped_column(SmallInteger, default=0)
    error: Mapped[str | None] = mapped_column(Text)
    #: The day at whose end evidence was weighed, and the last entry of the ledger that was read.
    day: Mapped[int] = mapped_column(Integer, default=0)
    entry: Mapped[int] = mapped_column(BigInteger, default=0)
    generation: Mapped[int] = mapped_column(SmallInteger, default=0)
    epoch_id: Mapped[int | None] = mapped_column(Integer)
    #: As they were: what the settings said.
    parameters: Mapped[Any] = mapped_column(JSON, default=dict)
    #: The versions of what reckoned it, by name.
    libraries: Mapped[Any] = mapped_column(JSON, default=dict)
    people: Mapped[int] = mapped_column(Integer, default=0)
    pairs: Mapped[int] = mapped_column(BigInteger, default=0)
    rounds: Mapped[int] = mapped_column(Integer, default=0)
    residual: Mapped[float] = mapped_column(default=0.0)
    #: Whether all self-return was taken out exactly.
    exact: Mapped[bool] = mapped_column(default=True)
    #: SHA-256 of what went in (graph, voices, start) and of what came out.
    graph_hash: Mapped[str | None] = mapped_column(String(64))
    result_hash: Mapped[str | None] = mapped_column(String(64))
    #: False where somebody was erased from what went in: it cannot be done again.
    reproducible: Mapped[bool] = mapped_column(default=True)
    #: How many scores differ from those of the run before by a tenth or more, and the most of it (thousandths).
    moved: Mapped[int] = mapped_column(Integer, default=0)
    moved_most: Mapped[int] = mapped_column(BigInteger, default=0)
    #: People erased since the run before, and the same of what that alone did to others, all else being as it is.
    erased: Mapped[int] = mapped_column(Integer, default=0)
    erased_moved: Mapped[int] = mapped_column(Integer, default=0)
    erased_most: Mapped[int] = mapped_column(BigInteger, default=0)
    #: When rings had been looked for in it; NULL: not yet, or never.
    rings_at: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "state", "id"),)


class Check(Base):
    """A run that somebody asked to be done again, and whether it gave the same bytes. The newest one of each run."""

    __tablename__ = "influence_check"
    run_id: Mapped[int] = mapped_column(ForeignKey("influence_run.id"), primary_key=True, autoincrement=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    asked_at: Mapped[int] = mapped_column(BigInteger)
    #: NULL until it is done.
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    same: Mapped[bool | None]
    #: What went wrong, or what differs.
    said: Mapped[str | None] = mapped_column(Text)


class Erased(Base):
    """Somebody who was erased since the last run, and their own voice: the next one tells what that does to others."""

    __tablename__ = "influence_erased"
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    voice: Mapped[float]


class Epoch(Base):
    """What is frozen for a quarter, so that nobody can move it: half saturation and the unit of the scale.

    It holds for evidence of one generation: counted by other weights, the same evidence is another amount.
    """

    __tablename__ = "influence_epoch"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: The quarter's first day.
    start: Mapped[int] = mapped_column(Integer)
    generation: Mapped[int] = mapped_column(SmallInteger)
    kappa: Mapped[float]
    unit: Mapped[float]
    #: False where there was too little to freeze a quarter by: it held for one run alone.
    lasting: Mapped[bool]
    __table_args__ = (Index(None, "start"),)


class Packed(Base):
    """Arrays as bytes, a million numbers a row: "run:7" holds what run 7 was made of, "evidence" what was read.

    "about" holds what that was about.
    """

    __tablename__ = "influence_packed"
    owner: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(4))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Reading(Base):
    """How far the ledger and the log have been read into "evidence". One row."""

    __tablename__ = "influence_reading"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    generation: Mapped[int] = mapped_column(SmallInteger)
    entry: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(BigInteger)
    #: The first day of which it is kept who did anything.
    since: Mapped[int] = mapped_column(Integer)
    zone: Mapped[str] = mapped_column(String(64))


class Score(Base):
    """What somebody's score was from `day` on: a row where it changed by a tenth or more. Thousandths."""

    __tablename__ = "influence_score"
    person_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: As `scopes` numbers it; 0 for all topics together.
    topic: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    amount: Mapped[int] = mapped_column(BigInteger)
    run_id: Mapped[int] = mapped_column(Integer)
    #: Where it fell: what did most of it, as `fading` numbers it. NULL where it did not, or that is not known.
    cause: Mapped[int | None] = mapped_column(SmallInteger)
    __table_args__ = (Index(None, "day"),)


class Survey(Base):
    """Whom employees name as those whose work they rely on."""

    __tablename__ = "influence_survey"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    opened_at: Mapped[int] = mapped_column(BigInteger)
    #: When it ends; answers may be changed until then.
    closes_at: Mapped[int] = mapped_column(BigInteger)
    #: True until the report is made, then NULL: so one alone is open at a time.
    open: Mapped[bool | None] = mapped_column(unique=True)
    #: The report, made once when it has ended; no single answer can be read from it.
    report: Mapped[Any | None] = mapped_column(JSON)
    #: The last person who was told that it is open, and later that the report is there; NULL: everybody was told.
    told_id: Mapped[int | None] = mapped_column(Integer, default=0)


class Answer(Base):
    """One colleague whom somebody named. Gone once the report is made."""

    __tablename__ = "influence_answer"
    survey_id: Mapped[int] = mapped_column(ForeignKey("influence_survey.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True)
    named_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True)


class AddressAnswer(Base):
    """An address that somebody named in a survey, as they typed it. Whose it is, is asked when the survey ends."""

    __tablename__ = "influence_answer_address"
    survey_id: Mapped[int] = mapped_column(ForeignKey("influence_survey.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(320), primary_key=True)


class RingRow(Base):
    """A group that a run found. `people` are ids, ascending; `ring` is a name at random, kept while the group is."""

    __tablename__ = "influence_ring"
    run_id: Mapped[int] = mapped_column(ForeignKey("influence_run.id"), primary_key=True)
    ring: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: 0 for the least probable one of the run.
    place: Mapped[int] = mapped_column(Integer)
    people: Mapped[Any] = mapped_column(JSON)
    #: What speaks for it: see `ring_look.Found`.
    evidence: Mapped[Any] = mapped_column(JSON)


class RingNote(Base):
    """What a moderator wrote about a ring, and who was in it then. `done`: the moderator has looked into it."""

    __tablename__ = "influence_ring_note"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    ring: Mapped[str] = mapped_column(String(32))
    people: Mapped[Any] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
    done: Mapped[bool] = mapped_column(default=False)
