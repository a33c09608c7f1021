"""A board of what came from one source, on both databases."""

from __future__ import annotations

from typing import Any

from renown.events import log
from tests.events.kit import connect, message
from tests.web.conftest import Site
from tests.web.test_admin_rules import _work

BOARD = "/api/v1/boards/activity.points?period=all"


def test_a_source_has_a_board_of_its_own_once_it_counts(site: Site) -> None:
    first, second = (connect(site.db, name, affiliation="employee") for name in ("slack:T1", "slack:T2"))
    told = {source.slug: message(f"m{source.id}", f"u{source.id}", words=20) for source in (first, second)}
    member = site.as_("member")
    with site.db.write() as conn:
        log.append(conn, [(first, [told[first.slug]])])
    _work(site)
    assert member.get(f"{BOARD}&source={second.slug}").status_code == 404, "nothing came from it yet"
    with site.db.write() as conn:
        log.append(conn, [(second, [told[second.slug]])])
    _work(site)
    whole = _people(member, BOARD)
    parts = [_people(member, f"{BOARD}&source={source.slug}") for source in (first, second)]
    assert [len(one) for one in (whole, *parts)] == [2, 1, 1]
    assert parts[0] | parts[1] == whole
    page = member.get("/boards/activity.points?period=all").get_data(as_text=True)
    assert f'<option value="{second.slug}">' in page


def _people(client: Any, path: str) -> dict[str, float]:
    return {row["person"]: row["amount"] for row in client.get(path).get_json()["rows"]}
