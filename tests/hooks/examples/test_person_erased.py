"""With a person goes what they wrote of themselves."""

from __future__ import annotations

from renown.api import Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="notes", title="Notes", summary="A note of one's own.")


@hookimpl
def person_erased(person_id: int, ctx: PluginContext) -> None:
    ctx.files.delete(f"{person_id}")


def test_their_note_goes_and_no_other(renown_kit: Kit) -> None:
    renown_kit.enable("notes")
    ana, ben = renown_kit.person("Ana"), renown_kit.person("Ben")
    with renown_kit.context("notes") as ctx:
        for one in (ana, ben):
            ctx.files.write(f"{one}", b"likes tea")
    for _ in range(2):
        renown_kit.call("notes", "person_erased", person_id=ana)
    with renown_kit.context("notes") as ctx:
        assert not ctx.files.path(f"{ana}").exists()
        assert ctx.files.path(f"{ben}").exists()
