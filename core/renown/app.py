"""Wiring and nothing else: the parts of an installation, shared by the commands, the server and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from apiflask import APIFlask

import renown.access.forget
import renown.events.forget
import renown.ledger.forget
import renown.notify.forget  # noqa: F401 - each says how its room tells and forgets a person
from renown import clock, logs, web
from renown.access import attempts, setup, signin
from renown.clock import DAY
from renown.context import Contexts, switching, timing, work
from renown.context.sending import Sending
from renown.context.store import PluginStore, seed
from renown.db.engine import Database
from renown.events import log
from renown.events.types import CloudEvent
from renown.hooks.dispatch import Dispatcher
from renown.hooks.guard import Fault
from renown.hooks.loading import Loaded, load
from renown.hooks.manager import Plugins
from renown.jobs import Drain, presence, runs
from renown.ledger import closes, judging, standings, tryout
from renown.ledger.follow import Follower
from renown.notify import joins
from renown.people import persons
from renown.settings import Settings
from renown.sources import forget, importing, notes, registry
from renown.sources.reception import Reception
from renown.sources.secrets import Keyring


@dataclass(frozen=True)
class Renown:
    """One per process. `drains` is what a worker does; `works` are the long runs that people start, by kind."""

    settings: Settings
    db: Database
    keyring: Keyring
    plugins: Plugins
    contexts: Contexts
    dispatcher: Dispatcher
    follower: Follower
    loaded: Loaded
    sending: Sending
    reception: Reception
    drains: Sequence[Drain]
    works: Mapping[str, runs.Work]

    def close(self) -> None:
        self.db.close()

    def catch_up(self) -> bool:
        """One piece of what follows from the log: entries, then standings. Whether there may be more."""
        return any([drain.work(self.db) for drain in self.drains if drain.topic in ("log", "entries")])  # noqa: C419

    def help_out(self) -> bool:
        """As `catch_up` where no worker runs. Where one does, its lanes are at it: no plugin is waited for here."""
        with self.db.read() as conn:
            followed = presence.alive(conn) > 0
        return not followed and self.catch_up()

    def begin(self) -> str | None:
        """What every start makes sure of, on an up-to-date database. Returns the first run's token while one is due."""

        with self.db.write() as conn:
            registry.ensure_core_source(conn)
            seed(conn, [one.name for one in self.plugins.installed if one.bundled])
            token = setup.begin(conn)
        self.plugins.refresh(now=True)
        with self.db.write() as conn:
            switching.follow(conn, self.plugins)
        return token


def build(settings: Settings) -> Renown:
    """Put the parts together. Reads the database and writes nothing; raises what opening it raises."""
    logs.configure()
    settings = settings.with_secret_key()
    db = Database(settings.database_url)
    plugins = Plugins.discover(settings.blocked_plugins, PluginStore(db), safe=settings.safe, data=settings.data)
    contexts = Contexts(db, settings, plugins)
    dispatcher = contexts.parts.dispatcher = Dispatcher(plugins, contexts)
    loaded = load(plugins, contexts.of)
    contexts.parts.connectors = loaded.connectors
    contexts.parts.channels = loaded.channels
    keyring = Keyring(settings.secret_key or "")
    follower = Follower(dispatcher)
    sending = Sending(contexts, loaded)
    works: dict[str, runs.Work] = {tryout.KIND: tryout.work(follower.scorer)}
    forget.wire(keyring)
    reception = Reception.of(db, keyring, plugins, loaded, dispatcher, settings.max_body)
    if settings.safe:
        # Whoever would keep an event out of the log is not there to be asked.
        reception = replace(reception, screen=_held_back, why_nobody=_safe)
    renown = Renown(
        settings=settings,
        db=db,
        keyring=keyring,
        plugins=plugins,
        contexts=contexts,
        dispatcher=dispatcher,
        follower=follower,
        loaded=loaded,
        sending=sending,
        reception=reception,
        drains=(
            *follower.drains(),
            *work.drains(dispatcher, contexts, loaded),
            *sending.drains(),
            timing.drain(dispatcher.calls),
            standings.drain(),
            closes.drain(log.append_core),
            judging.drain(standings.today),
            Drain("leavers", _leavers),
            Drain("attempts", attempts.drain),
            joins.drain(settings.url),
            Drain("sessions", signin.forget_ended, every=DAY),
            Drain("deliveries", notes.drain),
            Drain("runs", lambda db: runs.drain(db, works), lane="runs", topic="runs", schedule=False),
        ),
        works=works,
    )
    works["import"] = importing.work(reception, renown.help_out)
    return renown


def create_app(renown: Renown) -> APIFlask:
    return web.create(renown)


def wsgi() -> APIFlask:
    """For a server of your own: `gunicorn "renown.app:wsgi()"`. Settings come from the environment."""
    return create_app(build(Settings.from_environment()))


def _held_back(event: CloudEvent) -> Fault:
    return Fault("renown", "screen_event", "this process was started in safe mode, without the plugins that screen")


def _safe(network: str) -> str:
    return f"the plugin for {network} is not loaded: this process was started in safe mode"


def _leavers(db: Database) -> bool:
    with db.read() as conn:
        today, latest = standings.today(conn), standings.today(conn, clock.HOUR)
    return persons.drain_leavers(db, today, latest)
