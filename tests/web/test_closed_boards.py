"""A closed month as a page: the amounts it closed with beside those of today."""

from __future__ import annotations

import re

from sqlalchemy import insert, text

from renown import clock
from renown.ledger import buckets, visibility
from renown.ledger.models import Period, Seen, Standing, StandingClose
from renown.ledger.periods import Span
from tests.stand.world import day
from tests.web.conftest import Site

_NUMBERS = re.compile(r'<td class="num">.*?>([\d.]+)</a>.*?<td class="num not-phone muted">([\d.]+)</td>', re.S)
SPAN = Span("month", day("2026-04-01"))


def test_a_closed_board_shows_what_it_closed_with(site: Site) -> None:
    standing = {"moderator": (9_000, 9_000), "member": (7_000, 5_000), "administrator": (4_000, None)}
    with site.renown.db.write() as conn:
        measure = conn.execute(text("SELECT id, generation FROM core_measure WHERE name = 'activity.points'")).one()
        period = conn.execute(
            insert(Period)
            .values(
                generation=measure.generation, measure=measure.id, scope="organisation", kind="month",
                start=SPAN.start, people=3, closed=1, closed_at=clock.now(), closed_entry=0,
            )
            .returning(Period.id)
        ).scalar_one()  # fmt: skip
        for place, (role, (now, then)) in enumerate(standing.items(), start=1):
            who = {"period_id": period, "subject_id": site.people[role]}
            conn.execute(insert(Seen).values(person_id=site.people[role], state=visibility.State.VISIBLE))
            conn.execute(insert(Standing).values(amount=now, visible=True, **who))
            if then is not None:
                conn.execute(insert(StandingClose).values(amount=then, rank=place, **who))
        buckets.rebuild(conn, period)
    page = site.as_("member").get("/boards/activity.points?period=2026-04")
    assert page.status_code == 200
    rows = re.findall(
        r'<td class="num">.*?>([\d.,]+)</a>.*?<td class="num not-phone muted">([\d.,]+)</td>', page.text, re.S
    )
    assert rows == [("9", "9"), ("7", "5"), ("4", "0")]
