"""People, their accounts, affiliations, teams and calendar. Facts carry the log position from which they are known."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from renown.db.base import SmallKey
from renown.db.models import Base

ACTIVE, LEFT, SUSPENDED, ERASED = 0, 1, 2, 3


class Person(Base):
    """A human, bot or customer. `root_id` is whom it was merged into, followed to the end, or itself."""

    __tablename__ = "core_person"
    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(256))
    email: Mapped[str | None] = mapped_column(String(320))
    timezone: Mapped[str | None] = mapped_column(String(64))
    root_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"), index=True)
    status: Mapped[int] = mapped_column(SmallInteger, default=ACTIVE)
    bot: Mapped[bool] = mapped_column(default=False)
    claimed: Mapped[bool] = mapped_column(default=False)
    #: By a directory or an administrator. Others are known by their accounts alone.
    entered: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: The person's own choice where the privacy preset allows one: NULL none made, else whether to be shown.
    shown: Mapped[bool | None]
    external_id: Mapped[str | None] = mapped_column(String(256), unique=True)
    joined_day: Mapped[int | None] = mapped_column(Integer)
    left_day: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[int] = mapped_column(BigInteger, default=0)
    __table_args__ = (Index(None, "email"),)


class Identity(Base):
    """One account in one source. It stays with the person it was made for: merging moves people, not accounts."""

    __tablename__ = "core_identity"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(SmallKey, ForeignKey("core_source.id"))
    key: Mapped[str] = mapped_column(String(512))
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(256))
    username: Mapped[str | None] = mapped_column(String(128))
    email: Mapped[str | None] = mapped_column(String(320))
    email_verified: Mapped[bool] = mapped_column(default=False)
    bot: Mapped[bool] = mapped_column(default=False)
    #: When it was first seen to have done or made something, or a directory named it; NULL while it was only mentioned.
    first_seen: Mapped[int | None] = mapped_column(BigInteger, default=0)
    __table_args__ = (UniqueConstraint("source_id", "key"),)


class Merge(Base):
    """`gone` counts as `kept` from position `known` on, until position `undone`."""

    __tablename__ = "core_merge"
    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    known: Mapped[int] = mapped_column(BigInteger)
    undone: Mapped[int | None] = mapped_column(BigInteger)
    #: "email", "external-id" or "administrator".
    ground: Mapped[str] = mapped_column(String(16))


class Affiliation(Base):
    """employee, customer, partner, supplier or bot, on days [from_day, to_day). Without one, the source's own holds."""

    __tablename__ = "core_affiliation"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    from_day: Mapped[int | None] = mapped_column(Integer)
    to_day: Mapped[int | None] = mapped_column(Integer)
    known: Mapped[int] = mapped_column(BigInteger)
    dropped: Mapped[int | None] = mapped_column(BigInteger)


class SourceAffiliation(Base):
    """What a source's accounts are, known from a position. Without a row, what `core_source` says held always."""

    __tablename__ = "core_source_affiliation"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(SmallKey, ForeignKey("core_source.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    known: Mapped[int] = mapped_column(BigInteger)


class Team(Base):
    __tablename__ = "core_team"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(256))
    #: The directory or CSV that owns this team; NULL where it is kept by hand.
    directory: Mapped[str | None] = mapped_column(String(256))
    archived: Mapped[bool] = mapped_column(default=False)
    #: Lists of teams on pages read nothing else.
    __table_args__ = (Index("ix_core_team_listed", "archived", "name", "slug"),)


class TeamMember(Base):
    """One person is in one team at a time: on days [from_day, to_day)."""

    __tablename__ = "core_team_member"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("core_team.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    from_day: Mapped[int | None] = mapped_column(Integer)
    to_day: Mapped[int | None] = mapped_column(Integer)
    known: Mapped[int] = mapped_column(BigInteger)
    dropped: Mapped[int | None] = mapped_column(BigInteger)


class Holiday(Base):
    """A day on which the organisation does not work. Its working weekdays are a setting."""

    __tablename__ = "core_calendar"
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(128))


class Leave(Base):
    __tablename__ = "core_leave"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    from_day: Mapped[int] = mapped_column(Integer)
    to_day: Mapped[int] = mapped_column(Integer)
    known: Mapped[int] = mapped_column(BigInteger)
    dropped: Mapped[int | None] = mapped_column(BigInteger)


class Quiet(Base):
    """Somebody who does not want to be suggested to those who look for somebody to ask."""

    __tablename__ = "core_quiet"
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    #: The day on which it ends; NULL: until they say otherwise.
    until: Mapped[int | None] = mapped_column(Integer)


class Erased(Base):
    """The keyed hash of an account whose person was erased: its events are skipped for ever."""

    __tablename__ = "core_erased"
    source_id: Mapped[int] = mapped_column(SmallKey, ForeignKey("core_source.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
