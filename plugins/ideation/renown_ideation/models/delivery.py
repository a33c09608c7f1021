"""From an idea to what came of it: experts, plans, links to where work is done, the roadmap and the changelog."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from renown_ideation.models.base import Base


class Asked(Base):
    """An expert who was asked what they think of an idea, with the reason that they are told."""

    __tablename__ = "ideation_asked"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    #: Why they: where they stand in a topic, such as "3rd of 40 in #billing". "" where somebody chose them by hand.
    reason: Mapped[str] = mapped_column(String(400))
    #: What whoever asks adds.
    word: Mapped[str] = mapped_column(String(400), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    #: "asked", "answered" or "declined".
    state: Mapped[str] = mapped_column(String(12), default="asked")
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    #: What they add to their scorecard.
    note: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (Index("uq_ideation_asked_person", "idea_id", "person_id", unique=True),)


class Judged(Base):
    """One line of an expert's scorecard, 1 to 5."""

    __tablename__ = "ideation_judged"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("core_person.id"), primary_key=True, autoincrement=False, index=True
    )
    criterion: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[int] = mapped_column(BigInteger)


class Plan(Base):
    """How an idea is made real: who, by when, what for; and in the end, what came of it."""

    __tablename__ = "ideation_plan"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    goal: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"), index=True)
    #: What it is expected to bring, written down before.
    expected: Mapped[str] = mapped_column(Text, default="")
    #: Now, next or later on the roadmap; "" where it is not on it.
    horizon: Mapped[str] = mapped_column(String(8), default="")
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[int] = mapped_column(BigInteger)
    #: What came of it.
    outcome: Mapped[str] = mapped_column(Text, default="")
    outcome_at: Mapped[int | None] = mapped_column(BigInteger)


class Step(Base):
    """A line of a plan's checklist."""

    __tablename__ = "ideation_step"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_plan.idea_id"), index=True)
    #: In which order they are shown; of equal ones the older first.
    place: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    #: Whether its owner and the plan's heard that it is overdue.
    reminded: Mapped[bool] = mapped_column(Boolean, default=False)
    done_at: Mapped[int | None] = mapped_column(BigInteger)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    __table_args__ = (Index(None, "owner_id"), Index(None, "due_at"))


class Link(Base):
    """A thing elsewhere that belongs to an idea. Where it is an object of the log, its state is followed."""

    __tablename__ = "ideation_link"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), index=True)
    #: "issue", "release", "thread" or "page".
    kind: Mapped[str] = mapped_column(String(12))
    url: Mapped[str] = mapped_column(String(2048))
    title: Mapped[str] = mapped_column(String(200), default="")
    #: The source's name and the object's id there, where it is known.
    source: Mapped[str | None] = mapped_column(String(256))
    object: Mapped[str | None] = mapped_column(String(512))
    #: Whether it is in a place that not everybody may look into: then customers are not shown it.
    private: Mapped[bool] = mapped_column(Boolean, default=False)
    #: As its events said last: "open", "closed", "merged", ...
    state: Mapped[str] = mapped_column(String(24), default="")
    state_at: Mapped[int | None] = mapped_column(BigInteger)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "source", "object"),)


class News(Base):
    """An entry of the changelog."""

    __tablename__ = "ideation_news"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("ideation_board.id"))
    title: Mapped[str] = mapped_column(String(140))
    body: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "board_id", "at"),)


class NewsOf(Base):
    """That an entry of the changelog tells of an idea."""

    __tablename__ = "ideation_news_of"
    news_id: Mapped[int] = mapped_column(ForeignKey("ideation_news.id"), primary_key=True, autoincrement=False)
    idea_id: Mapped[int] = mapped_column(
        ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False, index=True
    )
