"""In which state a plugin is, and why; and what the hooks ask of whoever keeps that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Protocol

from renown.hooks.calls import Call
from renown.hooks.manifest import Plugin


class State(StrEnum):
    BLOCKED = "blocked"
    INCOMPATIBLE = "incompatible"
    FAILED = "failed"
    NEEDS_UPGRADE = "needs-upgrade"
    DISABLED = "disabled"
    ENABLED = "enabled"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Status:
    """A state and the reason for it, as the admin page and `renown plugins list` show it.

    `remedy` is the command that ends it.
    """

    state: State
    reason: str
    remedy: str = ""

    @property
    def on(self) -> bool:
        """A suspended plugin is on, but for the hooks whose breakers are open."""
        return self.state in (State.ENABLED, State.SUSPENDED)


@dataclass
class Installed:
    """A plugin as its distribution brings it. `fault` is set once nothing but another installation can mend it."""

    name: str
    distribution: str
    version: str
    bundled: bool
    module: ModuleType | None = None
    manifest: Plugin | None = None
    fault: Status | None = None
    #: Connections that it opened by itself when it was imported.
    refused: list[Call] = field(default_factory=list)
    #: What it uses that goes with the next api, a sentence each.
    outdated: tuple[str, ...] = ()
    #: Who else brings a plugin of this name, which is left out, a sentence each.
    rivals: tuple[str, ...] = ()

    @property
    def folder(self) -> Path | None:
        """The folder of the plugin's package, where its migrations, templates and translations are."""
        file = getattr(self.module, "__file__", None)
        return Path(file).parent if file else None


@dataclass(frozen=True)
class Snapshot:
    """What the database says. `version` rises with every change; `enabled` is None in one that was never asked.

    `suspended` holds, by plugin and hook, why a breaker is open; `agreed`, by plugin and action, the roles of the
    permissions that were agreed to; `behind` plugins whose tables are not up to date; `unfit`, by plugin, why its
    tables cannot be worked with at all.
    """

    version: int = 0
    enabled: frozenset[str] | None = None
    suspended: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    agreed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    behind: frozenset[str] = frozenset()
    unfit: Mapping[str, Status] = field(default_factory=dict)


class Store(Protocol):
    """Keeps the snapshot where all processes see it. Given by the layer that knows tables."""

    def version(self) -> int:
        """Cheap: asked several times a second."""
        ...

    def read(self, migrations: Mapping[str, Path]) -> Snapshot:
        """`migrations` are the folders whose scripts tell which plugins' tables are behind."""
        ...

    def suspend(self, plugin: str, hook: str, reason: str) -> None: ...
