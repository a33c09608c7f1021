"""Whether scores are up to date, for administrators."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from renown.api import Health, Metric, PluginContext
from renown_influence import run
from renown_influence.models import Run

#: Days after which the newest scores are too old.
_STALE = 2


def health(ctx: PluginContext) -> Iterator[Health]:
    last = ctx.session.scalars(select(Run).where(Run.ended_at.is_not(None)).order_by(Run.id.desc())).first()
    if last is not None and last.state == "failed":
        yield Health("Influence", False, f"The last run failed: {last.error}", "Look at the page Influence, Runs.")
        return
    shown = run.newest(ctx)
    if shown is None:
        yield Health("Influence", True, "Nothing was counted yet.")
        return
    days = ctx.clock.today() - shown.day
    text = f"Counted {'today' if not days else f'{days} days ago'} from {shown.pairs:,} pairs of people."
    yield Health("Influence", days <= _STALE, text, "Does a worker run? `renown worker`" if days > _STALE else "")


def metrics(ctx: PluginContext) -> Iterator[Metric]:
    shown = run.newest(ctx)
    if shown is None or shown.ended_at is None or shown.started_at is None:
        return
    yield Metric("people", shown.people, "People in the graph of the newest run.")
    yield Metric("pairs", shown.pairs, "Pairs of people in the graph of the newest run.")
    yield Metric("run_seconds", (shown.ended_at - shown.started_at) / 1e6, "How long the newest run took.")
    yield Metric("rounds", shown.rounds, "Rounds until the newest run was solved.")
    yield Metric("ended_timestamp_seconds", shown.ended_at / 1e6, "When the newest run ended.")
