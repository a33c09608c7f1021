"""What scores were: a row where one changed by a tenth or more, so that most nights write little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.orm import aliased

from renown.api import PluginContext
from renown_influence import fading
from renown_influence.erasing import Effect
from renown_influence.fading import Causes
from renown_influence.models import Run, Score
from renown_influence.moves import TENTH, Levels

Longs = NDArray[np.int64]
#: Days after which a week has one row of somebody's, its last.
WHOLE = 91


@dataclass(frozen=True)
class Falls:
    """What a run knows of why scores fell: `causes` of these people, and what an `erasure` did to everybody."""

    causes: Causes
    erasure: Effect

    def among(self, chosen: NDArray[np.bool_]) -> Falls:
        return replace(self, causes=self.causes[chosen])

    def of(self, people: Longs, by: Longs) -> Causes:
        """`by` how many thousandths each fell; 0 or less where they did not."""
        found = np.where(by > 0, self.causes, fading.UNKNOWN)
        found[self.erasure.did(people, by)] = fading.ERASED
        return found


def keep(ctx: PluginContext, run: Run, topic: int, former: Levels, now: Levels, falls: Falls | None = None) -> None:
    """`former` was published until now. Those that are no longer there are kept as 0, once. What an earlier run of the
    day said gives way.

    `falls` are those since `former`; who fell earlier on the day, and not since, keeps what did that.
    """
    before, after = _laid(former, now[0], -TENTH), now[1]
    changed = np.abs(after - before) >= TENTH
    known = np.full(len(after), fading.UNKNOWN) if falls is None else falls.of(now[0], before - after)
    _write(ctx, _KEEP, run, topic, (now[0][changed], after[changed]), known[changed])
    gone = ~np.isin(former[0], now[0]) & (former[1] != 0)
    nothing = np.zeros(np.count_nonzero(gone), np.int64)
    _write(ctx, _GONE, run, topic, (former[0][gone], nothing), nothing + fading.UNKNOWN)


def thin(ctx: PluginContext, today: int) -> None:
    """Of weeks that are long over only the last row of each person and topic stays."""
    end = _week(today - WHOLE)
    done = ctx.session.scalars(select(func.max(Run.day)).where(Run.state == "published", Run.day < today)).one()
    begin = 0 if done is None else _week(done - WHOLE)
    if begin >= end:
        return
    later = aliased(Score)
    same = (later.person_id == Score.person_id, later.topic == Score.topic)
    # Days are counted from a Thursday.
    within = (later.day > Score.day, (later.day + 3) // 7 == (Score.day + 3) // 7)
    old = delete(Score).where(Score.day >= begin, Score.day < end, select(later.day).where(*same, *within).exists())
    ctx.session.execute(old.execution_options(synchronize_session=False))


def of(ctx: PluginContext, person: int, topic: int = 0) -> Sequence[Row[int, int, int, int | None]]:
    """Days and amounts of a person, first to last, with the run that found each, and what did most of a fall.

    Each holds until the next.
    """
    mine = select(Score.day, Score.amount, Score.run_id, Score.cause).order_by(Score.day)
    return ctx.session.execute(mine.where(Score.person_id == person, Score.topic == topic)).all()


def _laid(levels: Levels, people: Longs, none: int) -> Longs:
    """The scores of these people; `none` where there is none. All people ascend."""
    found = np.full(len(people), none, np.int64)
    _, here, there = np.intersect1d(people, levels[0], assume_unique=True, return_indices=True)
    found[here] = levels[1][there]
    return found


# All of a topic as one text: a statement for each row takes ten times as long.
def _write(ctx: PluginContext, statement: str, run: Run, topic: int, levels: Levels, causes: NDArray[Any]) -> None:
    for cause in np.unique(causes).tolist():
        people, amounts = (column[causes == cause].tolist() for column in levels)
        rows = msgspec.json.encode(dict(zip(people, amounts, strict=True))).decode()
        known = None if cause == fading.UNKNOWN else cause
        values = {"rows": rows, "topic": topic, "day": run.day, "run": run.id, "cause": known}
        ctx.session.execute(text(statement), values)


def _week(day: int) -> int:
    """Its Monday."""
    return (day + 3) // 7 * 7 - 3


_INTO = "INSERT INTO influence_score (person_id, topic, day, amount, run_id, cause)"
_OR = """
    ON CONFLICT (person_id, topic, day) DO UPDATE SET
        amount = excluded.amount, run_id = excluded.run_id, cause = coalesce(excluded.cause, influence_score.cause)
"""
_NEW = ":topic, :day, CAST(CAST(r.value AS TEXT) AS BIGINT), :run, CAST(:cause AS SMALLINT) FROM json_each(:rows) r"
_KEEP = f"{_INTO} SELECT CAST(r.key AS INTEGER), {_NEW} WHERE true {_OR}"
# Who was erased has no history, and gets none by going.
_GONE = f"""
    {_INTO} SELECT CAST(r.key AS INTEGER), {_NEW}
    WHERE EXISTS (SELECT 1 FROM influence_score s WHERE s.person_id = CAST(r.key AS INTEGER) AND s.topic = :topic) {_OR}
"""
