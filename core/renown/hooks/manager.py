"""The installed plugins and which of them are on. Reads no table: what the database says comes through a `Store`."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from threading import RLock
from typing import Any

import pluggy

from renown.hooks import specs
from renown.hooks.discovery import discover, in_order
from renown.hooks.manifest import EventType, MeasureSpec, Permission, Plugin
from renown.hooks.markers import API, PROJECT, leaves
from renown.hooks.states import Installed, Snapshot, State, Status, Store
from renown.hooks.types import ROLES

#: Other processes' switches are seen this much later at most (seconds).
REFRESH_EVERY = 0.2

Implementation = tuple[str, Callable[..., Any], tuple[str, ...]]


class PluginRefused(Exception):
    """A plugin that cannot be registered. The text says which hook and why."""


class Plugins:
    """Made once per process, after the plugins were imported. All threads share it."""

    def __init__(self, installed: Iterable[Installed], store: Store | None = None) -> None:
        self._order = in_order(list(installed))
        self._by_name = {one.name: one for one in self._order}
        self._store = store
        self._lock = RLock()
        self._checked = 0.0
        self._unsaved: list[tuple[str, str, str]] = []
        self._manager = pluggy.PluginManager(PROJECT)
        for module in specs.MODULES:
            self._manager.add_hookspecs(module)
        # pluggy calls the last registered first; registered backwards, the required ones come first.
        for one in reversed(self._order):
            if one.fault is None:
                self._register(one)
        self._snapshot = Snapshot()
        self._take(store.read(self.migrations) if store is not None else Snapshot())

    @classmethod
    def discover(
        cls,
        blocked: frozenset[str] = frozenset(),
        store: Store | None = None,
        points: Iterable[EntryPoint] | None = None,
        *,
        safe: bool = False,
        data: Path | None = None,
    ) -> Plugins:
        return cls(discover(blocked, points, safe=safe, data=data), store)

    # What is installed

    @property
    def installed(self) -> tuple[Installed, ...]:
        """All of them, required ones first."""
        return tuple(self._order)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Installed:
        """Raises KeyError where no such plugin is installed."""
        return self._by_name[name]

    def unknown(self, names: Iterable[str]) -> str:
        """Says which of these names, that were to be blocked, nothing has that is installed; else empty."""
        none = sorted(name for name in names if name not in self._by_name)
        return f"RENOWN_BLOCKED_PLUGINS names no installed plugin by {', '.join(none)}" if none else ""

    @property
    def manifests(self) -> Mapping[str, Plugin]:
        """Of all plugins that could be loaded, on or off: their event types are accepted and their tables kept."""
        return {one.name: one.manifest for one in self._order if one.manifest is not None and one.fault is None}

    @property
    def migrations(self) -> Mapping[str, Path]:
        """The folders of migrations, by plugin, in the order of requirement."""
        folders = {one.name: one.folder / "migrations" for one in self._order if one.folder and one.fault is None}
        return {name: folder for name, folder in folders.items() if folder.is_dir()}

    @property
    def event_types(self) -> Mapping[str, EventType]:
        return {kind.name: kind for manifest in self.manifests.values() for kind in manifest.event_types}

    @property
    def object_kinds(self) -> frozenset[str]:
        return frozenset(kind for manifest in self.manifests.values() for kind in manifest.object_kinds)

    # What is on

    @property
    def version(self) -> int:
        """Rises whenever something is switched or suspended."""
        return self._snapshot.version

    def refresh(self, *, now: bool = False) -> bool:
        """Take over what other processes switched, and tell them of breakers opened here. Whether anything changed.

        Cheap and rate-limited; `now` reads at once. Called between transactions: it opens one of its own.
        """
        if self._store is None:
            return False
        if not self._lock.acquire(blocking=now):
            # Another thread is at it, perhaps for as long as the database is silent: what was known last holds.
            return False
        try:
            moment = time.monotonic()
            if not now and not self._unsaved and moment - self._checked < REFRESH_EVERY:
                return False
            self._checked = moment
            while self._unsaved:
                self._store.suspend(*self._unsaved[0])
                del self._unsaved[0]
            if not now and self._store.version() == self._snapshot.version:
                return False
            self._take(self._store.read(self.migrations))
            return True
        finally:
            self._lock.release()

    def status(self, name: str) -> Status:
        """Raises KeyError where no such plugin is installed."""
        return self._by_name[name].fault or self._statuses[name]

    def is_on(self, name: str) -> bool:
        return name in self._on

    def is_wanted(self, name: str) -> bool:
        """Whether it is switched on, be it that it runs or that something stands in its way."""
        chosen = self._snapshot.enabled
        return name in chosen if chosen is not None else name in self._by_name and self._by_name[name].bundled

    def is_due(self, name: str) -> bool:
        """Whether it and what it requires are switched on: it runs wherever nothing stands in its way."""
        one = self._by_name.get(name)
        needs = one.manifest.requires if one is not None and one.fault is None and one.manifest is not None else ()
        return self.is_wanted(name) and all(map(self.is_due, needs))

    def is_behind(self, name: str) -> bool:
        """Whether its tables are still to be made or brought up to date."""
        return name in self._snapshot.behind

    @property
    def enabled(self) -> tuple[str, ...]:
        """The names of those that are on, required ones first."""
        return self._on

    @property
    def measures(self) -> Mapping[str, MeasureSpec]:
        """Of the plugins that are on."""
        manifests = self.manifests
        return {measure.name: measure for name in self._on for measure in manifests[name].measures}

    @property
    def permissions(self) -> Mapping[str, Permission]:
        """By action, of the plugins that are on, as far as was agreed to."""
        return self._permissions

    def wanting(self, name: str) -> tuple[Permission, ...]:
        """What a plugin asks for that was not agreed to when it was last switched on, as after an upgrade.

        Nobody has a new permission until then, and a wider one stays with the roles that had it. Of one that was never
        switched on there is none: all that it asks for is still to be asked.
        """
        one = self._by_name[name]
        if one.manifest is None or not (self.is_wanted(name) or name in self._snapshot.agreed):
            return ()
        return tuple(each for each in one.manifest.permissions if self._held(one, each) != each)

    def had(self, permission: Permission) -> str | None:
        """The least role that has had this permission, as far as was agreed to; None where nobody has."""
        name = permission.name.partition(".")[0]
        return permission.role if self._by_name[name].bundled else self._agreed(name).get(permission.name)

    def is_held_back(self, action: str) -> bool:
        """Whether it is to be had by more people than was agreed to, whatever the plugin's `permit` says."""
        return action in self._held_back

    def implementations(self, hook: str) -> tuple[Implementation, ...]:
        """Who implements a hook and is on, in calling order: plugin, function, the parameters it takes."""
        known = self._implementations.get(hook)
        if known is None:
            on = set(self._on)
            known = tuple(one for one in self.all_implementations(hook) if one[0] in on)
            self._implementations[hook] = known
        return known

    def all_implementations(self, hook: str) -> tuple[Implementation, ...]:
        caller: pluggy.HookCaller = getattr(self._manager.hook, hook)
        return tuple((impl.plugin_name, impl.function, impl.argnames) for impl in reversed(caller.get_hookimpls()))

    def hooks_of(self, name: str) -> list[str]:
        """The hooks a plugin implements."""
        module = self._by_name[name].module
        callers = self._manager.get_hookcallers(module) if module is not None else None
        return sorted(caller.name for caller in callers or ())

    def suspension(self, name: str, hook: str) -> str | None:
        """Why the breaker of a plugin's hook is open; None where it is closed."""
        return self.suspended(name).get(hook)

    def suspended(self, name: str) -> Mapping[str, str]:
        """Why, by hook."""
        return self._snapshot.suspended.get(name, {})

    def suspend(self, name: str, hook: str, reason: str) -> None:
        """Open the breaker of a plugin's hook: here at once, in all processes from the next `refresh` on."""
        # Whoever calls may be in a transaction that holds SQLite's one write lock, so nothing is written here.
        with self._lock:
            held = {plugin: dict(hooks) for plugin, hooks in self._snapshot.suspended.items()}
            held.setdefault(name, {})[hook] = reason
            if self._store is not None:
                self._unsaved.append((name, hook, reason))
            self._take(replace(self._snapshot, suspended=held))

    def fail(self, name: str, reason: str) -> None:
        """Put a plugin out of service until the process starts anew."""
        with self._lock:
            one = self._by_name[name]
            one.fault = Status(State.FAILED, reason)
            if self._manager.has_plugin(name):
                self._manager.unregister(name=name)
            self._take(self._snapshot)

    # Inside

    def _register(self, one: Installed) -> None:
        assert one.module is not None
        try:
            _refuse_wrappers(self._manager, one)
            self._manager.register(one.module, name=one.name)
        except (PluginRefused, pluggy.PluginValidationError, ValueError) as error:
            one.fault = Status(State.FAILED, f"hooks: {' '.join(str(error).split())}")
            return
        one.outdated = tuple(_outdated(self._manager, one))
        for text in one.outdated:
            warnings.warn(f"plugin {one.name}: {text}", DeprecationWarning, stacklevel=3)

    def _take(self, snapshot: Snapshot) -> None:
        statuses: dict[str, Status] = {}
        for one in self._order:
            statuses[one.name] = one.fault or self._judge(one, snapshot, statuses)
        self._statuses = statuses
        self._on = tuple(name for name, status in statuses.items() if status.on)
        self._implementations: dict[str, tuple[Implementation, ...]] = {}
        self._snapshot = snapshot
        manifests = self.manifests
        asked = [(self._by_name[name], each) for name in self._on for each in manifests[name].permissions]
        held = [(each, self._held(one, each)) for one, each in asked]
        self._permissions = {each.name: each for _, each in held if each is not None}
        self._held_back = frozenset(each.name for each, had in held if had != each)

    def _held(self, one: Installed, asked: Permission) -> Permission | None:
        """As far as was agreed to. What comes with Renown is agreed to with it."""
        if one.bundled:
            return asked
        role = next((role for role in ROLES if role == self._agreed(one.name).get(asked.name)), None)
        return replace(asked, role=max(asked.role, role, key=ROLES.index)) if role is not None else None

    def _agreed(self, name: str) -> Mapping[str, str]:
        return self._snapshot.agreed.get(name, {})

    def _judge(self, one: Installed, snapshot: Snapshot, earlier: Mapping[str, Status]) -> Status:
        assert one.manifest is not None
        wanted = one.bundled if snapshot.enabled is None else one.name in snapshot.enabled
        if not wanted:
            return Status(State.DISABLED, "switched off", f"renown plugins enable {one.name}")
        for name in one.manifest.requires:
            if name not in earlier:
                return Status(State.FAILED, f"requires: {name} is not installed")
            if not earlier[name].on:
                return Status(State.DISABLED, f"requires: {name} is {earlier[name].state}")
        if one.name in snapshot.unfit:
            return snapshot.unfit[one.name]
        if one.name in snapshot.behind:
            remedy = f"renown db upgrade --plugin {one.name}"
            return Status(State.NEEDS_UPGRADE, "its tables are not up to date", remedy)
        held = snapshot.suspended.get(one.name)
        if held:
            return Status(State.SUSPENDED, "; ".join(f"{hook}: {reason}" for hook, reason in sorted(held.items())))
        return Status(State.ENABLED, "switched on" if snapshot.enabled is not None else "on from the start")


def _outdated(manager: pluggy.PluginManager, one: Installed) -> Iterator[str]:
    for caller in manager.get_hookcallers(one.module) or ():
        leaving = leaves(caller.spec.function) if caller.spec is not None else {}
        taken = {name for impl in caller.get_hookimpls() if impl.plugin is one.module for name in impl.argnames}
        if "" in leaving:
            yield f"{caller.name} goes with api {int(API) + 1}: {leaving['']}"
        yield from (
            f"{caller.name}({name}) goes with api {int(API) + 1}: {text}"
            for name, text in leaving.items()
            if name in taken
        )


def _refuse_wrappers(manager: pluggy.PluginManager, one: Installed) -> None:
    """The dispatcher calls each function by itself, so what wraps others would silently do nothing."""
    for attribute in dir(one.module):
        options = manager.parse_hookimpl_opts(one.module, attribute)
        if options is None:
            continue
        name = options["specname"] or attribute
        if options["wrapper"] or options["hookwrapper"]:
            raise PluginRefused(f"{name}: wrappers are not called; implement the hook itself")
        if not hasattr(manager.hook, name) and not options["optionalhook"]:
            raise PluginRefused(f"{name}: there is no such hook")
