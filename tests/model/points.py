"""The scoring plugin of `tests.score.kit` as somebody would install it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from marshmallow import INCLUDE, Schema

from renown.api import Entry, Plugin, Rules, RuleSpec, ScoredEvent, hookimpl
from tests.score import kit


class Body(Schema):
    class Meta:
        unknown = INCLUDE


plugin = Plugin(
    name=kit.PLUGIN,
    title="Points",
    summary="Counts in tests.",
    measures=kit.MEASURES,
    rules=tuple(RuleSpec(name, name.title(), Body, body) for name, body in kit.DEFAULTS),
)


@hookimpl
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    return kit.score(events, rules)


def install(folder: Path) -> None:
    """What pip writes; the folder is to be on `sys.path`."""
    info = folder / "renown_points-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: renown-points\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[renown.plugins]\n{kit.PLUGIN} = {__name__}\n")
