"""A link for whoever works here."""

from __future__ import annotations

from collections.abc import Iterable

from renown.api import NavItem, Place, Plugin, Viewer, hookimpl
from renown.testing import Kit

plugin = Plugin(name="canteen", title="Canteen", summary="What there is to eat.")


@hookimpl
def navigation(viewer: Viewer, place: Place) -> Iterable[NavItem]:
    return [NavItem("Canteen", "/canteen", order=60)] if place == "top" and viewer.employee else []


def test_colleagues_see_the_link_and_customers_do_not(renown_kit: Kit) -> None:
    renown_kit.enable("canteen")
    ana, cleo = renown_kit.person("Ana", "member"), renown_kit.person("Cleo", "customer")
    link = 'href="/canteen"'
    assert link in renown_kit.client(ana).get("/").text
    assert link not in renown_kit.client(cleo).get("/", follow_redirects=True).text
