"""Notices on the screen in the hall: a place that is nobody's own."""

from __future__ import annotations

from collections.abc import Iterable

from renown.api import Channel, Message, Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="hall", title="Hall", summary="Writes to the screen in the hall.")


class Screen(Channel):
    name = "hall"
    title = ""  # it reaches places, and nobody chooses it

    def address(self, person: int, ctx: PluginContext) -> str | None:
        return None

    def send(self, address: str, message: Message, ctx: PluginContext) -> None:
        ctx.files.write(address, message.title.encode())


@hookimpl
def channels(ctx: PluginContext) -> Iterable[Channel]:
    return [Screen()]


def test_what_is_posted_stands_on_the_screen(renown_kit: Kit) -> None:
    renown_kit.enable("hall")
    with renown_kit.context("hall") as ctx:
        ctx.notify.post("hall", "screen-1", "There is cake")
    renown_kit.settle()
    with renown_kit.context("hall") as ctx:
        assert ctx.files.read("screen-1") == b"There is cake"
