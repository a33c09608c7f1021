"""One story, told in any order, in batches of any size, with repetitions: the same is known in the end."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from renown.db.engine import Database
from renown.events import log
from renown.events.types import CloudEvent
from renown.sources.connector import SourceInfo
from tests.events.kit import connect

Batches = list[list[CloudEvent]]

_numbers = itertools.count()


@st.composite
def tellings(draw: st.DrawFn, story: Sequence[CloudEvent]) -> Batches:
    """All of it, some of it twice."""
    acts = iter([*draw(st.permutations(story)), *draw(st.lists(st.sampled_from(story), max_size=4))])
    sizes = itertools.cycle(draw(st.lists(st.integers(1, 7), min_size=1, max_size=8)))
    return list(iter(lambda: list(itertools.islice(acts, next(sizes))), []))


def tell(db: Database, batches: Iterable[Sequence[CloudEvent]]) -> SourceInfo:
    """By a source that nothing came from before."""
    source = connect(db, f"slack:{next(_numbers)}")
    for batch in batches:
        with db.write() as conn:
            log.append(conn, [(source, batch)])
    return source
