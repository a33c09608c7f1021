"""In the demo somebody brings cake each day: the same one, whoever starts it."""

from __future__ import annotations

from random import Random

from renown.api import DemoDay, Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="cake", title="Cake", summary="Who brought cake.")


@hookimpl
def demo(day: DemoDay, ctx: PluginContext) -> None:
    if day.colleagues:
        who = Random(f"{day.seed} {day.day}").choice(day.colleagues)
        ctx.files.write(f"{day.day}", ctx.people.names([who])[who].encode())


def test_the_same_day_has_the_same_cake(renown_kit: Kit) -> None:
    renown_kit.enable("cake")
    people = [renown_kit.person(name) for name in ("Ana", "Ben", "Cem")]
    brought = {_brought(renown_kit, DemoDay(20_000, 20_000, 20_010, people, [], seed=7)) for _ in range(3)}
    assert len(brought) == 1
    assert brought < {"Ana", "Ben", "Cem"}


def _brought(kit: Kit, day: DemoDay) -> str:
    kit.call("cake", "demo", day=day)
    with kit.context("cake") as ctx:
        return ctx.files.read(f"{day.day}").decode()
