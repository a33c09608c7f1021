"""Says so where the file it lives on is not there."""

from __future__ import annotations

from collections.abc import Iterable

from renown.api import Health, Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="map", title="Map", summary="Shows the floor plan.")


@hookimpl
def health(ctx: PluginContext) -> Iterable[Health]:
    there = ctx.files.path("plan.svg").exists()
    yield Health("plan", there, "there is a plan" if there else "there is no plan", "" if there else "upload plan.svg")


def test_it_is_well_once_there_is_a_plan(renown_kit: Kit) -> None:
    renown_kit.enable("map")
    assert renown_kit.call("map", "health") == [Health("plan", False, "there is no plan", "upload plan.svg")]
    with renown_kit.context("map") as ctx:
        ctx.files.write("plan.svg", b"<svg/>")
    assert renown_kit.call("map", "health") == [Health("plan", True, "there is a plan")]
