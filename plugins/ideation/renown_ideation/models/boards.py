"""Boards: where ideas are brought to, for whom, and what is promised there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from renown_ideation.models.base import Base


class Board(Base):
    """Who reads and writes here, and by when an idea is acknowledged and answered."""

    __tablename__ = "ideation_board"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(Text, default="")
    #: "public", "employees", "team" or "invited".
    audience: Mapped[str] = mapped_column(String(12))
    #: Of the team, where it is for one.
    team_id: Mapped[int | None] = mapped_column(Integer)
    #: "nobody": all ideas and comments of customers appear at once; "new": those of people who had none accepted yet
    #: wait; "everybody": all wait.
    held: Mapped[str] = mapped_column(String(12), default="new")
    #: Working days to the acknowledgement, and to each answer promised when nobody says otherwise.
    acknowledge_days: Mapped[int] = mapped_column(SmallInteger, default=2)
    answer_days: Mapped[int] = mapped_column(SmallInteger, default=10)
    #: Owns ideas that nobody owns yet; hears of what is overdue.
    steward_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    #: Hears of what is overdue by as many days again.
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    #: Numbers of votes are hidden before this instant; NULL: they are not.
    hidden_until: Mapped[int | None] = mapped_column(BigInteger)
    #: What experts judge by, where it is not reach, impact, confidence, effort: a list of names.
    criteria: Mapped[Any | None] = mapped_column(JSON)
    #: Origins that may show the widget.
    origins: Mapped[Any] = mapped_column(JSON, default=list)
    created_at: Mapped[int] = mapped_column(BigInteger)
    #: NULL while ideas may be brought and voted for.
    closed_at: Mapped[int | None] = mapped_column(BigInteger)


class BoardRecord(Base):
    """What `answers.record` found of a board when it looked last."""

    __tablename__ = "ideation_board_record"
    board_id: Mapped[int] = mapped_column(ForeignKey("ideation_board.id"), primary_key=True, autoincrement=False)
    ideas: Mapped[int] = mapped_column(Integer)
    answered: Mapped[int] = mapped_column(Integer)
    delivered: Mapped[int] = mapped_column(Integer)
    overdue: Mapped[int] = mapped_column(Integer)
    median: Mapped[int | None] = mapped_column(BigInteger)
    steps: Mapped[int] = mapped_column(Integer)
    in_time: Mapped[int] = mapped_column(Integer)
    at: Mapped[int] = mapped_column(BigInteger)


class Invited(Base):
    """Somebody who was asked to a board that is for the invited."""

    __tablename__ = "ideation_invited"
    board_id: Mapped[int] = mapped_column(ForeignKey("ideation_board.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("core_person.id"), primary_key=True, autoincrement=False, index=True
    )


class Fact(Base):
    """What is known already, so that all decide on the same: a constraint, a known issue, its resolution, a rating."""

    __tablename__ = "ideation_fact"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("ideation_board.id"), index=True)
    #: "constraint", "issue" or "rating".
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(400))
    #: How an issue was resolved, or what a rating says.
    outcome: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[int] = mapped_column(BigInteger)
