"""For administrators who erased somebody: what that did to others' scores, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup
from sqlalchemy import select

from renown.api import Panel, PluginContext, Viewer, to_date
from renown_influence import erasing
from renown_influence.models import Run

_RUNS = "/influence/runs"


def boxes(ctx: PluginContext, viewer: Viewer) -> Iterator[Panel]:
    """None where nobody was erased."""
    if not viewer.at_least("administrator"):
        return
    last = ctx.session.scalars(select(Run).where(Run.erased > 0).order_by(Run.id.desc()).limit(1)).first()
    told = [] if last is None else [f"Run {last.id}, {to_date(last.day).isoformat()}: {said(last)}"]
    if erasing.waiting(ctx):
        told.append(
            "Somebody was erased since. Others' scores follow with the run that is waiting, which says by how much."
        )
    if told:
        text = Markup("").join(Markup("<p>{}</p>").format(one) for one in told)
        yield Panel("Influence after erasures", text, url=_RUNS)


def said(run: Run) -> str:
    """What erasures before a run did, all else being as it is."""
    people = "one person who was" if run.erased == 1 else f"{run.erased:,} people who were"
    if not run.erased_moved:
        return f"Without {people} erased no score of others moved by a tenth."
    scores = "one score" if run.erased_moved == 1 else f"{run.erased_moved:,} scores"
    return f"Without {people} erased {scores} of others moved, by {run.erased_most / 1000:.1f} at most."
