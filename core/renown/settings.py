"""What the environment decides: where the data is, keys, the address. Stored settings are rows (`db.stored`)."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


@dataclass(frozen=True)
class Settings:
    """Read once at start. `origin` says where each value came from, for the pages that show it read-only."""

    data: Path
    database_url: str
    url: str | None = None
    secret_key: str | None = None
    trusted_proxies: int = 0
    blocked_plugins: frozenset[str] = frozenset()
    #: Whether to start without any plugin.
    safe: bool = False
    max_body: int = 1 << 20
    #: Bytes of memory from which on a process ends, for its supervisor to start a fresh one.
    worker_memory: int | None = None
    development: bool = False
    origin: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Raises ValueError naming the variable that cannot be read."""
        data = Path(environ.get("RENOWN_DATA", "renown-data")).resolve()
        database_url = environ.get("RENOWN_DATABASE_URL") or f"sqlite:///{data / 'renown.sqlite3'}"
        if database_url.startswith("postgres://"):
            database_url = "postgresql://" + database_url.removeprefix("postgres://")
        if database_url.startswith("postgresql://"):
            database_url = "postgresql+psycopg://" + database_url.removeprefix("postgresql://")
        _check_folder("RENOWN_DATA", data)
        _check_address(database_url)
        return cls(
            data=data,
            database_url=database_url,
            url=environ.get("RENOWN_URL", "").rstrip("/") or None,
            secret_key=environ.get("RENOWN_SECRET_KEY") or None,
            trusted_proxies=_whole(environ, "RENOWN_TRUSTED_PROXIES", 0),
            blocked_plugins=frozenset(
                filter(None, environ.get("RENOWN_BLOCKED_PLUGINS", "").replace(",", " ").split())
            ),
            safe=_switch(environ, "RENOWN_SAFE"),
            max_body=_whole(environ, "RENOWN_MAX_BODY", 1 << 20),
            worker_memory=_whole(environ, "RENOWN_WORKER_MAX_MEMORY", 0) * (1 << 20) or None,
            development=_switch(environ, "RENOWN_DEVELOPMENT"),
            origin={name: "environment" for name in environ if name.startswith("RENOWN_")},
        )

    def with_secret_key(self) -> Settings:
        """With the key that encrypts secrets and signs sessions: the environment's, else the one in the data folder.

        It is made at first start, readable by nobody else. Raises OSError where the folder cannot be written.
        """
        if self.secret_key:
            return self
        path = self.data / "secret.key"
        self.data.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written whole before it has its name: a process that starts beside this one reads all of it. The name of
            # the draft is nobody's: one that was killed here left its own, and in a container all have the same pid.
            handle, draft = tempfile.mkstemp(prefix=".secret.key.", dir=self.data)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(32))
                file.flush()
                os.fsync(handle)
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            Path(draft).unlink()
        return replace(self, secret_key=path.read_text().strip())


def _check_folder(name: str, folder: Path) -> None:
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if not there.is_dir():
        raise ValueError(f"{name}: {there} is a file, and no folder can be there")


def _check_address(url: str) -> None:
    """Never shows the address itself: it may hold a password."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("RENOWN_DATABASE_URL: is no address such as postgresql://user:password@host/name") from None
    kind = address.drivername
    if kind.partition("+")[0] not in ("sqlite", "postgresql"):
        raise ValueError(f"RENOWN_DATABASE_URL: {kind} is neither postgresql nor sqlite")
    if kind.startswith("sqlite") and address.database:
        _check_folder("RENOWN_DATABASE_URL", Path(address.database).resolve().parent)


def _switch(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "").strip().lower()
    if text not in _OFF | _ON:
        raise ValueError(f"{name}: {text!r} is neither 1 nor 0")
    return text in _ON


_OFF, _ON = frozenset({"", "0", "false", "no", "off"}), frozenset({"1", "true", "yes", "on"})


def _whole(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isdigit():
        raise ValueError(f"{name}: {text!r} is not a whole number")
    return int(text)


def _memory(most: int | None) -> str:
    return "no limit" if most is None else f"{most >> 20:,} MiB"


@dataclass(frozen=True)
class Told:
    """One value as administrators may see it, without secrets."""

    title: str
    variable: str
    value: str
    origin: str


def told(settings: Settings) -> list[Told]:
    """What was decided at start, and where."""
    values = (
        ("Address", "RENOWN_URL", settings.url or "not set: links in mail lead nowhere", "not set"),
        ("Database", "RENOWN_DATABASE_URL", make_url(settings.database_url).render_as_string(), "default"),
        ("Data folder", "RENOWN_DATA", str(settings.data), "default"),
        ("Key for secrets", "RENOWN_SECRET_KEY", "kept, never shown", "the data folder"),
        ("Trusted proxies", "RENOWN_TRUSTED_PROXIES", str(settings.trusted_proxies), "default"),
        ("Largest request, bytes", "RENOWN_MAX_BODY", f"{settings.max_body:,}", "default"),
        ("Most memory of a process", "RENOWN_WORKER_MAX_MEMORY", _memory(settings.worker_memory), "default"),
        ("Blocked plugins", "RENOWN_BLOCKED_PLUGINS", ", ".join(sorted(settings.blocked_plugins)) or "none", "default"),
        ("Safe mode", "RENOWN_SAFE", "on: no plugin is loaded" if settings.safe else "off", "default"),
        ("Development", "RENOWN_DEVELOPMENT", "on" if settings.development else "off", "default"),
    )
    return [
        Told(title, name, value, f"the {settings.origin[name]}" if name in settings.origin else default)
        for title, name, value, default in values
    ]
