"""Somebody first seen by their account alone: their page moves to their name, and the old address leads there."""

from __future__ import annotations

from renown.db.engine import Database
from renown.events.types import Actor
from renown.people import claims, recognise
from renown.sources.connector import SourceInfo
from tests.events.kit import connect
from tests.web.conftest import Site


def seen(db: Database, source: SourceInfo, *actors: Actor) -> None:
    with db.write() as conn:
        claims.settle(conn, recognise.identities(conn, source, {one.id: one for one in actors}, 7))


def test_the_address_by_account_leads_to_the_one_by_name(site: Site) -> None:
    slack, member = connect(site.db, "slack:T1", affiliation="employee"), site.as_("member")
    seen(site.db, slack, Actor(id="U7"), Actor(id="U9"))
    assert member.get("/people/u7").status_code == 200
    seen(site.db, slack, Actor(id="U7", username="ana"))
    moved = member.get("/people/U7")
    assert (moved.status_code, moved.headers["Location"]) == (302, "/people/ana")
    assert member.get("/people/ana").status_code == 200
    assert member.get("/people/nobody").status_code == 404
    seen(site.db, connect(site.db, "slack:T2", affiliation="employee"), Actor(id="U7", name="Ben"))
    assert member.get("/people/u7").status_code == 404, "two people's by now"
