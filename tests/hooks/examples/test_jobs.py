"""Files that are no longer wanted go, one at a time: run twice, it does nothing the second time."""

from __future__ import annotations

from collections.abc import Iterable

from renown.api import SECOND, Job, Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="broom", title="Broom", summary="Sweeps old files away.")


def sweep(ctx: PluginContext) -> bool:
    """Whether there may be more."""
    old = sorted(ctx.files.path("old").glob("*"))
    if old:
        ctx.files.delete(f"old/{old[0].name}")
    return len(old) > 1


@hookimpl
def jobs(ctx: PluginContext) -> Iterable[Job]:
    return [Job("sweep", "Sweep old files away", every=60 * SECOND, work=sweep)]


def test_all_old_files_go(renown_kit: Kit) -> None:
    renown_kit.enable("broom")
    with renown_kit.context("broom") as ctx:
        for name in ("old/a", "old/b", "new"):
            ctx.files.write(name, b"")
    renown_kit.settle()
    with renown_kit.context("broom") as ctx:
        assert list(ctx.files.path("old").glob("*")) == []
        assert ctx.files.read("new") == b""
