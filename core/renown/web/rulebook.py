"""Rules as pages show them: titles and sentences from the plugin, versions from the database."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from marshmallow import ValidationError
from sqlalchemy import Connection

from renown import clock
from renown.hooks.manager import Plugins
from renown.hooks.manifest import Plugin, RuleSpec
from renown.ledger.versions import Version, coming, histories, holding
from renown.web import drawn
from renown.web.formats import zone


@dataclass(frozen=True)
class Telling:
    """What a body says: what gives how much, and each thing that limits it."""

    gives: str
    limits: Sequence[str] = ()


@dataclass(frozen=True)
class Page:
    """One rule with all that is known of it. `history` is newest first."""

    plugin: Plugin
    spec: RuleSpec
    now: Version
    next: Version | None
    history: Sequence[Version]

    @property
    def telling(self) -> Telling:
        return tell(self.spec, self.now)

    @property
    def path(self) -> str:
        return f"{self.plugin.name}/{self.spec.name}"

    def version(self, number: int) -> Version | None:
        return next((one for one in self.history if one.version == number), None)

    def before(self, version: Version) -> Version | None:
        return self.version(version.version - 1)


def tell(spec: RuleSpec, version: Version) -> Telling:
    """In the plugin's words; a body that its plugin no longer takes is shown as it stands."""
    try:
        said = list(spec.say(version.body)) if spec.say is not None else []
    except ValidationError:
        return Telling("This version is of an earlier release of the plugin.", lines(spec, version))
    if not said:
        return Telling(", ".join(lines(spec, version)))
    return Telling(said[0], tuple(said[1:]))


def lines(spec: RuleSpec, version: Version) -> list[str]:
    return drawn.lines(spec.schema(), version.body)


def difference(spec: RuleSpec, old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Lines with "+", "-" or " " before them, those that stayed included."""
    return [(line[0], line[2:]) for line in difflib.ndiff(old, new) if line[0] != "?"]


def shelves(conn: Connection, plugins: Plugins) -> list[tuple[Plugin, list[Page]]]:
    """All rules of the plugins that are on, in the order of the manifests."""
    found = []
    for name in plugins.enabled:
        manifest = plugins.manifests[name]
        pages = pages_of(conn, manifest) if manifest.rules else []
        if pages:
            found.append((manifest, pages))
    return found


def pages_of(conn: Connection, manifest: Plugin) -> list[Page]:
    today = clock.day_of(clock.now(), zone())
    known = histories(conn, manifest.name)
    return [
        Page(manifest, spec, holding(known[spec.name], today), coming(known[spec.name], today), known[spec.name])
        for spec in manifest.rules
        if spec.name in known
    ]


def page_of(conn: Connection, plugins: Plugins, plugin: str, rule: str) -> Page | None:
    """None where there is no such rule, or its plugin is off."""
    if not plugins.is_on(plugin):
        return None
    return next((page for page in pages_of(conn, plugins.manifests[plugin]) if page.spec.name == rule), None)
