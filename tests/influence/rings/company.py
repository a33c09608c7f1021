"""Forty people, some of whom endorse one another a hundred times: rings that were looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import select

from renown_influence import run
from renown_influence.models import RingRow
from tests.influence.company import Company, opened, settled
from tests.ready import State

RING = (10, 15, 20, 25, 30)
LARGE = (2, 6, 10, 15, 20, 25, 30, 35)


def likes(ring: Sequence[int]) -> Counter[tuple[int, int]]:
    """Forty people in five teams like some things of six others each; some of them a hundred of each other's."""
    draw = np.random.default_rng(2)
    found: Counter[tuple[int, int]] = Counter()
    for rater in range(40):
        mates = [one for one in range(rater // 8 * 8, rater // 8 * 8 + 8) if one != rater]
        others = [one for one in range(40) if one // 8 != rater // 8]
        for owner in (*draw.choice(mates, 4, replace=False), *draw.choice(others, 2, replace=False)):
            found[rater, int(owner)] += int(draw.integers(1, 4))
    for rater in ring:
        for owner in ring:
            found[rater, owner] += 100 * (rater != owner)
    return +found


def searched(ring: Sequence[int]) -> State:
    """A company whose rings were looked for."""

    def reach(url: str) -> None:
        with TemporaryDirectory() as folder, opened(url, Path(folder)) as company:
            for team in range(5):
                company.team(f"Team {team}", range(team * 8, team * 8 + 8))
            company.likes(likes(ring))
            again(company)

    return State(f"ring{len(ring)}", reach, settled(40))


SEARCHED, SEARCHED_LARGE = searched(RING), searched(LARGE)


def ring_of(company: Company, *numbers: int) -> str:
    """What the group of these is called."""
    wanted = [company.people[n] for n in numbers]
    with company.db.read() as conn:
        rows = conn.execute(select(RingRow.people, RingRow.ring).order_by(RingRow.run_id.desc()))
        return next(ring for people, ring in rows if people == wanted)


def again(company: Company) -> None:
    """Reckon once more."""
    company.settle()
    with company.writing() as ctx:
        run.ask(ctx, "asked")
    company.settle()
