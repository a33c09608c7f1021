"""Small services: time, addresses, signatures, files, permissions, the audit log, jobs."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from itsdangerous import BadSignature as _Unsigned
from itsdangerous import SignatureExpired, URLSafeTimedSerializer

from renown import audit, clock
from renown.access.permissions import allows
from renown.context.parts import NotConfigured
from renown.db.engine import ring
from renown.jobs import presence, schedule
from renown.ledger import standings

if TYPE_CHECKING:
    from renown.access.viewer import Viewer
    from renown.context.base import PluginContext


class NotSigned(ValueError):
    """A token that was not made here, was changed, or is too old."""


class ClockService:
    """`ctx.clock`. Instants are microseconds since 1970 UTC, days are days since 1970."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def now(self) -> int:
        return clock.now()

    def today(self) -> int:
        """In the organisation's time zone."""
        return standings.today(self._ctx._connection)


class UrlsService:
    """`ctx.urls`: addresses of pages; absolute ones need RENOWN_URL."""

    def __init__(self, ctx: PluginContext) -> None:
        self._settings = ctx._parts.settings

    def absolute(self, path: str, **query: str) -> str:
        """Raises NotConfigured where the site's address is not known."""
        if not self._settings.url:
            raise NotConfigured("RENOWN_URL is not set: the site does not know its own address")
        return f"{self._settings.url}{path}{'?' + urlencode(query) if query else ''}"

    def person(self, handle: str) -> str:
        return f"/people/{quote(handle)}"

    def board(self, measure: str, period: str = "all") -> str:
        return f"/boards/{quote(measure)}?{urlencode({'period': period})}"


class SignService:
    """`ctx.sign`: values that travel through other hands. A plugin's tokens mean nothing to another."""

    def __init__(self, ctx: PluginContext) -> None:
        key = hmac.new(ctx._parts.secret_key.encode(), f"plugin:{ctx.plugin}".encode(), hashlib.sha256).digest()
        self._key = key
        self._serializer = URLSafeTimedSerializer(key, signer_kwargs={"digest_method": hashlib.sha256})

    def make(self, purpose: str, value: Any) -> str:
        """A token that `read` accepts for the same purpose. The value can be read by whoever has it."""
        return str(self._serializer.dumps(value, salt=purpose))

    def read(self, purpose: str, token: str, max_age: int) -> Any:
        """The value. `max_age` is in seconds. Raises NotSigned."""
        try:
            return self._serializer.loads(token, salt=purpose, max_age=max_age)
        except SignatureExpired:
            raise NotSigned("this link is too old") from None
        except _Unsigned:
            raise NotSigned("this link was not made here") from None

    def derive(self, purpose: str, text: str) -> str:
        """43 letters, digits, dashes and underscores that follow from the text, which nobody else can make from it."""
        made = hmac.new(self._key, f"derived:{purpose}:{text}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


class SecretsService:
    """`ctx.secrets`: what a plugin's tables hold and nobody is to read, encrypted with the site's key."""

    def __init__(self, ctx: PluginContext) -> None:
        self._keyring = ctx._parts.keyring

    def seal(self, plain: str) -> str:
        return self._keyring.seal(plain.encode()).decode()

    def open(self, sealed: str) -> str:
        """Raises WrongKey where it was sealed with another RENOWN_SECRET_KEY."""
        return self._keyring.open(sealed.encode()).decode()


class FilesService:
    """`ctx.files`: bytes under a name, in the plugin's folder of the data folder. Not for what belongs in a table."""

    def __init__(self, ctx: PluginContext) -> None:
        self._folder = ctx._parts.settings.data / "files" / ctx.plugin

    def path(self, name: str) -> Path:
        """Raises ValueError for a name that leads elsewhere."""
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()) or path == self._folder.resolve():
            raise ValueError(f"file name: {name!r} leads out of the plugin's folder")
        return path

    def write(self, name: str, content: bytes) -> None:
        """Whole or not at all: a reader never sees half a file."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(path.name + ".part")
        half.write_bytes(content)
        half.replace(path)

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        return self.path(name).read_bytes()

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)


class PermissionsService:
    """`ctx.permissions`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def allows(self, viewer: Viewer, action: str, target: object = None) -> bool:
        """Whether somebody may do what the core or a plugin declares. What nobody declared is denied."""
        dispatcher = self._ctx._parts.dispatcher
        return allows(viewer, action) or (dispatcher is not None and dispatcher.allows(viewer, action, target))


class AuditService:
    """`ctx.audit`: administrative acts, in the hash-chained log."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def record(
        self,
        action: str,
        *,
        by: int | None,
        target: str | None = None,
        person: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """`action` gets the plugin's name before it. Record last: the chain's lock is held to the commit."""
        ctx = self._ctx
        name, via = f"{ctx.plugin}.{action}", "system" if by is None else "web"
        audit.record(ctx._connection, name, actor_id=by, via=via, target=target, person_id=person, details=details)


class JobsService:
    """`ctx.jobs`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def wake(self, name: str) -> None:
        """Have one of this plugin's jobs run as soon as the transaction commits."""
        schedule.due_now(self._ctx._connection, f"{self._ctx.plugin}.{name}")
        ring(self._ctx._connection, "jobs")

    def alive(self) -> bool:
        """Whether any worker runs that would do them."""
        return presence.alive(self._ctx._connection) > 0
