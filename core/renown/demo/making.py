"""Half a year of Acme in some seconds: the clock is set forward day by day, and Renown does its work as days pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from renown import clock
from renown.access import customers
from renown.app import Renown
from renown.clock import DAY, SECOND
from renown.db import stored
from renown.demo import acting, directory, doors
from renown.demo.deliveries import Channel, Mail
from renown.demo.feed import Feed
from renown.demo.organisation import MARKETING, SERVICE, Colleague, Customer, Organisation, found, weekday
from renown.demo.slack import ACCEPTS
from renown.demo.story import AFTERWARDS, HELP, HOLIDAYS, Story
from renown.jobs.worker import drain_all
from renown.people import affiliations, calendar, persons

#: Told how many days are done, of how many.
Progress = Callable[[int, int], None]
#: Jobs that have nothing to do with days passing.
_NOT_NOW = frozenset({"runs", "attempts"})


@dataclass(frozen=True)
class Demo:
    """How much was made."""

    people: int
    customers: int
    events: int


def build(
    renown: Renown,
    people: int = 120,
    days: int = 180,
    seed: int = 1,
    progress: Progress = lambda done, total: None,
    today: int | None = None,
) -> Demo:
    """Fill an empty Renown with `days` days that end `today` (a day since 1970; the clock's if None).

    The same numbers give the same events. Raises NoConnector where the Slack or GitHub plugin is off.
    """
    until = clock.now() if today is None else (today + 1) * DAY - SECOND
    start = until // DAY - days + 1
    acme = found(seed, people, start, days)
    # The clock stands at the end of each day while that day's deliveries are taken in.
    time = _Time(start * DAY)
    with clock.set_to(lambda: time.now):
        renown.begin()
        events = _live(renown, acme, seed, start, days, until, time, progress)
        _doors(renown, acme)
    return Demo(len(acme.colleagues), len(acme.customers), events)


@dataclass
class _Time:
    now: int


def _live(
    renown: Renown,
    acme: Organisation,
    seed: int,
    start: int,
    days: int,
    until: int,
    time: _Time,
    progress: Progress,
) -> int:
    mail, feed = Mail(), Feed(renown)
    company = Channel("slack", "slack:acme", "demo-company")
    community = Channel("slack", "slack:acme-community", "demo-community")
    code = Channel("github", "https://github.com/acme", "demo-code")
    with renown.db.write() as conn:
        stored.put(conn, "core", "organisation", "Acme Rockets")
        for day in range(start, start + days):
            date = clock.to_date(day)
            if name := HOLIDAYS.get((date.month, date.day)):
                calendar.set_holiday(conn, day, name)
    feed.connect(company, "Acme on Slack", "employee")
    feed.connect(community, "Acme's customers on Slack", "customer", question_channels=HELP, accept_emoji=ACCEPTS)
    github = feed.connect(code, "Acme on GitHub", "employee")
    story = Story(mail, (company, community, code), acme, seed)

    story.begin(start * DAY)
    events = 0
    for _ in range(2):
        time.now += AFTERWARDS
        events += feed.take(mail.until(time.now))
    directory.take(renown.db, acme.colleagues, start, github.slug)
    _leave(renown, acme)

    acts = acting.Acting(renown, acme, start, start + days - 1, seed)
    acts.meet()
    drains = [drain for drain in renown.drains if drain.name not in _NOT_NOW]
    move = start + days // 2
    for done, day in enumerate(range(start, start + days)):
        if day == move:
            events += feed.take(mail.until(time.now))
            directory.move(renown.db, _movers(acme), day)
        story.day(day, done / days)
        if (noon := day * DAY + DAY // 2) <= until:
            time.now = noon
            acts.day(day)
        time.now = min((day + 1) * DAY - SECOND, until)
        if _settles(day, start + days - 1 - day):
            events += feed.take(mail.until(time.now))
            drain_all(renown.db, drains)
            acts.meet()
        progress(done + 1, days)
    return events


def _settles(day: int, left: int) -> bool:
    """Whether deliveries are taken in on this day, and the worker's work is done: entries, standings, closes, leads.

    What it comes to is the same on any day. Long ago a week goes at once, but for the days when a month closes.
    """
    return left < 10 or weekday(day) == 6 or clock.to_date(day).day == 3


def _leave(renown: Renown, acme: Organisation) -> None:
    with renown.db.write() as conn:
        for one in acme.colleagues:
            person = persons.by_email(conn, one.email)
            assert person is not None
            for away, back in one.leave:
                calendar.set_leave(conn, person, away, back)


def _movers(acme: Organisation) -> list[Colleague]:
    """Two who like to answer leave marketing for customer service, halfway through."""
    team = sorted(acme.team(MARKETING), key=lambda one: (-one.nature.answers, one.number))
    moving = team[: min(2, len(team) - 1)]
    for one in moving:
        one.team = SERVICE
    return moving


def _doors(renown: Renown, acme: Organisation) -> None:
    with renown.db.write() as conn:
        for one, role in ((acme.colleagues[-1], doors.ADMINISTRATOR), (acme.team(SERVICE)[0], doors.MEMBER)):
            person = persons.by_email(conn, one.email)
            assert person is not None
            doors.open_for(conn, person, one.email, role)
        customers.set_policy(conn, "open")
        doors.open_for(conn, _customer(conn, acme.customers[0]), acme.customers[0].email, doors.CUSTOMER)


def _customer(conn: Connection, one: Customer) -> int:
    """Who is known by an account in the customers' workspace; or a new person, where they never said anything."""
    if (found := acting.known(conn, one)) is not None:
        return found
    person = persons.add(conn, one.name, one.email, entered=False)
    affiliations.affiliate(conn, person, "customer")
    return person
