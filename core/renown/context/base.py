"""`PluginContext`: bound to one plugin, and to a transaction where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.utils import cached_property

from renown.context.customers import CustomersService
from renown.context.events import EventsService
from renown.context.hashtags import HashtagsService
from renown.context.http import HttpService
from renown.context.limits import LimitsService
from renown.context.measures import LedgerService, StandingsService
from renown.context.notices import MailService, NotifyService
from renown.context.parts import Parts
from renown.context.people import CalendarService, PeopleService, TeamsService
from renown.context.services import (
    AuditService,
    ClockService,
    FilesService,
    JobsService,
    PermissionsService,
    SecretsService,
    SignService,
    UrlsService,
)
from renown.context.settings import SettingsService
from renown.context.sources import SourcesService
from renown.context.spaces import SpacesService
from renown.db.engine import Database
from renown.hooks.manager import Plugins
from renown.settings import Settings


class NoTransaction(RuntimeError):
    """A context of load was asked for what needs a transaction: use `with ctx.reading()` or `with ctx.writing()`."""


class PluginContext:
    """What a plugin may use, under its own name. Services are attributes; most of them need a transaction.

    A context handed to a hook lives as long as the call. One handed at load lives as long as the process, and opens
    transactions by `reading()` and `writing()`.
    """

    def __init__(self, plugin: str, parts: Parts, conn: Connection | None = None, *, reads: bool = False) -> None:
        self.plugin = plugin
        self._parts = parts
        self._conn = conn
        self._reads = reads

    @contextmanager
    def reading(self) -> Iterator[PluginContext]:
        """A context with a consistent view of the database; what is written in it is not kept."""
        with self._parts.db.read() as conn, self._bound(conn, reads=True) as ctx:
            yield ctx

    @contextmanager
    def writing(self) -> Iterator[PluginContext]:
        """A context with a transaction: committed when the block ends, rolled back when it raises."""
        with self._parts.db.write() as conn, self._bound(conn) as ctx:
            yield ctx

    @property
    def dialect(self) -> str:
        """The database in SQLAlchemy's words: "sqlite" or "postgresql"."""
        return self._parts.db.dialect

    @property
    def memory(self) -> dict[str, Any]:
        """What the plugin keeps in this process alone, such as what it counted lately: gone when that ends.

        Other processes have their own, threads of this one share it; that it stays small is up to the plugin.
        """
        return self._parts.memory[self.plugin]

    @cached_property
    def session(self) -> Session:
        """An ORM session in the transaction. Its commit ends nothing but itself."""
        conn = self._connection
        if not conn.in_transaction():
            # Otherwise the session would take the transaction for its own, and its commit would end it.
            conn.begin()
        # Where nothing is kept there is nothing to go back to, and pages are asked for often.
        return Session(conn, join_transaction_mode="rollback_only" if self._reads else "create_savepoint")

    @cached_property
    def events(self) -> EventsService:
        return EventsService(self)

    @cached_property
    def people(self) -> PeopleService:
        return PeopleService(self)

    @cached_property
    def customers(self) -> CustomersService:
        return CustomersService(self)

    @cached_property
    def teams(self) -> TeamsService:
        return TeamsService(self)

    @cached_property
    def spaces(self) -> SpacesService:
        return SpacesService(self)

    @cached_property
    def hashtags(self) -> HashtagsService:
        return HashtagsService(self)

    @cached_property
    def calendar(self) -> CalendarService:
        return CalendarService(self)

    @cached_property
    def standings(self) -> StandingsService:
        return StandingsService(self)

    @cached_property
    def ledger(self) -> LedgerService:
        return LedgerService(self)

    @cached_property
    def sources(self) -> SourcesService:
        return SourcesService(self)

    @cached_property
    def notify(self) -> NotifyService:
        return NotifyService(self)

    @cached_property
    def mail(self) -> MailService:
        return MailService(self)

    @cached_property
    def settings(self) -> SettingsService:
        return SettingsService(self)

    @cached_property
    def clock(self) -> ClockService:
        return ClockService(self)

    @cached_property
    def urls(self) -> UrlsService:
        return UrlsService(self)

    @cached_property
    def sign(self) -> SignService:
        return SignService(self)

    @cached_property
    def secrets(self) -> SecretsService:
        return SecretsService(self)

    @cached_property
    def files(self) -> FilesService:
        return FilesService(self)

    @cached_property
    def permissions(self) -> PermissionsService:
        return PermissionsService(self)

    @cached_property
    def audit(self) -> AuditService:
        return AuditService(self)

    @cached_property
    def limits(self) -> LimitsService:
        return LimitsService(self)

    @cached_property
    def jobs(self) -> JobsService:
        return JobsService(self)

    @cached_property
    def http(self) -> HttpService:
        return HttpService(self)

    @property
    def _connection(self) -> Connection:
        if self._conn is None:
            raise NoTransaction("there is no transaction at load: use `with ctx.reading()` or `with ctx.writing()`")
        return self._conn

    @contextmanager
    def _bound(self, conn: Connection, *, reads: bool = False) -> Iterator[PluginContext]:
        ctx = PluginContext(self.plugin, self._parts, conn, reads=reads)
        try:
            yield ctx
            ctx._finish()
        finally:
            ctx._close()

    def _finish(self) -> None:
        # Only what was used is here: a cached property stands in the instance once it was asked for.
        if "session" in self.__dict__:
            self.session.commit()
        if "events" in self.__dict__:
            self.events.flush()

    def _close(self) -> None:
        if "session" in self.__dict__:
            self.session.close()


class Contexts:
    """Makes contexts for a process: `of(plugin)` for load, a call with a connection for hooks."""

    def __init__(self, db: Database, settings: Settings | None = None, plugins: Plugins | None = None) -> None:
        made = settings or Settings(data=Path("renown-data"), database_url=db.url)
        self.parts = Parts(db, made, plugins or Plugins(()))

    def of(self, plugin: str) -> PluginContext:
        return PluginContext(plugin, self.parts)

    @contextmanager
    def __call__(self, plugin: str, conn: Connection) -> Iterator[PluginContext]:
        with self.of(plugin)._bound(conn) as ctx:
            yield ctx
