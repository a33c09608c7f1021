"""The list of people that personnel keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from renown.api import Directory, Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="personnel", title="Personnel", summary="Who works here.")


class Personnel(Directory):
    name = "personnel"
    title = "Personnel"

    def rows(self, ctx: PluginContext) -> Sequence[Mapping[str, Any]]:
        return [{"name": "Ana", "email": "ana@acme.example", "team": "Sales"}]


@hookimpl
def directories(ctx: PluginContext) -> Iterable[Directory]:
    return [Personnel()]


def test_whoever_is_on_the_list_is_known_here(renown_kit: Kit) -> None:
    renown_kit.enable("personnel")
    renown_kit.settle()
    with renown_kit.context("personnel") as ctx:
        ana = ctx.people.find("ana@acme.example")
        assert ana is not None
        assert ana.name == "Ana"
