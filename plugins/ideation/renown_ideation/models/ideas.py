"""Ideas, what they said before, who takes part in them, and who voted."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from renown.api import BigKey
from renown_ideation.models.base import Base
from renown_ideation.models.boards import Board


class Idea(Base):
    """As it reads now. Its earlier texts are `Revision`s, its states `Status`es."""

    __tablename__ = "ideation_idea"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("ideation_board.id"))
    #: NULL where its author was erased, or is not known.
    author_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    #: What an import called somebody of whom it gave no e-mail.
    author_name: Mapped[str | None] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(140))
    body: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    #: One of `states.STATES`.
    state: Mapped[str] = mapped_column(String(12))
    #: "shown", "waiting" for a moderator, or "taken down".
    standing: Mapped[str] = mapped_column(String(12))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    #: When it became more than a draft.
    submitted_at: Mapped[int | None] = mapped_column(BigInteger)
    acknowledged_at: Mapped[int | None] = mapped_column(BigInteger)
    #: When it was first answered in public.
    answered_at: Mapped[int | None] = mapped_column(BigInteger)
    delivered_at: Mapped[int | None] = mapped_column(BigInteger)
    #: When the next answer is due; NULL: none is owed.
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    #: How often its owner was reminded of the one that is due.
    reminded: Mapped[int] = mapped_column(SmallInteger, default=0)
    changed_at: Mapped[int] = mapped_column(BigInteger)
    #: The idea it was merged into: that one was never merged itself.
    into_id: Mapped[int | None] = mapped_column(ForeignKey("ideation_idea.id"), index=True)
    #: People who are for it, or for one that was merged into it: what its shards add up to, a moment ago.
    voters: Mapped[int] = mapped_column(Integer, default=0)
    #: Where it stands among those that need voices: when it was brought, and later for each doubling of its voters.
    heat: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Votes that were counted elsewhere before, without voters.
    earlier_votes: Mapped[int] = mapped_column(Integer, default=0)
    comments: Mapped[int] = mapped_column(Integer, default=0)
    #: In the event log.
    event_key: Mapped[str | None] = mapped_column(String(40))
    #: What took it out of the log while it is taken down.
    gone_key: Mapped[str | None] = mapped_column(String(60))
    board: Mapped[Board] = relationship(viewonly=True)
    __table_args__ = (
        Index("ix_ideation_idea_new", "board_id", "standing", "submitted_at", "id"),
        Index("ix_ideation_idea_top", "board_id", "standing", "voters", "id"),
        Index("ix_ideation_idea_heat", "board_id", "standing", "heat", "id"),
        Index("ix_ideation_idea_state", "board_id", "standing", "state", "submitted_at", "id"),
        Index("ix_ideation_idea_due", "due_at"),
        Index("ix_ideation_idea_author", "author_id", "id"),
        Index("ix_ideation_idea_owner", "owner_id", "due_at"),
    )


class Revision(Base):
    """A text that an idea had, from when on, and by whom."""

    __tablename__ = "ideation_revision"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(140))
    body: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    #: Why it was changed.
    note: Mapped[str] = mapped_column(String(200), default="")
    #: The proposal that was taken over with it.
    proposal_id: Mapped[int | None] = mapped_column(Integer)
    #: Whether moderators alone read it: it was never to be seen, or one of them took it away.
    hidden: Mapped[bool] = mapped_column(Boolean, default=False)


class Proposal(Base):
    """An amendment: another text for an idea, by somebody who may not change it, until its authors take or leave it."""

    __tablename__ = "ideation_proposal"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), index=True)
    #: The revision it was written from.
    base: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(140))
    body: Mapped[str] = mapped_column(Text)
    #: With commas between, where it changes them too.
    tags: Mapped[str | None] = mapped_column(String(240))
    note: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    #: "open", "accepted", "declined" or "withdrawn"; "accepting": a moderator looks first at what its
    #: authors made of it. Unseen: "waiting" for a moderator, by an author "held"; "gone" before that; "taken down".
    state: Mapped[str] = mapped_column(String(12), default="open")
    answer: Mapped[str] = mapped_column(String(400), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    answered_at: Mapped[int | None] = mapped_column(BigInteger)


class Participant(Base):
    """Somebody who takes part otherwise than by a vote. All of them hear of what happens, until they stop it."""

    __tablename__ = "ideation_participant"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("core_person.id"), primary_key=True, autoincrement=False, index=True
    )
    #: "author", "coauthor", "expert", "stakeholder", "commenter" or "follower".
    role: Mapped[str] = mapped_column(String(12), primary_key=True)
    follows: Mapped[bool] = mapped_column(Boolean, default=True)
    at: Mapped[int] = mapped_column(BigInteger)


class Invitation(Base):
    """Somebody who was asked to write an idea together, and what they said."""

    __tablename__ = "ideation_invitation"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("core_person.id"), primary_key=True, autoincrement=False, index=True
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    #: "asked", "accepted", "declined" or "left".
    state: Mapped[str] = mapped_column(String(12), default="asked")
    at: Mapped[int] = mapped_column(BigInteger)


class Vote(Base):
    """Somebody's vote for an idea. One that is taken back stays, not `given`."""

    __tablename__ = "ideation_vote"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    given: Mapped[bool] = mapped_column(Boolean)
    #: Whether this person is among the voters of the group that this idea leads: for it, or for one merged into it.
    #: False in rows of an idea that was merged into another.
    counts: Mapped[bool] = mapped_column(Boolean)
    follows: Mapped[bool] = mapped_column(Boolean, default=True)
    #: Whether the event log has it as given.
    logged: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Who entered it on the person's behalf.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (
        Index(None, "person_id", "at"),
        Index(
            "ix_ideation_vote_unlogged",
            "idea_id",
            sqlite_where=text("given != logged"),
            postgresql_where=text("given != logged"),
        ),
    )


class VoteMoved(Base):
    """What became of a vote when its person turned out to be another one, so that it can be taken back."""

    __tablename__ = "ideation_vote_moved"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    gone_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    kept_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    #: Whether the one who stays got it by that; otherwise they had voted as well.
    passed_on: Mapped[bool] = mapped_column(Boolean)


class Moved(Base):
    """What was somebody's until they turned out to be another person, so that it can be given back."""

    __tablename__ = "ideation_moved"
    #: "idea", "owner", "comment", "proposal", ..., "part:" and a participant's role, or "merge" that one holds.
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    #: Of the row; of the idea, for a participant.
    row_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    gone_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    kept_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    #: Whether the one who stays got it by that; a participant may have taken part already.
    passed_on: Mapped[bool] = mapped_column(Boolean, default=True)


class Shard(Base):
    """How many voters an idea has, in parts, so that a thousand votes for one idea need not wait for each other."""

    __tablename__ = "ideation_shard"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    voters: Mapped[int] = mapped_column(Integer)
    #: Whether the idea's own number does not have it yet.
    fresh: Mapped[bool] = mapped_column(Boolean, default=True)
    __table_args__ = (
        Index("ix_ideation_shard_fresh", "idea_id", sqlite_where=text("fresh"), postgresql_where=text("fresh")),
    )


class Tagged(Base):
    __tablename__ = "ideation_tagged"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    __table_args__ = (Index(None, "tag", "idea_id"),)


class Status(Base):
    """A step of an idea, with what was said of it in public."""

    __tablename__ = "ideation_status"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"))
    before: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    answer: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    #: What an import called somebody of whom it gave no e-mail.
    by_name: Mapped[str | None] = mapped_column(String(80))
    at: Mapped[int] = mapped_column(BigInteger)
    #: When the next answer was promised with it.
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    #: By how much (microseconds) it came after the answer that was due; 0: in time, or none was owed.
    late: Mapped[int] = mapped_column(BigInteger, default=0)
    __table_args__ = (Index(None, "idea_id", "id"), Index(None, "at"))


class Merge(Base):
    """That one idea was linked into another, and whether it was taken back. Votes stay where they were given."""

    __tablename__ = "ideation_merge"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), index=True)
    reason: Mapped[str] = mapped_column(String(400), default="")
    #: The state it goes back to, with the answer that was owed then.
    before: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    undone_at: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (
        # One that is merged is merged into one idea.
        Index(
            "uq_ideation_merge_current",
            "idea_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )


class NotSame(Base):
    """Two ideas that look alike, of which a moderator said that they are not the same. The lower number first."""

    __tablename__ = "ideation_not_same"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(
        ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False, index=True
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)


class Entry(Base):
    """A vote that somebody who works here entered for a customer, and whether the customer took it back."""

    __tablename__ = "ideation_entry"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("core_person.id"), primary_key=True, autoincrement=False, index=True
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    #: Where the customer said so, for staff.
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[int] = mapped_column(BigInteger)
    withdrawn_at: Mapped[int | None] = mapped_column(BigInteger)


class Telling(Base):
    """News that everybody who follows an idea is told of, some at a time. Gone when all have been."""

    __tablename__ = "ideation_telling"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"))
    #: A kind of notice that the manifest declares.
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    #: Whether those who voted are told too, and not only those who take part.
    voters: Mapped[bool] = mapped_column(Boolean, default=True)
    #: Who did it, and need not be told.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    #: The last person who was told.
    after: Mapped[int] = mapped_column(Integer, default=0)
    #: An id names what was told once, and is never used again.
    __table_args__ = ({"sqlite_autoincrement": True},)
