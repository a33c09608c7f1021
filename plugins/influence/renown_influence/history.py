"""What scores were: a row where one changed by a tenth or more, so that most nights write little."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, and_, delete, func, insert, select

from renown.api import PluginContext
from renown_influence.fading import Causes
from renown_influence.models import Run, Score

#: Thousandths that make a difference.
_TENTH = 100


def keep(
    ctx: PluginContext,
    run: Run,
    topic: int,
    people: NDArray[np.int64],
    amounts: NDArray[np.int64],
    causes: Causes | None = None,
) -> None:
    """Those that are no longer there are kept as 0, once. What an earlier run of the day said gives way.

    `causes` are of the falls since the run before; who fell not since then, but earlier on the day, keeps that one.
    """
    today = (Score.topic == topic, Score.day == run.day)
    rows = ctx.session.execute(select(Score.person_id, Score.faded).where(*today))
    earlier = {row.person_id: row.faded for row in rows}
    ctx.session.execute(delete(Score).where(*today))
    former = {row.person_id: row.amount for row in ctx.session.execute(_latest(topic))}
    now = dict(zip(people.tolist(), amounts.tolist(), strict=True))
    changed = {one: amount for one, amount in now.items() if abs(amount - former.get(one, -_TENTH)) >= _TENTH}
    changed |= {one: 0 for one, amount in former.items() if amount and one not in now}
    known = {} if causes is None else {one: bool(why) for one, why in _known(people, causes)}
    written = [
        {
            "person_id": one,
            "topic": topic,
            "day": run.day,
            "amount": amount,
            "run_id": run.id,
            "faded": known.get(one, earlier.get(one)) if amount < former.get(one, 0) else None,
        }
        for one, amount in sorted(changed.items())
    ]
    if written:
        ctx.session.execute(insert(Score), written)


def _known(people: NDArray[np.int64], causes: Causes) -> list[tuple[int, int]]:
    there = causes >= 0
    return list(zip(people[there].tolist(), causes[there].tolist(), strict=True))


def of(ctx: PluginContext, person: int, topic: int = 0) -> Sequence[Row[int, int, int, bool | None]]:
    """Days and amounts of a person, first to last, with the run that found each, and whether acts had faded.

    Each holds until the next.
    """
    mine = select(Score.day, Score.amount, Score.run_id, Score.faded).order_by(Score.day)
    return ctx.session.execute(mine.where(Score.person_id == person, Score.topic == topic)).all()


def _latest(topic: int) -> Select[int, int]:
    newest = select(Score.person_id, func.max(Score.day).label("day")).where(Score.topic == topic)
    last = newest.group_by(Score.person_id).subquery()
    here = and_(Score.person_id == last.c.person_id, Score.day == last.c.day, Score.topic == topic)
    return select(Score.person_id, Score.amount).join(last, here)
