"""The demo goes in by the doors that real networks use, and is the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from renown import app, clock, demo
from renown.access import links
from renown.access.models import Login
from renown.access.viewer import Viewer
from renown.app import Renown
from renown.db.engine import Database
from renown.events.models import Event, Space
from renown.ledger import boards, lead, why
from renown.ledger.models import Measure, Period, StandingClose
from renown.people import persons, teams
from renown.people.models import Merge, Person, Team
from renown.settings import Settings
from renown.sources.models import Quarantine, Reject, Source
from renown_ideation.delivery import roadmap
from renown_ideation.experts import suggesting
from renown_ideation.models import Ballot, Board, Campaign, Idea, Moderation, Plan
from renown_ideation.moderation import duplicates
from renown_influence.models import RingRow
from tests.ready import MIGRATED, Files

#: 2026-06-30, a day on which nothing special is.
TODAY = clock.to_day(clock.to_datetime(1_782_777_600_000_000).date())
POINTS = "activity.points"
SMALL: dict[str, Any] = {"people": 24, "days": 12, "today": TODAY}


@pytest.fixture
def renown(db: Database, tmp_path: Path) -> Iterator[Renown]:
    made = app.build(Settings(data=tmp_path, database_url=db.url, secret_key="k" * 40))
    yield made
    made.close()


def log_of(renown: Renown) -> list[tuple[str, str]]:
    """The acts in the log, in its order; what the core itself notes has no act's key."""
    columns = select(Source.name, Event.key).join(Source, Source.id == Event.source_id)
    with renown.db.read() as conn:
        return [tuple(row) for row in conn.execute(columns.where(Source.name != "renown").order_by(Event.id))]


def test_a_small_organisation_is_whole(renown: Renown) -> None:
    days: list[int] = []
    made = demo.build(renown, **SMALL, progress=lambda done, total: days.append(done))
    assert (made.people, made.customers) == (24, 8)
    assert days == list(range(1, 13))
    acts = log_of(renown)
    own = [key for name, key in acts if name == "renown:ideation"]
    assert len(acts) - len(own) == made.events > 200
    assert {"submitted:1", "commented:1"} <= set(own), "plugins take part"
    networks = {"slack:acme", "slack:acme-community", "https://github.com/acme"}
    assert {name for name, _ in acts} == networks | {"renown:ideation"}
    with renown.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Quarantine)) == 0
        assert conn.scalars(select(Reject.reason).where(Reject.outcome == "rejected")).all() == []
        assert conn.scalar(select(func.count()).select_from(Team)) == 8
        assert sum(teams.sizes(conn, TODAY).values()) == 24
        # Accounts of one person meet: by the address that Slack vouches for, or on the directory's word.
        assert set(conn.scalars(select(Merge.ground))) == {"email", "administrator"}
        root = func.coalesce(Person.root_id, Person.id) == Person.id
        assert conn.scalar(select(func.count()).select_from(Person).where(root, Person.bot.is_(False))) == 24 + 8
        named = conn.execute(select(Source.name, Space.name).join(Source, Source.id == Space.source_id)).all()
        assert {("slack:acme", "general"), ("slack:acme", "customer-service"), ("slack:acme-community", "help")} <= {
            tuple(row) for row in named
        }
        assert None not in [row.name for row in named if row[0] != "renown"]
        waits = conn.scalars(select(Moderation.reason).where(Moderation.decided.is_(None))).all()
        assert len(waits) == 2, "a comment that is held, and one that is reported"
        last = conn.scalar(select(func.max(Event.occurred_at)))
        assert last is not None
        assert last // clock.DAY == TODAY


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_its_links_sign_in_once(renown: Renown) -> None:
    demo.build(renown, **SMALL)
    doors = demo.links_in(renown)
    assert [door.role for door in doors] == ["administrator", "customer", "member"]
    for door in doors:
        with renown.db.write() as conn:
            entered = links.use(conn, door.secret)
            assert persons.get(conn, entered.person_id).name == door.name
        with renown.db.write() as conn, pytest.raises(Exception, match="used already"):
            links.use(conn, door.secret)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_seed_tells_one_story(renown: Renown, tmp_path_factory: pytest.TempPathFactory, ready_sqlite: Files) -> None:
    def beside(number: int, seed: int) -> list[tuple[str, str]]:
        folder = tmp_path_factory.mktemp(f"demo{number}")
        with ready_sqlite.copy(MIGRATED, folder) as url:
            other = app.build(Settings(data=folder, database_url=url, secret_key="k" * 40))
            demo.build(other, **SMALL, seed=seed)
            acts = log_of(other)
            other.close()
            return acts

    demo.build(renown, **SMALL)
    assert beside(1, seed=1) == log_of(renown)
    assert beside(2, seed=2) != log_of(renown)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_without_its_plugins_it_says_so(db: Database, tmp_path: Path) -> None:
    blocked = Settings(data=tmp_path, database_url=db.url, secret_key="k" * 40, blocked_plugins=frozenset({"github"}))
    renown = app.build(blocked)
    with pytest.raises(demo.NoConnector, match="github"):
        demo.build(renown, **SMALL)
    renown.close()


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_customer_service_overtakes_marketing_and_every_number_is_explained(renown: Renown) -> None:
    demo.build(renown, today=TODAY)
    with renown.db.read() as conn:
        chief = Viewer(conn.scalar(select(Login.person_id).where(Login.role == "administrator")), "administrator", None)
        service, marketing = (teams.find(conn, name) for name in ("Customer service", "Marketing"))
        leaders = lead.changes(conn, chief, POINTS, scope=boards.TEAMS)
        passed = [(one.leader.subject_id, one.former.subject_id) for one in leaders if one.leader and one.former]
        assert (service, marketing) in passed
        board = boards.board(conn, chief, POINTS, limit=500, deep=True)
        assert len(board.lines) > 100
        assert board.lines[0].amount > 1_000_000
        for line in board.lines:
            told = why.why(conn, chief, line.subject_id, POINTS, limit=1)
            assert told.amount == line.amount == sum(part.amount for part in told.parts)
        ring = conn.scalars(select(RingRow.people).order_by(RingRow.run_id.desc())).first()
        assert ring is not None, "something for moderators to look into"
        assert len(ring) == 5
        # Five months, each with its line for those who stood then.
        closed = select(func.count(Period.id.distinct())).join(StandingClose, StandingClose.period_id == Period.id)
        of_points = select(Measure.id).where(Measure.name == POINTS).scalar_subquery()
        months = closed.where(Period.kind == "month", Period.scope == boards.ORGANISATION)
        assert conn.scalar(months.where(Period.measure == of_points)) == 5
    with renown.contexts.of("ideation").reading() as ctx:
        assert all(roadmap.of(ctx, chief).values()), "something now, next and later"
        assert ctx.session.scalar(select(Plan.idea_id).where(Plan.outcome != "").limit(1)) is not None
        states = dict(ctx.session.execute(select(Campaign.slug, Campaign.state)).all())
        assert states == {"next-year": "reported", "better-days": "counted", "what-next": "voting"}
        assert ctx.session.scalars(select(Ballot.campaign_id).distinct()).all() == [1, 2, 3]
        assert [one.idea.title for one in duplicates.likely(ctx, chief).pairs] == [
            "Carbon figures for each of our flights"
        ]
        now = TODAY * clock.DAY + clock.DAY // 2
        due = ctx.session.scalars(select(Idea.due_at).where(Idea.due_at.is_not(None), Idea.standing == "shown")).all()
        assert 1 <= sum(one < now for one in due if one) <= len(due) / 3, "some answers are late, most are not"
        asked = ctx.session.scalars(select(Idea).where(Idea.title == "Carbon figures for each flight")).one()
        assert suggesting.suggest(ctx, chief, ctx.session.get_one(Board, asked.board_id), asked).people
