"""A note that went with whom somebody was taken for is their own again."""

from __future__ import annotations

from renown.api import Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="notes", title="Notes", summary="A note of one's own.")


@hookimpl
def person_split(kept: int, gone: int, ctx: PluginContext) -> None:
    """What `person_merged` named so; the note of `kept` stays where it is."""
    old, new = ctx.files.path(f"{kept}-was-{gone}"), ctx.files.path(f"{gone}")
    if old.exists():
        old.rename(new)


def test_each_has_their_own_again_and_twice_is_once(renown_kit: Kit) -> None:
    renown_kit.enable("notes")
    ana, double = renown_kit.person("Ana"), renown_kit.person("Anna")
    with renown_kit.context("notes") as ctx:
        ctx.files.write(f"{ana}", b"likes coffee")
        ctx.files.write(f"{ana}-was-{double}", b"likes tea")
    for _ in range(2):
        renown_kit.call("notes", "person_split", kept=ana, gone=double)
    with renown_kit.context("notes") as ctx:
        assert (ctx.files.read(f"{ana}"), ctx.files.read(f"{double}")) == (b"likes coffee", b"likes tea")
