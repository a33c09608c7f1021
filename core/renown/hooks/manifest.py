"""What a plugin says of itself: facts and no hooks, checked when it is written down and never later."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from marshmallow import Schema, ValidationError

from renown.hooks.markers import API
from renown.hooks.types import ROLES, Role

NAME = re.compile(r"[a-z][a-z0-9]{1,24}")
_WORD = re.compile(r"[a-z][a-z0-9-]{0,39}")
_KIND = re.compile(r"[a-z][a-z0-9-]{0,24}")
_PAGE = re.compile(r"/[\w/.-]*\{person\}[\w/.-]*")
_EVENT = re.compile(r"[a-z][a-z-]{1,40}\.v[1-9]")

#: Prefixes of tables, measures, events and pages that are the core's or the contract's own.
RESERVED = frozenset({
    "adjustments", "admin", "alembic", "api", "assets", "boards", "brand", "campaigns", "catalogue", "collab", "core",
    "entries", "healthz", "home", "in", "inbox", "jobs", "join", "keyboard", "login", "logout", "mail", "me", "metrics",
    "my", "mydata", "network", "notifications", "openapi", "organisation", "overview", "panels", "people", "person",
    "pg", "plugins", "privacy", "readyz", "renown", "rules", "search", "setup", "signin", "sources", "sqlite", "static",
    "system", "teams", "theme", "tokens", "unsubscribe", "why", "wizard",
    # What names of the core's indexes and keys begin with.
    "ck", "fk", "ix", "pk", "uq",
    # Names in an event's `extra`, beside those of plugins.
    "digest", "hashtags", "mentions", "text",
})  # fmt: skip


def is_name(name: str) -> bool:
    """Whether a plugin may be called so."""
    return bool(NAME.fullmatch(name)) and name not in RESERVED


class ManifestError(ValueError):
    """A manifest that says something impossible. The text begins with the field's name."""


def _need(ok: object, text: str) -> None:
    if not ok:
        raise ManifestError(text)


def _text(where: str, value: object, most: int) -> None:
    _need(isinstance(value, str) and value.strip(), f"{where}: is empty")
    _need(len(str(value)) <= most, f"{where}: is longer than {most} characters")


def _one_of(where: str, value: object, allowed: Sequence[str]) -> None:
    _need(value in allowed, f"{where}: {value!r} is none of {', '.join(allowed)}")


@dataclass(frozen=True)
class MeasureSpec:
    """A named number, `<plugin>.<name>`: a sum of entries or a level that the plugin publishes.

    A sum of people's entries that is not `listed` has its entries and nothing made of them: no totals, no boards, no
    place on any page. It is for entries that the plugin reads back itself, by `ctx.ledger.packed`. A level of people
    that is not listed stands on no page of the core's: the plugin shows it, by `ctx.standings.of`.

    `page` is the plugin's own page of why a person's level is what it is, such as "/influence/people/{person}": whoever
    asks why is led there, and on a person's page the level stands in the plugin's own panel.
    """

    name: str
    title: str
    kind: Literal["sum", "level"] = "sum"
    unit: str = "points"
    subject: Literal["person", "team"] = "person"
    listed: bool = True
    page: str = ""

    def __post_init__(self) -> None:
        _text("title", self.title, 80)
        _text("unit", self.unit, 24)
        _one_of("kind", self.kind, ("sum", "level"))
        _one_of("subject", self.subject, ("person", "team"))
        _need(isinstance(self.listed, bool), f"listed: is {type(self.listed).__name__}, not bool")
        _need(self.listed or self.subject == "person", "listed: only measures of people can go without boards")
        if self.page:
            _need(self.kind == "level" and self.subject == "person", "page: only levels of people have one")
            _need(_PAGE.fullmatch(self.page), f"page: {self.page!r} is no path with {{person}} in it, once")


@dataclass(frozen=True)
class EventType:
    """A CloudEvents type of the plugin's own, `<plugin>.<verb>.v<n>`. External ones may be sent by token holders."""

    name: str
    external: bool = False


@dataclass(frozen=True)
class Permission:
    """An action, `<plugin>.<verb>`, and the least role that may do it. The plugin's `permit` may narrow or widen."""

    name: str
    title: str
    role: Role = "member"

    def __post_init__(self) -> None:
        _text("title", self.title, 80)
        _one_of("role", self.role, ROLES)


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notification, `<plugin>.<name>`, and the pace people hear of it by mail unless they choose another.

    `role` is the least of those whom it may concern: others do not find it among their choices.
    """

    name: str
    title: str
    pace: Literal["at once", "daily", "weekly", "never"] = "weekly"
    role: Role = "customer"

    def __post_init__(self) -> None:
        _text("title", self.title, 80)
        _one_of("role", self.role, ROLES)
        _one_of("pace", self.pace, ("at once", "daily", "weekly", "never"))


@dataclass(frozen=True)
class RuleSpec:
    """A rule of the plugin's score. `default_body` is version 1: published at 0, effective on every day.

    `about` says what it is for. `say` tells any body that the schema loads in sentences for those who are counted by
    it: what gives how much, then each thing that limits it.
    """

    name: str
    title: str
    schema: type[Schema]
    default_body: Mapping[str, Any]
    about: str = ""
    say: Callable[[Mapping[str, Any]], Sequence[str]] | None = None

    def __post_init__(self) -> None:
        _text("title", self.title, 80)
        _need(_is_schema(self.schema), "schema: is no marshmallow Schema class")
        try:
            self.schema().load(dict(self.default_body))
        except ValidationError as error:
            raise ManifestError(f"default_body: {error}") from None


@dataclass(frozen=True)
class OwnRules:
    """That administrators may add rules of their own to the plugin's, all by one schema.

    The plugin's `score` is given them beside the others, under the names that administrators chose. `start` is the
    body that a new one is written from, and `off` is what retires one: values laid over its body with which it gives
    nothing. `about` and `say` are as for RuleSpec.
    """

    schema: type[Schema]
    start: Mapping[str, Any]
    off: Mapping[str, Any]
    about: str = ""
    say: Callable[[Mapping[str, Any]], Sequence[str]] | None = None

    def __post_init__(self) -> None:
        _need(_is_schema(self.schema), "schema: is no marshmallow Schema class")
        for where, body in (("start", self.start), ("off", {**self.start, **self.off})):
            try:
                self.schema().load(dict(body))
            except ValidationError as error:
                raise ManifestError(f"{where}: {error}") from None
        _need(self.off, "off: is empty")
        taken = {"rule", "title"} & set(self.schema().fields)
        _need(not taken, f"schema: {', '.join(sorted(taken))} stands for the rule itself")

    def spec(self, name: str, title: str) -> RuleSpec:
        """One such rule, as the plugin's own are described."""
        return RuleSpec(name, title, self.schema, self.start, self.about, self.say)

    def retired(self, body: Mapping[str, Any]) -> bool:
        return all(body.get(key) == value for key, value in self.off.items())


@dataclass(frozen=True)
class Plugin:
    """The manifest. Each entry-point module of the group `renown.plugins` holds one, named `plugin`.

    Raises ManifestError, which names the field, where something is wrong.
    """

    name: str
    title: str
    summary: str
    api: str = API
    requires: tuple[str, ...] = ()
    settings: type[Schema] | None = None
    permissions: tuple[Permission, ...] = ()
    measures: tuple[MeasureSpec, ...] = ()
    event_types: tuple[EventType, ...] = ()
    #: "<plugin>:<kind>".
    object_kinds: tuple[str, ...] = ()
    rules: tuple[RuleSpec, ...] = ()
    #: None: nobody may add to `rules`.
    own_rules: OwnRules | None = None
    notices: tuple[NoticeKind, ...] = ()
    #: The folder of translations inside the plugin's package, where there is one.
    locale: str | None = None

    def __post_init__(self) -> None:
        _need(isinstance(self.name, str) and NAME.fullmatch(self.name), f"name: {self.name!r} is not {NAME.pattern}")
        _need(self.name not in RESERVED, f"name: {self.name!r} is reserved")
        _text("title", self.title, 40)
        _text("summary", self.summary, 200)
        _need(isinstance(self.api, str) and self.api.isdigit(), f'api: {self.api!r} is not a number in quotes, as "1"')
        _need(self.settings is None or _is_schema(self.settings), "settings: is no marshmallow Schema class")
        for name in _sequence("requires", self.requires, str):
            _need(NAME.fullmatch(name), f"requires: {name!r} is no plugin's name")
            _need(name != self.name, "requires: a plugin cannot require itself")
        own, word = f"{self.name}.", _WORD
        self._named("permissions", self.permissions, Permission, own, word)
        self._named("measures", self.measures, MeasureSpec, own, word)
        self._named("notices", self.notices, NoticeKind, own, word)
        self._named("event_types", self.event_types, EventType, own, _EVENT)
        self._named("rules", self.rules, RuleSpec, "", word)
        _need(self.own_rules is None or isinstance(self.own_rules, OwnRules), "own_rules: is not OwnRules")
        _prefixed("object_kinds", _sequence("object_kinds", self.object_kinds, str), f"{self.name}:", _KIND)

    def _named(self, where: str, items: object, kind: type, prefix: str, rest: re.Pattern[str]) -> None:
        _prefixed(where, [item.name for item in _sequence(where, items, kind)], prefix, rest)

    def measure(self, name: str) -> MeasureSpec | None:
        return next((measure for measure in self.measures if measure.name == name), None)

    def rule(self, name: str) -> RuleSpec | None:
        return next((rule for rule in self.rules if rule.name == name), None)


def _is_schema(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Schema)


def _sequence(where: str, items: object, kind: type) -> tuple[Any, ...]:
    _need(isinstance(items, tuple), f"{where}: is {type(items).__name__}, not a tuple")
    assert isinstance(items, tuple)
    for index, item in enumerate(items):
        _need(isinstance(item, kind), f"{where}[{index}]: is {type(item).__name__}, not {kind.__name__}")
    return items


def _prefixed(where: str, names: Sequence[str], prefix: str, rest: re.Pattern[str]) -> None:
    for index, name in enumerate(names):
        fits = isinstance(name, str) and name.startswith(prefix) and rest.fullmatch(name[len(prefix) :])
        _need(fits, f"{where}[{index}]: {name!r} is not {prefix}{rest.pattern}")
        _need(name not in names[:index], f"{where}[{index}]: {name!r} is there twice")
