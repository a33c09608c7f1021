"""The log and what it speaks of. Rows of `core_event` never change, but for erasure."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from renown.db.base import BY_KEY, BigKey, SmallKey
from renown.db.models import Base

# Bits of Event.quality. No time bit: the time is exact.
TIME_LOWER_BOUND, TIME_DAY, TIME_RECEIVED = 1, 2, 4
ACTOR_INFERRED, ACTOR_ANONYMOUS = 8, 16
BOT, PRIVATE, BACKFILL = 32, 64, 128
#: The network gave no time of its own: such acts of a toggle count only while no timed one is known.
UNTIMED = TIME_LOWER_BOUND | TIME_RECEIVED

#: In `Event.extra`: the accounts that are mentioned, by identity, each once.
MENTIONS = "mentions"
#: The same for the hashtags that an act gives its object, by number. An empty list takes them away.
HASHTAGS = "hashtags"

# Bits of Event.own.
OWN_OWNER, OWN_KIND, OWN_PARENT, OWN_SPACE, OWN_WORDS = 1, 2, 4, 8, 16


class Term(Base):
    """Event types ("collab.react.v1") and object kinds ("message") as small numbers."""

    __tablename__ = "core_term"
    id: Mapped[int] = mapped_column(SmallKey, primary_key=True)
    term: Mapped[str] = mapped_column(String(128), unique=True)


class Space(Base):
    """A place in a source: channel, repository, board, category."""

    __tablename__ = "core_space"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(SmallKey, ForeignKey("core_source.id"))
    key: Mapped[str] = mapped_column(String(512))
    name: Mapped[str | None] = mapped_column(String(256))
    url: Mapped[str | None] = mapped_column(String(2048))
    private: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (UniqueConstraint("source_id", "key"),)


class SpaceName(Base):
    """What a space was called from position `known` on. Written under the log's lock, a function of the log."""

    __tablename__ = "core_space_name"
    space_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    known: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(256))


class Object(Base):
    """What was acted upon, as far as it is known. NULL: not known yet."""

    __tablename__ = "core_object"
    # Numbered and written under the log's lock alone, so its facts are a function of the log; a foreign key costs more
    # per row than all the rest.
    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    source_id: Mapped[int] = mapped_column(SmallKey)
    key: Mapped[str] = mapped_column(String(512))
    kind: Mapped[int | None] = mapped_column(SmallInteger)
    owner_id: Mapped[int | None] = mapped_column(Integer)
    space_id: Mapped[int | None] = mapped_column(Integer)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    words: Mapped[int | None] = mapped_column(Integer)
    url: Mapped[str | None] = mapped_column(String(2048))
    title: Mapped[str | None] = mapped_column(String(300))
    #: How sure the facts are: 0 only named, 1 told by an act on it, 2 with its owner, 3 told by the act that made it.
    rank: Mapped[int] = mapped_column(SmallInteger, default=0)
    #: When the act that told them was done (microseconds), and its key: of equal rank the earliest tells.
    told_at: Mapped[int | None] = mapped_column(BigInteger)
    told_by: Mapped[str | None] = mapped_column(String(256))
    __table_args__ = (UniqueConstraint("source_id", "key"),)


class Event(Base):
    """One act. `id` is its position. Facts the event did not carry were filled from the object as known at append."""

    __tablename__ = "core_event"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    source_id: Mapped[int] = mapped_column(SmallKey)
    key: Mapped[str] = mapped_column(String(256))
    #: The ActivityStreams type: index into `events.types.ACTIVITIES`.
    type: Mapped[int] = mapped_column(SmallInteger)
    #: The CloudEvents type, as a term.
    verb: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[int | None] = mapped_column(SmallInteger)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    #: Who owned the object at that time.
    owner_id: Mapped[int | None] = mapped_column(Integer)
    #: Who owned the parent (the asker, where this is an answer).
    asker_id: Mapped[int | None] = mapped_column(Integer)
    object_id: Mapped[int | None] = mapped_column(BigInteger)
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    space_id: Mapped[int | None] = mapped_column(Integer)
    words: Mapped[int | None] = mapped_column(Integer)
    #: Thousandths.
    value: Mapped[int | None] = mapped_column(Integer)
    content: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str | None] = mapped_column(String(64))
    statekey: Mapped[str | None] = mapped_column(String(256))
    occurred_at: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[int] = mapped_column(BigInteger)
    quality: Mapped[int] = mapped_column(SmallInteger, default=0)
    retracts: Mapped[str | None] = mapped_column(String(256))
    #: The event a `renown.resolved` or `renown.set-aside` speaks of.
    cites: Mapped[int | None] = mapped_column(BigInteger)
    #: Which facts the event said itself, so that later knowledge does not touch them: the OWN_ bits.
    own: Mapped[int] = mapped_column(SmallInteger, default=0)
    extra: Mapped[Any | None] = mapped_column(JSON)
    __table_args__ = (
        UniqueConstraint("source_id", "key"),
        Index("ix_core_event_object_id", "object_id"),
        Index(
            "ix_core_event_parent_id",
            "parent_id",
            postgresql_where=text("parent_id IS NOT NULL"),
            sqlite_where=text("parent_id IS NOT NULL"),
        ),
        Index(
            "ix_core_event_statekey",
            "source_id",
            "statekey",
            postgresql_where=text("statekey IS NOT NULL"),
            sqlite_where=text("statekey IS NOT NULL"),
        ),
        Index(
            "ix_core_event_retracts",
            "source_id",
            "retracts",
            postgresql_where=text("retracts IS NOT NULL"),
            sqlite_where=text("retracts IS NOT NULL"),
        ),
        Index(
            "ix_core_event_cites",
            "cites",
            postgresql_where=text("cites IS NOT NULL"),
            sqlite_where=text("cites IS NOT NULL"),
        ),
        Index("ix_core_event_actor_id", "actor_id"),
        Index(
            "ix_core_event_owner_id",
            "owner_id",
            postgresql_where=text("owner_id IS NOT NULL"),
            sqlite_where=text("owner_id IS NOT NULL"),
        ),
        # Deletions (2 is "Delete") of an object, without a look at all that was done to it.
        Index("ix_core_event_deletes", "object_id", postgresql_where=text("type = 2"), sqlite_where=text("type = 2")),
    )


class Mention(Base):
    """Who is mentioned in which act, by account: what `extra` says, for merges, which must find it from that side."""

    __tablename__ = "core_mention"
    identity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    __table_args__ = BY_KEY


class Hashtag(Base):
    """What things are tagged with: as `hashtags.normal` spells it, or a hash of that once it named somebody erased."""

    __tablename__ = "core_hashtag"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(64), unique=True)


class Tagged(Base):
    """The hashtags of an object by the last act that told them. Written under the log's lock, a function of the log."""

    __tablename__ = "core_tagged"
    object_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashtag_id: Mapped[int] = mapped_column(ForeignKey("core_hashtag.id"), primary_key=True, index=True)
    __table_args__ = BY_KEY


class Consumer(Base):
    """A reader of the log and how far it has read."""

    __tablename__ = "core_consumer"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    #: "score" (writes a generation of the ledger) or "recorded" (calls `events_recorded`).
    kind: Mapped[str] = mapped_column(String(16))
    plugin: Mapped[str] = mapped_column(String(25))
    generation: Mapped[int | None] = mapped_column(SmallInteger)
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    #: "running", "stopped" (at `failed_event`, for `error`) or "off".
    state: Mapped[str] = mapped_column(String(16), default="running")
    error: Mapped[str | None] = mapped_column(Text)
    failed_event: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    #: When a stopped one tries again, and until when one that runs is held.
    retry_at: Mapped[int | None] = mapped_column(BigInteger)
    moved_at: Mapped[int] = mapped_column(BigInteger, default=0)


class Passed(Base):
    """An event that a consumer passed over, since its plugin failed on it again and again. Its page lists it."""

    __tablename__ = "core_consumer_passed"
    name: Mapped[str] = mapped_column(ForeignKey("core_consumer.name", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    error: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(BigInteger)
