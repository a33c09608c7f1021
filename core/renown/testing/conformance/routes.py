"""Routes under default deny: each says who may use it, by an action that somebody declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask

from renown.access.permissions import ACTIONS
from renown.access.routes import Rule, rule_of
from renown.hooks.manifest import Plugin
from renown.hooks.states import Installed
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

    def test_it_hooks_into_its_own_pages_alone(self, kit: Kit, installed: Installed) -> None:
        assert installed.module is not None
        package = str(installed.module.__name__).partition(".")[0]
        app = kit.client().application
        wrong = sorted(
            {
                function.__qualname__
                for functions in _app_wide(app)
                for function in functions
                if str(getattr(function, "__module__", "")).partition(".")[0] == package
            }
        )
        assert not wrong, (
            f"{', '.join(wrong)} runs on pages that are not the plugin's, also while it is off: use `before_request`, "
            "`errorhandler` and `context_processor` of the blueprint, not those of the app"
        )


def routes_of(plugin: str, app: Flask) -> Iterator[tuple[str, Rule | None]]:
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.partition(".")[0]
        if blueprint.partition("_")[0] == plugin and not rule.endpoint.endswith(".static"):
            yield rule.rule, rule_of(app.view_functions[rule.endpoint])


def _app_wide(app: Flask) -> Iterator[list[Any]]:
    for kept in (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
        app.template_context_processors,
        app.url_value_preprocessors,
        app.url_default_functions,
    ):
        yield list(kept.get(None, ()))
    yield [one for by_code in app.error_handler_spec[None].values() for one in by_code.values()]
    yield list(app.teardown_appcontext_funcs)
