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
from renown.ledger.drafts import Draft
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
    """One rule with all that is known of it. `history` is newest first.

    `now` is the first version where none holds yet. Before that is published it is a version 0 that says nothing.
    """

    plugin: Plugin
    spec: RuleSpec
    now: Version
    next: Version | None
    history: Sequence[Version]
    own: bool = False
    #: Whether any version counts what happens now.
    begun: bool = True

    @property
    def unpublished(self) -> bool:
        return self.now.version == 0

    @property
    def retired(self) -> bool:
        """Whether an administrator took it out of force for good: its newest version gives nothing."""
        rules = self.plugin.own_rules
        return self.own and rules is not None and rules.retired(self.history[0].body)

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
    if version.version == 0:
        return Telling("Nothing yet: it is a new rule.")
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
        pages = pages_of(conn, manifest) if manifest.rules or manifest.own_rules else []
        if pages:
            found.append((manifest, pages))
    return found


def pages_of(conn: Connection, manifest: Plugin) -> list[Page]:
    """The plugin's rules in its order, then those that administrators added, by title."""
    today = clock.day_of(clock.now(), zone())
    known = histories(conn, manifest.name)
    found = [(spec, False) for spec in manifest.rules if spec.name in known and known[spec.name][0].title is None]
    if manifest.own_rules is not None:
        own = [manifest.own_rules.spec(name, one[0].title) for name, one in known.items() if one[0].title is not None]
        found += [(spec, True) for spec in sorted(own, key=lambda spec: (spec.title.casefold(), spec.name))]
    return [_page(manifest, spec, known[spec.name], today, own) for spec, own in found]


def _page(manifest: Plugin, spec: RuleSpec, history: Sequence[Version], today: int, own: bool) -> Page:
    now = holding(history, today)
    begun = now.effective is None or now.effective <= today
    return Page(manifest, spec, now, coming(history, today), history, own, begun)


def page_of(conn: Connection, plugins: Plugins, plugin: str, rule: str) -> Page | None:
    """None where there is no such rule, or its plugin is off."""
    if not plugins.is_on(plugin):
        return None
    return next((page for page in pages_of(conn, plugins.manifests[plugin]) if page.spec.name == rule), None)


def new_of(plugins: Plugins, draft: Draft) -> Page | None:
    """A rule that is only a draft so far. None where its plugin is off, or takes no rules but its own."""
    manifest = plugins.manifests[draft.plugin] if plugins.is_on(draft.plugin) else None
    if manifest is None or manifest.own_rules is None or draft.title is None:
        return None
    blank = Version(0, draft.plugin, draft.name, 0, {}, 0, None, None, None, draft.at, None, draft.title)
    return Page(manifest, manifest.own_rules.spec(draft.name, draft.title), blank, None, [blank], own=True, begun=False)
