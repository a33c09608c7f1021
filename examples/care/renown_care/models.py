"""Questions of customers, what was done about each, who follows it, and how easy the asker found it.

No text of messages is here: things and places are numbers of the log's.
"""

from __future__ import annotations

import secrets

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from renown.api import Owned

_PERSON = "core_person.id"


class Base(Owned, DeclarativeBase, owner="care"):
    """The plugin's own tables."""


class Case(Base):
    """One question. What follows `quiet` is what its acts come to (`telling`). Instants are in microseconds."""

    __tablename__ = "care_case"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: The number of what was asked.
    object: Mapped[int] = mapped_column(BigInteger, unique=True)
    space_id: Mapped[int | None] = mapped_column(Integer)
    asker_id: Mapped[int] = mapped_column(ForeignKey(_PERSON), index=True)
    asker_identity: Mapped[int] = mapped_column(Integer)
    asked_at: Mapped[int] = mapped_column(BigInteger)
    #: Nobody is reminded of it or asked about it: it came with what was imported, or whoever asked was erased.
    quiet: Mapped[bool]
    #: One of `telling.STATES`.
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    #: Who answered first, and the team they were in then (0: none).
    responder_id: Mapped[int | None] = mapped_column(ForeignKey(_PERSON), index=True)
    responder_identity: Mapped[int | None] = mapped_column(Integer)
    team_id: Mapped[int] = mapped_column(Integer, default=0)
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    #: Of working time, from the question to the first answer.
    minutes: Mapped[int | None] = mapped_column(Integer)
    settled_at: Mapped[int | None] = mapped_column(BigInteger)
    reopened: Mapped[int] = mapped_column(SmallInteger, default=0)
    reminded_at: Mapped[int | None] = mapped_column(BigInteger)
    #: When a colleague said that it needs no answer. It holds until the asker writes again or it is opened again.
    aside_at: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (
        Index(None, "state", "asked_at"),
        Index(None, "state", "settled_at"),
        Index(None, "team_id", "asked_at"),
    )


class Act(Base):
    """One act that bears on a question. Without a case: the question has not come yet."""

    __tablename__ = "care_act"
    event_id: Mapped[int] = mapped_column(ForeignKey("core_event.id"), primary_key=True, autoincrement=False)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("care_case.id"), index=True)
    #: One of `acts.KINDS`.
    kind: Mapped[str] = mapped_column(String(8))
    on: Mapped[bool]
    #: What was acted upon, and what that belongs to.
    object: Mapped[int] = mapped_column(BigInteger)
    parent: Mapped[int | None] = mapped_column(BigInteger)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(_PERSON), index=True)
    actor_identity: Mapped[int | None] = mapped_column(Integer)
    #: Somebody who worked here then, and no bot; and their team then (0: none).
    employee: Mapped[bool]
    team_id: Mapped[int] = mapped_column(Integer)
    at: Mapped[int] = mapped_column(BigInteger)
    #: When it was read from the log.
    seen_at: Mapped[int] = mapped_column(BigInteger)
    #: By which sign whoever asked said that it is resolved: "accept", or an emoji's name.
    sign: Mapped[str] = mapped_column(String(64))
    __table_args__ = (
        Index(None, "object"),
        Index(
            "ix_care_act_loose",
            "parent",
            postgresql_where=text("case_id IS NULL"),
            sqlite_where=text("case_id IS NULL"),
        ),
    )


class Follow(Base):
    """Who listens: a colleague who wants to hear of a question until it is answered."""

    __tablename__ = "care_follow"
    case_id: Mapped[int] = mapped_column(ForeignKey("care_case.id"), primary_key=True)
    #: Who said so, and who they are now that people were merged.
    given_id: Mapped[int] = mapped_column(ForeignKey(_PERSON), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(_PERSON), index=True)


class Survey(Base):
    """The one question about a resolved case. `effort` is 1 to 7: how far the asker agrees that it was easy."""

    __tablename__ = "care_survey"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: What the link is signed for. Drawn at random: a number may be given again when its row is gone.
    key: Mapped[str] = mapped_column(String(22), unique=True, default=lambda: secrets.token_urlsafe(16))
    case_id: Mapped[int] = mapped_column(ForeignKey("care_case.id"), unique=True)
    sent_at: Mapped[int] = mapped_column(BigInteger)
    effort: Mapped[int | None] = mapped_column(SmallInteger)
