"""A note that somebody keeps about themselves goes with them."""

from __future__ import annotations

from renown.api import Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="notes", title="Notes", summary="A note of one's own.")


@hookimpl
def person_merged(kept: int, gone: int, ctx: PluginContext) -> None:
    """Its name says whose it was, for a split. It may be called twice: then there is nothing left to move."""
    old, new = ctx.files.path(f"{gone}"), ctx.files.path(f"{kept}-was-{gone}")
    if old.exists():
        old.rename(new)


def test_the_note_goes_along_and_twice_is_once(renown_kit: Kit) -> None:
    renown_kit.enable("notes")
    ana, double = renown_kit.person("Ana"), renown_kit.person("Anna")
    with renown_kit.context("notes") as ctx:
        ctx.files.write(f"{double}", b"likes tea")
    for _ in range(2):
        renown_kit.call("notes", "person_merged", kept=ana, gone=double)
    with renown_kit.context("notes") as ctx:
        assert ctx.files.read(f"{ana}-was-{double}") == b"likes tea"
        assert not ctx.files.path(f"{double}").exists()
