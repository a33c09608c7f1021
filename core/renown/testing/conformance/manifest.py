"""The manifest: it can be read, what it names is there, and the plugin can be switched on and off by it."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from renown.hooks.manifest import Plugin
from renown.hooks.states import Installed, State
from renown.testing.conformance.base import Base, installed_plugins
from renown.testing.kit import Kit


class Manifest(Base):
    def test_its_manifest_says_what_is_there(self, installed: Installed, manifest: Plugin) -> None:
        plugins = installed_plugins()
        hooks = plugins.hooks_of(self.plugin)
        missing = [name for name in manifest.requires if name not in plugins]
        assert not missing, f"requires {', '.join(missing)}: name it among the dependencies in pyproject.toml"
        sums = [measure.name for measure in manifest.measures if measure.kind == "sum"]
        assert not sums or "score" in hooks, (
            f"measures: {', '.join(sums)} is a sum, so write the hook `score`, or take it out"
        )
        assert sums or "score" not in hooks, "score: there is no sum for its entries; name one in `measures`"
        ruled = manifest.rules or manifest.own_rules is not None
        assert ruled or "score" not in hooks, "score: there is no rule for its entries; name one in `rules`"
        external = [kind.name for kind in manifest.event_types if kind.external]
        assert len(set(external)) == len(external), f"event_types: {external} names one twice"

    def test_its_settings_work_before_anybody_set_them(self, manifest: Plugin) -> None:
        if manifest.settings is None:
            pytest.skip("it has no settings")
        try:
            manifest.settings().load({})
        except ValidationError as error:
            pytest.fail(f"settings: {error}: give each field a `load_default`, for nobody has set any at first")

    def test_it_can_be_switched_on_and_off(self, kit: Kit) -> None:
        plugins = kit.renown.plugins
        status = plugins.status(self.plugin)
        assert status.state is State.ENABLED, f"{self.plugin} is {status.state}: {status.reason}. {status.remedy}"
        kit.disable(self.plugin)
        assert plugins.status(self.plugin).state is State.DISABLED
        kit.enable(self.plugin)
        assert plugins.is_on(self.plugin)
