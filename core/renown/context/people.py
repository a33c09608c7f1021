"""People and teams as plugins read them. A person is always the one that others were merged into."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from werkzeug.utils import cached_property

from renown import clock
from renown.access import doors
from renown.context.events import own_account, own_accounts
from renown.db.sets import among, listed
from renown.db.spelled import spelled_among
from renown.events.types import Actor
from renown.ledger import directory, heads, standings
from renown.ledger.directory import Shown
from renown.people import calendar, packed, persons, quiet, teams
from renown.people.calendar import Calendar
from renown.people.merge import Refused, members, root
from renown.people.models import Identity, Team
from renown.people.packed import Accounts
from renown.people.persons import Profile
from renown.people.teams import Membership
from renown.sources.models import Source

if TYPE_CHECKING:
    from renown.access.viewer import Role, Viewer
    from renown.context.base import PluginContext


class PeopleService:
    """`ctx.people`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def get(self, person: int) -> Profile | None:
        try:
            return persons.get(self._ctx._connection, person)
        except Refused:
            return None

    def find(self, text: str) -> Profile | None:
        """By handle or e-mail."""
        return persons.find(self._ctx._connection, text)

    def by_account(self, source: str, account: str) -> Profile | None:
        """By a source's name and the account's id in it."""
        conn = self._ctx._connection
        owner = conn.scalar(
            select(Identity.person_id)
            .join(Source, Source.id == Identity.source_id)
            .where(Source.name == source, Identity.key == account)
        )
        return None if owner is None else persons.get(conn, owner)

    def names(self, people: Collection[int]) -> Mapping[int, str]:
        """Of many at once, by the ids that were asked for."""
        conn = self._ctx._connection
        return dict(_NAMES.rows(conn, {"given": listed(conn, people)}))

    def shown(self, viewer: Viewer, people: Collection[int]) -> Mapping[int, Shown]:
        """Of these root people, those whom the viewer may see by name, and oneself. By id."""
        conn = self._ctx._connection
        return directory.shown(conn, viewer, people, standings.today(conn))

    def search(self, viewer: Viewer, text: str, limit: int = 20) -> Sequence[Shown]:
        """Those whom the viewer may see and whose name or handle has this in it, by name."""
        conn = self._ctx._connection
        return directory.people(conn, viewer, standings.today(conn), search=text.strip(), limit=limit)

    def employees(self, people: Collection[int] | None = None) -> array[int]:
        """Who works here today, by id: of everybody, or of these root people. Whoever asks, so not to show."""
        conn = self._ctx._connection
        return directory.employees(conn, standings.today(conn), people)

    def accounts_of(self, person: int) -> Sequence[int]:
        """The numbers of a person's accounts, and of whoever was merged into them."""
        conn = self._ctx._connection
        group = members(conn, root(conn, person))
        return conn.scalars(select(Identity.id).where(among(conn, Identity.person_id, group))).all()

    def accounts(self) -> Accounts:
        """All accounts and all people at once, as arrays of numbers, for who reckons with everybody."""
        conn = self._ctx._connection
        return packed.accounts(conn, clock.day_of(clock.now(), calendar.organisation_zone(conn)))

    def who_sign_in(self) -> tuple[array[int], array[int]]:
        """Whoever may sign in, by id, merges followed; and since when they are known here, in microseconds."""
        return doors.everybody(self._ctx._connection)

    def quiet(self, people: Collection[int]) -> Mapping[int, int | None]:
        """Of these root people, who said "Not now" and is to be suggested to nobody today.

        By id: the day on which that ends, None where they end it themselves.
        """
        conn = self._ctx._connection
        return quiet.among_people(conn, people, standings.today(conn))

    def set_quiet(self, person: int, until: int | None) -> None:
        """Suggest somebody to nobody until that day, or (None) until they say otherwise: as they chose themselves."""
        quiet.choose(self._ctx._connection, person, until)

    def end_quiet(self, person: int) -> None:
        quiet.end(self._ctx._connection, person)

    def actors(self, people: Collection[int]) -> Mapping[int, Actor]:
        """As `actor`, of many at once, by the ids that were asked for."""
        conn = self._ctx._connection
        return {one: Actor(id=key) for one, key in own_accounts(conn, self._ctx.plugin, people).items()}

    def with_role(self, least: Role) -> Sequence[int]:
        """Root people who sign in with this role or more, by id. Whoever asks, so not to show."""
        return doors.with_role(self._ctx._connection, least)

    def actor(self, person: int) -> Actor:
        """How a person is written in this plugin's events, as actor or owner; its `id` is what a mention names."""
        conn = self._ctx._connection
        return Actor(id=own_account(conn, self._ctx.plugin, root(conn, person)))


_NAMES = spelled_among("SELECT id, name FROM core_person WHERE id {among}", "BIGINT")


class TeamsService:
    """`ctx.teams`. Days are counted since 1970-01-01."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def all(self) -> Mapping[int, str]:
        """Names by id, without those archived."""
        rows = self._ctx._connection.execute(select(Team.id, Team.name).where(~Team.archived).order_by(Team.name))
        return {row.id: row.name for row in rows}

    def slugs(self) -> Mapping[int, str]:
        """What stands for a team in addresses, by id."""
        rows = self._ctx._connection.execute(select(Team.id, Team.slug).where(~Team.archived))
        return {row.id: row.slug for row in rows}

    def everybody(self, day: int) -> tuple[array[int], array[int]]:
        """Root people, by id, and the team of each on a day: neither leavers nor bots."""
        return heads.teams_of(self._ctx._connection, day)

    def hidden(self, day: int) -> Mapping[int, int]:
        """How many people of each team are not shown to colleagues on a day, by team: where they are few, what is told
        of the team might tell of them."""
        return heads.hidden(self._ctx._connection, day)

    def on(self, team: int, day: int) -> Sequence[Membership]:
        """Who is in a team on a day."""
        return teams.on(self._ctx._connection, team, day)

    def of(self, person: int) -> Sequence[Membership]:
        """Where a person was, first to last."""
        return teams.of(self._ctx._connection, person)


class CalendarService:
    """`ctx.calendar`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def load(self, people: Collection[int] | None = ()) -> Calendar:
        """The organisation's working days, with the leave of these people (None: all): loaded once, asked in memory."""
        return calendar.load(self._ctx._connection, people)

    def zone(self, person: int | None = None) -> ZoneInfo:
        """A person's time zone, or the organisation's, which is read once in a transaction: a page says many days."""
        return self._organisation if person is None else calendar.zone_of(self._ctx._connection, person)

    @cached_property
    def _organisation(self) -> ZoneInfo:
        return calendar.organisation_zone(self._ctx._connection)
