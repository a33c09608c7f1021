"""Routes under default deny: each says who may use it, by an action that somebody declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any

from flask import Flask
from werkzeug.local import LocalProxy

from renown.access.permissions import ACTIONS
from renown.access.routes import Rule, rule_of
from renown.app import create_app
from renown.hooks.manifest import Plugin
from renown.testing.conformance.base import Base
from renown.testing.kit import Kit


class Routes(Base):
    def test_its_routes_say_who_may_use_them(self, kit: Kit, manifest: Plugin) -> None:
        app = kit.client().application
        found = list(routes_of(self.plugin, app))
        unsaid = [path for path, rule in found if rule is None]
        assert not unsaid, (
            f'{", ".join(unsaid)} is 404 for everybody: mark the view @needs("{self.plugin}.…") or @public'
        )
        known = {*ACTIONS, *(one.name for one in manifest.permissions)}
        wrong = [f"{path} needs {rule.action}" for path, rule in found if rule and rule.action not in {*known, None}]
        assert not wrong, f"{'; '.join(wrong)}, which nobody has: name it among `permissions`"

    def test_it_hooks_into_its_own_pages_alone(self, kit: Kit) -> None:
        loaded = kit.renown.loaded
        others = {
            plugin: blueprints for plugin, blueprints in loaded.found["blueprints"].items() if plugin != self.plugin
        }
        without = replace(loaded, found={**loaded.found, "blueprints": others})
        wide, there = (
            Counter(_app_wide(create_app(renown), self.plugin))
            for renown in (kit.renown, replace(kit.renown, loaded=without))
        )
        more, less = sorted((wide - there).elements()), sorted((there - wide).elements())
        instead = f", in the place of {', '.join(less)}" if less else ""
        assert not more + less, (
            f"{', '.join(more) or 'something else'}{instead} runs on pages that are not the plugin's, also while it is "
            "off: use `before_request`, `errorhandler` and `context_processor` of the blueprint, hand templates what "
            "they need, and leave the app alone"
        )


def routes_of(plugin: str, app: Flask) -> Iterator[tuple[str, Rule | None]]:
    for rule in app.url_map.iter_rules():
        if is_of(plugin, rule.endpoint) and not rule.endpoint.endswith(".static"):
            yield rule.rule, rule_of(app.view_functions[rule.endpoint])


def is_of(plugin: str, endpoint: str) -> bool:
    return endpoint.partition(".")[0].partition("_")[0] == plugin


def _app_wide(app: Flask, plugin: str) -> Iterator[str]:
    """All of an application that pages of others go through, each thing in words."""
    for kept in (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.template_context_processors,
        app.url_value_preprocessors,
        app.url_default_functions,
    ):
        yield from map(_said, kept.get(None, ()))
    handlers = chain.from_iterable(by_code.values() for by_code in app.error_handler_spec[None].values())
    yield from map(_said, chain(handlers, app.teardown_appcontext_funcs, app.url_build_error_handlers))
    environment = app.jinja_env
    for what, found in (
        ("filter", environment.filters),
        ("global", environment.globals),
        ("test", environment.tests),
        ("extension", environment.extensions),
        ("config", app.config),
    ):
        yield from (f"{what} {name}: {_said(value)}" for name, value in found.items())
    yield from (f"extension {name}" for name in app.extensions)
    for name in ("wsgi_app", "session_interface", "json", "jinja_loader", "request_class", "response_class"):
        yield f"{name}: {_said(getattr(app, name))}"
    for rule in app.url_map.iter_rules():
        if not is_of(plugin, rule.endpoint):
            yield f"route {rule.rule}: {_said(app.view_functions[rule.endpoint])}"


def _said(one: Any) -> str:
    """A function by where it was written, whatever it was wrapped in; another thing by its kind, or its value."""
    if type(one) is LocalProxy:  # looks like what it stands for, of which there is none here
        return "a proxy"
    while isinstance(one, partial):
        one = one.func
    if one is None or isinstance(one, str | bytes | int | float | bool | tuple | frozenset):
        return repr(one)
    named = one if hasattr(one, "__qualname__") else type(one)
    return f"{named.__module__}.{named.__qualname__}"
