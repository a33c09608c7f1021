"""What scores were: a row where one changed by a tenth or more, so that most nights write little."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, and_, delete, func, insert, select

from renown.api import PluginContext
from renown_influence.models import Run, Score

#: Thousandths that make a difference.
_TENTH = 100


def keep(ctx: PluginContext, run: Run, topic: int, people: NDArray[np.int64], amounts: NDArray[np.int64]) -> None:
    """Those that are no longer there are kept as 0, once. What an earlier run of the day said gives way."""
    ctx.session.execute(delete(Score).where(Score.topic == topic, Score.day == run.day))
    former = {row.person_id: row.amount for row in ctx.session.execute(_latest(topic))}
    now = dict(zip(people.tolist(), amounts.tolist(), strict=True))
    changed = {one: amount for one, amount in now.items() if abs(amount - former.get(one, -_TENTH)) >= _TENTH}
    changed |= {one: 0 for one, amount in former.items() if amount and one not in now}
    rows = [
        {"person_id": one, "topic": topic, "day": run.day, "amount": amount, "run_id": run.id}
        for one, amount in sorted(changed.items())
    ]
    if rows:
        ctx.session.execute(insert(Score), rows)


def of(ctx: PluginContext, person: int, topic: int = 0) -> Sequence[Row[int, int]]:
    """Days and amounts of a person, first to last. Each holds until the next."""
    mine = select(Score.day, Score.amount).where(Score.person_id == person, Score.topic == topic)
    return ctx.session.execute(mine.order_by(Score.day)).all()


def _latest(topic: int) -> Select[int, int]:
    newest = select(Score.person_id, func.max(Score.day).label("day")).where(Score.topic == topic)
    last = newest.group_by(Score.person_id).subquery()
    here = and_(Score.person_id == last.c.person_id, Score.day == last.c.day, Score.topic == topic)
    return select(Score.person_id, Score.amount).join(last, here)
