"""Who is signed in, by cookie."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g
from flask_login import LoginManager, current_user, login_user
from sqlalchemy import Connection, func, select

from renown.access.models import Login
from renown.access.viewer import NOBODY, Role, Viewer
from renown.people.models import ACTIVE, Person
from renown.settings import Settings
from renown.web.house import reading

#: Seconds. A session that is not used for so long has ended.
_SESSION = 14 * 86_400


@dataclass(frozen=True)
class User:
    """A person who signed in. The epoch ends all sessions when it rises."""

    person_id: int
    root_id: int
    name: str
    handle: str
    role: Role
    epoch: int

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return f"{self.person_id}:{self.epoch}"


def init(app: Flask, settings: Settings) -> None:
    https = (settings.url or "").startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-renown" if https else "renown",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        PERMANENT_SESSION_LIFETIME=_SESSION,
    )
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)

    @app.before_request
    def see() -> None:
        g.viewer = _viewer()

    app.jinja_env.globals["me"] = me


def me() -> User | None:
    """The person signed in by cookie."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def enter(conn: Connection, person_id: int) -> bool:
    """Begin a session. False where the person may not sign in."""
    user = _find(conn, person_id)
    if user is None:
        return False
    login_user(user, remember=False)
    g.viewer = Viewer(user.root_id, user.role)
    return True


def _viewer() -> Viewer:
    user = me()
    return Viewer(user.root_id, user.role) if user else NOBODY


def _load(stored: str) -> User | None:
    person, _, epoch = stored.partition(":")
    if not (person.isdigit() and epoch.isdigit()):
        return None
    user = _find(reading(), int(person))
    return user if user is not None and user.epoch == int(epoch) else None


def _find(conn: Connection, person_id: int) -> User | None:
    root = func.coalesce(Person.root_id, Person.id)
    row = conn.execute(
        select(Login.role, Login.epoch, Person.name, Person.handle, root.label("root"))
        .join(Person, Person.id == Login.person_id)
        .where(Login.person_id == person_id, Person.status == ACTIVE)
    ).one_or_none()
    return User(person_id, row.root, row.name, row.handle, row.role, row.epoch) if row else None
