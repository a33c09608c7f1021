"""A box on a person's page, for colleagues."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from renown.api import NOBODY, Panel, Plugin, PluginContext, Viewer, hookimpl
from renown.testing import Kit

plugin = Plugin(name="hello", title="Hello", summary="Says hello.")


@hookimpl
def panels(place: str, subject: int | None, viewer: Viewer, ctx: PluginContext) -> Iterable[Panel]:
    if place != "person" or subject is None or not viewer.employee:
        return
    name = ctx.people.names([subject])[subject]
    yield Panel("Hello", Markup("<p>Say hello to {}.</p>").format(name))


def test_a_name_is_escaped_and_strangers_see_nothing(renown_kit: Kit) -> None:
    renown_kit.enable("hello")
    ana = renown_kit.person("Ana<br>")
    [panel] = renown_kit.panels("hello", "person", ana)
    assert panel.html == "<p>Say hello to Ana&lt;br&gt;.</p>"
    assert renown_kit.panels("hello", "person", ana, NOBODY) == []
