"""Who was taken for somebody else is asked for a note of their own again."""

from __future__ import annotations

from renown.api import NoticeKind, Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(
    name="notes",
    title="Notes",
    summary="A note of one's own.",
    notices=(NoticeKind("notes.missing", "You have no note", pace="never"),),
)


@hookimpl
def person_split(kept: int, gone: int, ctx: PluginContext) -> None:
    ctx.notify.tell(gone, "notes.missing", "note", "Write a note of your own", once=f"split:{kept}")


def test_they_are_told_once(renown_kit: Kit) -> None:
    renown_kit.enable("notes")
    ana, double = renown_kit.person("Ana", "member"), renown_kit.person("Anna", "member")
    for _ in range(2):
        renown_kit.call("notes", "person_split", kept=ana, gone=double)
    assert renown_kit.client(double).get("/notifications").text.count("Write a note of your own") == 1
    assert "Write a note" not in renown_kit.client(ana).get("/notifications").text
