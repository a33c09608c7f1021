"""Who may come in: sign-ins, roles, sessions that have ended, tokens, one-time links and attempts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from renown.db.base import BigKey
from renown.db.models import Base


class Login(Base):
    """A person who may sign in. Raising `epoch` ends all their sessions."""

    __tablename__ = "core_login"
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), primary_key=True, autoincrement=False)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password: Mapped[str | None] = mapped_column(String(200))
    #: administrator, moderator, member or customer.
    role: Mapped[str] = mapped_column(String(16))
    epoch: Mapped[int] = mapped_column(Integer, default=0)
    last_at: Mapped[int | None] = mapped_column(BigInteger)
    #: With the one above: an e-mail is one sign-in, however it is spelt.
    __table_args__ = (CheckConstraint("email = lower(email)", "small"),)


class EndedSession(Base):
    """A session whose person signed out: a copy of its cookie opens nothing any more."""

    __tablename__ = "core_ended_session"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    ended_at: Mapped[int] = mapped_column(BigInteger, index=True)


class Token(Base):
    """An API token, kept as a hash. NULL `sources`: any but `renown.*`."""

    __tablename__ = "core_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(16))
    scopes: Mapped[Any] = mapped_column(JSON)
    sources: Mapped[Any | None] = mapped_column(JSON)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int | None] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)


class SignInLink(Base):
    __tablename__ = "core_sign_in_link"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"))
    expires_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class JoinRequest(Base):
    """Somebody asks to come in as a customer. `digest` is of the link that was mailed; NULL until it is."""

    __tablename__ = "core_join_request"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(256))
    #: The page that was wanted, a path of this site.
    wanted: Mapped[str] = mapped_column(String(2048))
    expires_at: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class VouchedAccount(Base):
    """A customer's account elsewhere, for which `plugin` vouches. It stays theirs when their e-mail changes there."""

    __tablename__ = "core_vouched_account"
    plugin: Mapped[str] = mapped_column(String(25), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(512), primary_key=True)
    subject: Mapped[str] = mapped_column(String(256), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)
    first_at: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[int] = mapped_column(BigInteger)


class Attempt(Base):
    """A failed sign-in, or another thing that is limited, so that limits hold over all processes."""

    __tablename__ = "core_attempt"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    #: Digest of what is limited: an account or address that was tried, a person who asks.
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "key", "at"),)
