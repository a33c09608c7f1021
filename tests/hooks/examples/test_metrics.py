"""How many people work here, for the monitoring."""

from __future__ import annotations

from collections.abc import Iterable

from renown.api import Metric, Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="heads", title="Heads", summary="Counts heads.")


@hookimpl
def metrics(ctx: PluginContext) -> Iterable[Metric]:
    yield Metric("employees", len(ctx.people.employees()), "People who work here.")


def test_one_more_is_one_more(renown_kit: Kit) -> None:
    renown_kit.enable("heads")
    before = _value(renown_kit)
    renown_kit.person("Ana", "member")
    assert _value(renown_kit) == before + 1


def _value(kit: Kit) -> float:
    [metric] = kit.call("heads", "metrics")
    return float(metric.value)
