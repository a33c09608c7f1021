"""A plugin that leaks with each call, so many times in all: found by processes in whose path `install` put it."""

from __future__ import annotations

import os
from pathlib import Path

from marshmallow import Schema

from renown.api import Entry, Job, MeasureSpec, Plugin, RuleSpec, hookimpl

#: Bytes that one call leaks, and how many calls do.
PIECE, CALLS = 32 << 20, 4
#: What the environment says of where it leaks ("score" or "job"), and where it counts its leaks.
WHERE, COUNTED = "RENOWN_TEST_LEAKS", "RENOWN_TEST_LEAKED"

plugin = Plugin(
    name="leaky", title="Leaky", summary="Keeps what it need not.",
    measures=(MeasureSpec("leaky.points", "Leaky points"),), rules=(RuleSpec("any", "Any", Schema, {}),),
)  # fmt: skip
kept: list[bytes] = []


def leak(where: str) -> None:
    counted = Path(os.environ.get(COUNTED, os.devnull))
    if os.environ.get(WHERE) != where or leaked(counted) >= CALLS:
        return
    kept.append(b"x" * PIECE)
    with counted.open("a") as file:
        file.write(".")


def leaked(counted: Path) -> int:
    """How often, in all processes."""
    return len(counted.read_text()) if counted.exists() else 0


@hookimpl
def score(events, rules):  # type: ignore[no-untyped-def]
    leak("score")
    return [Entry(one.id, one.actor.identity, "leaky.points", "any", 1000) for one in events]


@hookimpl
def jobs(ctx):  # type: ignore[no-untyped-def]
    return [Job("sweep", "Sweep", 200_000, lambda ctx: leak("job"))]


def install(folder: Path) -> None:
    info = folder / "made_leaky-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-leaky\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[renown.plugins]\nleaky = tests.holds.leaky\n")
