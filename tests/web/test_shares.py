"""The teams' shares per month: whoever has the most now is in the picture, whatever the first month looked like."""

from __future__ import annotations

from renown.ledger.periods import on
from renown.ledger.teams import Share
from renown.web.pages.boards import _by_team


def test_the_team_that_came_up_is_drawn_first() -> None:
    teams = ("marketing", "platform", "product", "research", "sales", "service")
    begun = {"marketing": 500, "platform": 200, "product": 150, "research": 80, "sales": 70}
    now = {"service": 570, "marketing": 70, "platform": 100, "product": 100, "research": 90, "sales": 70}
    months = [
        (on("month", 20_600 + 31 * step), tuple(Share(i, t, t.title(), 0, m[t]) for i, t in enumerate(teams) if t in m))
        for step, m in enumerate((begun, now))
    ]
    rows = _by_team(months)
    assert rows[0] == ("service", "Service", (0.0, 57.0))
    assert [slug for slug, _, _ in rows][-2:] == ["marketing", "sales"]
