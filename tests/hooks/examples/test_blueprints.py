"""A page for whoever works here, and an address that is open to all."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint

from renown.api import Permission, Plugin, PluginContext, hookimpl, needs, public, viewer
from renown.testing import Kit

plugin = Plugin(
    name="garden",
    title="Garden",
    summary="What grows.",
    permissions=(Permission("garden.walk", "Walk in the garden"),),
)


@hookimpl
def blueprints(ctx: PluginContext) -> Iterable[Blueprint]:
    pages = Blueprint("garden", __name__, url_prefix="/garden")

    @pages.get("/")
    @needs("garden.walk")
    def walk() -> str:
        person = viewer().person_id
        assert person is not None
        with ctx.reading() as inner:
            return f"{inner.people.names([person])[person]} walks here."

    @pages.get("/gate")
    @public
    def gate() -> str:
        return "The gate is open."

    return [pages]


def test_colleagues_walk_and_strangers_find_the_gate(renown_kit: Kit) -> None:
    renown_kit.enable("garden")
    ana = renown_kit.person("Ana", "member")
    assert renown_kit.client(ana).get("/garden/").text == "Ana walks here."
    assert renown_kit.client().get("/garden/").status_code != 200
    assert renown_kit.client().get("/garden/gate").text == "The gate is open."
