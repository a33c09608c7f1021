"""Rules, entries, limits and what is read from them. Amounts are integers: thousandths of the measure's unit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from renown.db.base import BY_KEY, BigKey, SmallKey
from renown.db.models import Base

UNIT = 1000


class Measure(Base):
    """A named number, declared by a plugin's manifest. `generation` is the one that pages read."""

    __tablename__ = "core_measure"
    id: Mapped[int] = mapped_column(SmallKey, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    plugin: Mapped[str] = mapped_column(String(25))
    generation: Mapped[int | None] = mapped_column(SmallInteger)
    #: When its standings last followed the day totals (microseconds).
    stood_at: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    #: Whether it has boards, as its manifest says now. Generations may count it otherwise: see `Unlisted`.
    listed: Mapped[bool] = mapped_column(default=True, server_default=text("true"))


class Rule(Base):
    """One version of one rule. Never changed. `published` is a log position; NULL `effective`: on every day."""

    __tablename__ = "core_rule"
    id: Mapped[int] = mapped_column(SmallKey, primary_key=True)
    plugin: Mapped[str] = mapped_column(String(25))
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(SmallInteger)
    published: Mapped[int] = mapped_column(BigInteger)
    effective: Mapped[int | None] = mapped_column(Integer)
    body: Mapped[Any] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger, default=0)
    #: How many people a dry run said would move, where one was made.
    moves: Mapped[int | None] = mapped_column(Integer)
    #: What a rule that administrators added is called; NULL where the plugin brings the rule.
    title: Mapped[str | None] = mapped_column(String(80))
    __table_args__ = (UniqueConstraint("plugin", "name", "version"),)


class RuleDraft(Base):
    """A rule's next version while it is being written. One for each rule; whoever edits it last owns it."""

    __tablename__ = "core_rule_draft"
    plugin: Mapped[str] = mapped_column(String(25), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[Any] = mapped_column(JSON)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Set once it is proposed to a second person: why, and from which day (NULL: recount everything).
    proposed_at: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Text)
    effective: Mapped[int | None] = mapped_column(Integer)
    #: Its dry run: the draft generation and the first day to compare.
    generation: Mapped[int | None] = mapped_column(SmallInteger)
    since: Mapped[int | None] = mapped_column(Integer)
    #: Of a rule that administrators add.
    title: Mapped[str | None] = mapped_column(String(80))


class Generation(Base):
    """One count of a plugin's measures over the whole log. Up to `base`, rules and facts are those known at `base`."""

    __tablename__ = "core_generation"
    id: Mapped[int] = mapped_column(SmallKey, primary_key=True)
    plugin: Mapped[str] = mapped_column(String(25))
    base: Mapped[int] = mapped_column(BigInteger, default=0)
    #: "building", "live", "old", "draft" (a dry run: read by its editor, never switched to), "replay" (to compare),
    #: "rebuild" (to compare and then to read), "gone" (being cleared away) or "dropped".
    state: Mapped[str] = mapped_column(String(16))
    #: Rules of a dry run that are not published: [{"name", "body"}].
    draft: Mapped[Any | None] = mapped_column(JSON)
    #: The time zone whose days it counts by.
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger, default=0)
    live_at: Mapped[int | None] = mapped_column(BigInteger)


class Unlisted(Base):
    """A measure of which a generation keeps entries alone: no day totals, so no boards, closes and lead either.

    Written when the generation, or the measure in it, begins, and never changed.
    """

    __tablename__ = "core_unlisted"
    generation: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    measure: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)


class Entry(Base):
    """One change of one measure for one identity. Append-only; `reverses` is the entry it takes back, 0 if none."""

    __tablename__ = "core_entry"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    generation: Mapped[int] = mapped_column(SmallInteger)
    measure: Mapped[int] = mapped_column(SmallInteger)
    identity_id: Mapped[int] = mapped_column(Integer)
    #: The event that made this entry: the act itself, or what reversed or restored it.
    event_id: Mapped[int] = mapped_column(BigInteger)
    #: The act that is counted, also in reversals: one look-up finds all that became of it.
    act_id: Mapped[int] = mapped_column(BigInteger)
    rule_id: Mapped[int] = mapped_column(SmallInteger)
    raw: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[int] = mapped_column(Integer)
    #: The team of the person on that day, as known then; 0 if none.
    team: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str | None] = mapped_column(String(64))
    reverses: Mapped[int] = mapped_column(BigInteger, default=0)
    #: Limits that apply, innermost first: ids of core_limit_use joined by spaces. A reversal uses the same.
    limits: Mapped[str | None] = mapped_column(String(120))
    #: The quota (core_quota_use) that let it through. A refused entry has the reason "quota", amount 0 and none here.
    quota: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (
        UniqueConstraint("act_id", "generation", "measure", "identity_id", "rule_id", "event_id", "reverses"),
        Index(None, "generation", "measure", "identity_id", "day"),
    )


class LimitUse(Base):
    """The running signed sum of `raw` under one limit's key. `id` is the 64-bit digest of the key."""

    __tablename__ = "core_limit_use"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(SmallInteger)
    raw: Mapped[int] = mapped_column(BigInteger)
    #: The curve, as `ledger.limits.Curve.text()`.
    curve: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(80))


class DayTotal(Base):
    """What an identity got on a day. `stood` is the part that the standings already hold."""

    __tablename__ = "core_day_total"
    generation: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    measure: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    identity_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    team: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    amount: Mapped[int] = mapped_column(BigInteger)
    stood: Mapped[int] = mapped_column(BigInteger, default=0)
    __table_args__ = (
        Index(
            "ix_core_day_total_waiting",
            "generation",
            "measure",
            postgresql_where=text("amount <> stood"),
            sqlite_where=text("amount <> stood"),
        ),
        Index("ix_core_day_total_day", "generation", "measure", "day"),
        BY_KEY,
    )


class Period(Base):
    """One board: a measure in a generation (0 for levels), for a scope and a stretch of days."""

    __tablename__ = "core_period"
    id: Mapped[int] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(SmallInteger)
    measure: Mapped[int] = mapped_column(SmallInteger)
    #: "organisation", "teams" (subjects are teams), "team:<id>", "source:<id>"; levels too "space:<id>", "topic:<id>".
    scope: Mapped[str] = mapped_column(String(120))
    #: "all", "year", "quarter", "month", "week" or "rolling".
    kind: Mapped[str] = mapped_column(String(8))
    #: First day; 0 for "all", "rolling" and levels.
    start: Mapped[int] = mapped_column(Integer)
    #: When its first entry arrived.
    first_at: Mapped[int | None] = mapped_column(BigInteger)
    #: How many subjects have a standing, visible or not.
    people: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: Whether it has outgrown counting, and has a histogram.
    bucketed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: Position of the close event, and the last entry of this generation that was posted before it.
    closed: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[int | None] = mapped_column(BigInteger)
    closed_entry: Mapped[int | None] = mapped_column(BigInteger)
    #: Levels only: the run that published the standings, and the digest of what it said.
    run: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (UniqueConstraint("generation", "measure", "scope", "kind", "start"),)


class Standing(Base):
    """A subject's total in a period. `visible`: to all employees; only the person sees past it."""

    __tablename__ = "core_standing"
    period_id: Mapped[int] = mapped_column(Integer)
    subject_id: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(BigInteger)
    visible: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (
        # Read backwards: amount descending, then subject descending.
        # Subject first: whoever moves is found by it, and a board by its index. Each further index costs every tick.
        PrimaryKeyConstraint("subject_id", "period_id"),
        Index("ix_core_standing_board", "period_id", "visible", "amount", "subject_id"),
        BY_KEY,
    )


class Seen(Base):
    """How far a root person may be seen on boards: `ledger.visibility` decides, the tick keeps `visible` in step."""

    __tablename__ = "core_seen"
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    #: `ledger.visibility.State`.
    state: Mapped[int] = mapped_column(SmallInteger)


class TeamHead(Base):
    """A root person counts as the team's on days [from_day, to_day): neither a leaver nor a bot, in one team a day."""

    __tablename__ = "core_team_head"
    # No foreign key: the tick would lock people in another order than who recognises them.
    person_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    from_day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    to_day: Mapped[int] = mapped_column(Integer)
    team_id: Mapped[int] = mapped_column(Integer)
    __table_args__ = BY_KEY


class TeamSize(Base):
    """By how many heads a team grew on a day (level 1), and in the 32 days of a block (level 2)."""

    __tablename__ = "core_team_size"
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    slot: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    team_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    more: Mapped[int] = mapped_column(Integer)
    __table_args__ = BY_KEY


class StandingBucket(Base):
    """How many visible standings of a period lie in a bucket of amounts, on two levels: exact ranks at once."""

    __tablename__ = "core_standing_bucket"
    period_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    bucket: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Integer)
    __table_args__ = BY_KEY


class StandingClose(Base):
    """A closed period's final line for one subject; late events never alter it."""

    __tablename__ = "core_standing_close"
    period_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    subject_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    amount: Mapped[int] = mapped_column(BigInteger)
    #: The place among those visible at the close.
    rank: Mapped[int] = mapped_column(Integer)
    __table_args__ = (Index("ix_core_standing_close_board", "period_id", "amount", "subject_id"),)


class Close(Base):
    """A stretch of days that a `renown.closed` event closed, for every measure and board."""

    __tablename__ = "core_close"
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    start: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[int] = mapped_column(BigInteger)


class LeadChange(Base):
    """On `day`'s end `leader` stood first, after `former` had led since `former_since`. Kept for ever."""

    __tablename__ = "core_lead_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(Integer, index=True)
    day: Mapped[int] = mapped_column(Integer)
    leader_id: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(BigInteger)
    former_id: Mapped[int | None] = mapped_column(Integer)
    former_amount: Mapped[int | None] = mapped_column(BigInteger)
    former_since: Mapped[int | None] = mapped_column(Integer)
    #: When later knowledge disproved it (microseconds); NULL while it holds.
    superseded_at: Mapped[int | None] = mapped_column(BigInteger)


class LeadState(Base):
    """How far the lead of a measure's boards has been judged. `dirty`: the first judged day that has changed since."""

    __tablename__ = "core_lead_state"
    generation: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    measure: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    judged: Mapped[int] = mapped_column(Integer)
    dirty: Mapped[int | None] = mapped_column(Integer)
    #: The first day of a judging that has begun; NULL once it is written.
    pending: Mapped[int | None] = mapped_column(Integer)
    ran_at: Mapped[int] = mapped_column(BigInteger, default=0)
    took_micros: Mapped[int] = mapped_column(BigInteger, default=0)


class QuotaUse(Base):
    """How many acts of a giver a quota has let through on a day. `id` is the 64-bit digest of its key."""

    __tablename__ = "core_quota_use"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    generation: Mapped[int] = mapped_column(SmallInteger)
    count: Mapped[int] = mapped_column(Integer)


class SetAside(Base):
    """An event that an administrator took out of a plugin's reckoning, from position `known` on."""

    __tablename__ = "core_set_aside"
    plugin: Mapped[str] = mapped_column(String(25), primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    known: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Text)


class Moved(Base):
    """A person whose standings are to be made anew (merge, split, leaving, a change of visibility)."""

    __tablename__ = "core_moved"
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger, default=0)
