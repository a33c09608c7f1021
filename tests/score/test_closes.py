"""A close keeps what the events before it led to, whatever the size of the batches and whatever comes later."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from renown import clock
from renown.clock import DAY
from renown.db.engine import Database
from renown.events import log
from renown.ledger import closes, periods, standings
from renown.ledger.models import Period, StandingClose
from tests.events.kit import START, message
from tests.score.kit import Site


@pytest.mark.parametrize("batch", [1, 1000])
def test_a_close_keeps_what_came_before_it(db: Database, batch: int) -> None:
    site = Site(db)
    first = clock.from_datetime(START)
    with clock.set_to(lambda: first):
        site.take(message("m1", "U1"))
        site.count()
        standings.catch_up(db)
    with clock.set_to(lambda: first + 400 * DAY):
        assert closes.close_due(db, log.append_core) == 4
        site.take(message("m2", "U2"))
        site.count(batch)
    month = periods.on("month", first // DAY)
    with db.read() as conn:
        kept = conn.execute(
            select(StandingClose.amount, Period.closed)
            .join(Period, Period.id == StandingClose.period_id)
            .where(Period.kind == "month", Period.start == month.start, Period.scope == "organisation")
        ).all()
    assert site.totals() == {"U1": 5_050, "U2": 5_050}
    (line,) = kept
    assert line.amount == 5_050
    assert line.closed is not None
