"""Whoever asks what is held of them gets their note, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from renown.api import Plugin, PluginContext, Viewer, hookimpl
from renown.testing import Kit

plugin = Plugin(name="notes", title="Notes", summary="A note of one's own.")


@hookimpl
def export_person(person_id: int, viewer: Viewer, ctx: PluginContext) -> Mapping[str, Any] | None:
    note = ctx.files.path(f"{person_id}")
    if not note.exists() or viewer.person_id != person_id:
        return None  # an administrator is not to read it
    return {"note": note.read_text()}


def test_they_get_their_note_and_an_administrator_does_not(renown_kit: Kit) -> None:
    renown_kit.enable("notes")
    ana, bea = renown_kit.person("Ana", "member"), renown_kit.person("Bea", "administrator")
    with renown_kit.context("notes") as ctx:
        ctx.files.write(f"{ana}", b"likes tea")
    told = [
        renown_kit.call("notes", "export_person", person_id=ana, viewer=viewer)
        for viewer in (renown_kit.viewer(ana), renown_kit.viewer(bea, "administrator"))
    ]
    assert told == [{"note": "likes tea"}, None]
