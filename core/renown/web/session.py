"""Who is looking: a person signed in by cookie, or the holder of a token in the `Authorization` header."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from flask import Flask, Request, abort, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, current_user, login_user, logout_user

from renown.access import signin, tokens
from renown.access.customers import NotACustomer
from renown.access.signin import SESSION, SignedIn
from renown.access.tokens import Bearer
from renown.access.viewer import NOBODY, Viewer
from renown.context.customers import ENTER
from renown.db.trouble import passed_over
from renown.settings import Settings
from renown.web.house import house, reading, reread

#: Seconds between two notes that a token is in use.
_TOUCH = 60


@dataclass(frozen=True)
class User:
    """A person signed in, in the session `key`."""

    person_id: int
    epoch: int
    key: str
    viewer: Viewer
    name: str
    handle: str

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def root_id(self) -> int:
        return self.viewer.person_id or self.person_id

    @property
    def role(self) -> str:
        return self.viewer.role

    def get_id(self) -> str:
        return f"{self.person_id}:{self.epoch}:{self.key}"


def init(app: Flask, settings: Settings) -> None:
    https = (settings.url or "").startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-renown" if https else "renown",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        PERMANENT_SESSION_LIFETIME=SESSION,
    )
    app.session_interface = _Cookies()
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)
    app.extensions[ENTER] = welcome_customer
    seen = _Seen()

    @app.before_request
    def see() -> None:
        g.bearer = _bearer(seen)
        user = None if g.bearer else me()
        g.viewer = g.bearer.viewer if g.bearer else user.viewer if user else NOBODY

    app.jinja_env.globals["me"] = me


def me() -> User | None:
    """The person signed in by cookie."""
    user = current_user._get_current_object()
    return user if user.is_authenticated else None


def bearer() -> Bearer | None:
    """The token of this request."""
    found: Bearer | None = g.bearer
    return found


def enter(signed_in: SignedIn) -> None:
    """Begin a session, and speak for its person from here on."""
    user = _load(f"{signed_in.person_id}:{signed_in.epoch}:{secrets.token_hex(16)}")
    if user is None:
        abort(401)
    login_user(user)
    g.viewer = user.viewer


def welcome(signed_in: SignedIn) -> None:
    """Begin the session of somebody who proved who they are, in place of the one that was there."""
    session.clear()
    session.permanent = True
    reread()
    enter(signed_in)


def welcome_customer(signed_in: SignedIn) -> None:
    """The same for whom a plugin vouches. Raises NotACustomer, and begins nothing, where they are none."""
    with house().db.read() as conn:
        found = signin.viewer(conn, signed_in.person_id, signed_in.epoch)
    if found is None or found.role != "customer":
        raise NotACustomer("Only customers come in this way.")
    welcome(signed_in)


def leave() -> None:
    """End this session here and on the server, so that a copy of its cookie opens nothing."""
    user = me()
    if user is not None:
        house().db.retrying(lambda conn: signin.end_session(conn, user.key))
    logout_user()
    session.clear()


class _Cookies(SecureCookieSessionInterface):
    """Where no cookie came there is nothing to verify, nor to prepare for it, which takes longer than a query."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not request.cookies.get(self.get_cookie_name(app)):
            return self.session_class()
        return super().open_session(app, request)


class _Seen:
    """When each token was last noted as used, so that not every request writes."""

    def __init__(self) -> None:
        self._at: dict[int, float] = {}
        self._lock = Lock()

    def due(self, token: int) -> bool:
        with self._lock:
            now = monotonic()
            due = now - self._at.get(token, -_TOUCH) >= _TOUCH
            if due:
                self._at[token] = now
            return due


def _bearer(seen: _Seen) -> Bearer | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    # Not in the page's own view: who brings events waits for others' commits, and would hold a connection meanwhile.
    with house().db.glance() as conn:
        found = tokens.check(conn, token.strip())
    if found is None:
        # Set before the error page asks who is looking.
        g.viewer = NOBODY
        abort(401)
    if seen.due(found.id):
        # Without room to write it still reads.
        with passed_over():
            house().db.retrying(lambda conn: tokens.touch(conn, found.id))
    return found


def _load(stored: str) -> User | None:
    person, epoch, key = ([*stored.split(":"), "", "", ""])[:3]
    # A session without a key of its own could not be ended by itself.
    if not (person.isdigit() and epoch.isdigit() and key):
        return None
    found = signin.known(reading(), int(person), int(epoch), key)
    return None if found is None else User(int(person), int(epoch), key, *found)
