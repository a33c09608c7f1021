"""A back-up taken while a server and a worker write, restored onto a fresh cluster and gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import Row, select

from renown import audit
from renown.db.engine import Database
from renown.events.models import Event
from renown.health import Site, examine, flow
from renown.sources import post
from tests.holds import kill, ledger
from tests.holds.feed import story
from tests.holds.kit import replayed, whole
from tests.holds.restoring import back_up, restored

#: Events sent in all, and how many of them were answered at least before the back-up was begun.
SENT, BEFORE = 800, 300


def _log(db: Database) -> Sequence[Row[tuple[object, ...]]]:
    with db.read() as conn:
        return conn.execute(select(Event.__table__).order_by(Event.id)).all()


@pytest.mark.timeout(120)
def test_a_back_up_goes_on_where_it_was_taken(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    at = None if dialect == "sqlite" else request.getfixturevalue("postgres")
    file = tmp_path / ("copy.sqlite3" if at is None else "copy.dump")
    with kill.site(at, 7) as site:
        sending = list(islice(story(), SENT))
        for first in range(0, SENT, 20):
            site.feed.give(sending[first : first + 20])
        site.feed.heard(BEFORE)
        back_up(site.environ, file)
        site.feed.finish()
        lived = _log(site.db)
        with restored(file, site.folder / "data", tmp_path / "fresh") as fresh:
            kept = _log(fresh.db)
            assert len(kept) >= BEFORE
            assert kept == lived[: len(kept)], "it has a beginning of the log, as that was"
            whole(fresh)
            found = examine(Site(fresh.db, fresh.settings, fresh.plugins), flow.CHECKS)
            # Two of its plugins never had tables here.
            bad = [one for one in found if one.state == "bad" and one.check != "plugins"]
            assert bad == [], "its own key opens what it kept"
            # Who sends, sends again what was not kept, and goes on; the networks do so by themselves.
            more = list(islice(story(), SENT + 200))
            there = {row.key for row in kept} & {one.id for one in more}
            counts = post.take(fresh.reception, more)
            assert (counts.accepted, counts.duplicates) == (len(more) - len(there), len(there))
            assert _log(fresh.db)[: len(kept)] == kept
            whole(fresh)
            ledger.checked(fresh.db, [one.id for one in more], {one.id for one in more})
            replayed(fresh)
            with fresh.db.read() as conn:
                assert audit.verify(conn).whole
