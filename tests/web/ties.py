"""A plugin that counts who mentions whom, for itself: its one measure has no boards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from marshmallow import Schema, fields

from renown.api import Entry, MeasureSpec, Plugin, Rules, RuleSpec, ScoredEvent, hookimpl

MEASURE = "ties.mentions"


class Body(Schema):
    weight = fields.Integer(load_default=1)


plugin = Plugin(
    name="ties",
    title="Ties",
    summary="Counts who is mentioned.",
    measures=(MeasureSpec(MEASURE, "Mentions", unit="ties", listed=False),),
    rules=(RuleSpec("mention", "Being mentioned", Body, {"weight": 1}),),
)


@hookimpl
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    for event in events:
        weights = {rule.name: rule.body["weight"] for rule in rules.of(event)}
        for one in event.mentioned:
            yield Entry(event.id, one.identity, MEASURE, "mention", weights["mention"] * 1000)


def install(folder: Path) -> None:
    """What pip writes; the folder is to be on `sys.path`."""
    info = folder / "renown_ties-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: renown-ties\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[renown.plugins]\nties = {__name__}\n")
