"""Random histories of an organisation, lived through by the whole installation and noted for `tests.model`."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select, text

from renown import app, clock
from renown.context.switching import set_enabled
from renown.events import log
from renown.events.types import Activity, Actor, CloudEvent, Data, ObjectRef, Quality, Ref, Tag, collab
from renown.ledger import adjustments, buckets, closes, generations, judging, recount, replay, rules, standings
from renown.ledger.models import Generation
from renown.people import affiliations, erase, merge, persons, teams
from renown.people.merge import Refused
from renown.people.models import Merge
from renown.people.pseudonym import PREFIX
from renown.settings import Settings
from renown.sources import intake, registry
from renown.sources.connector import SourceInfo
from renown_activity.defaults import DAILY_LIMIT_BODY
from renown_activity.plugin import plugin as activity
from renown_activity.score import score as score_activity
from tests.model.history import Did, History, Told
from tests.model.ledger import Counted
from tests.score import kit

#: Boards outgrow the counting of places with a few people, too.
buckets.FEW = 2

SOURCES = {"slack:T1": "employee", "forum:F1": "customer"}
#: A Saturday whose ISO year, quarter and month are about to end.
START = clock.to_day(date(2024, 12, 28))
NO_TIME = Quality(time="lower-bound")


class Life:
    """One installation and what happens in it; `rng` decides all."""

    def __init__(self, url: str, folder: Path, rng: random.Random) -> None:
        self.rng = rng
        #: Clocks go ahead: all is dated tomorrow, or nearly.
        self.ahead = False
        self.now = START * clock.DAY + rng.randrange(clock.DAY)
        self.renown = app.build(Settings(data=folder, database_url=url, secret_key="k" * 40))
        self.db = self.renown.db
        self.history = History(dict(SOURCES))
        self.sent: dict[tuple[str, str], CloudEvent] = {}
        self.made: list[CloudEvent] = []
        self.published: dict[int, dict[str, Any]] = {}
        self.numbers = 0
        self.people: list[int] = []
        self.teams: list[int] = []
        self.sources: dict[str, SourceInfo] = {}
        self.head = 0
        #: Accounts whose person was erased, by source and key.
        self.erased: set[tuple[str, str]] = set()
        self._accounts: dict[tuple[str, str], Any] = {}

    def begin(self, early: bool | None = None) -> None:
        """`early`: with the second plugin on from the start."""
        self.renown.begin()
        with self.db.write() as conn:
            for name, given in SOURCES.items():
                row = registry.add(conn, self.renown.keyring, "slack", name)
                registry.change(conn, row.id, affiliation=given)
                found = registry.by_id(conn, row.id)
                assert found is not None
                self.sources[name] = registry.info(found)
            self.teams = [teams.add(conn, name) for name in ("Red", "Blue")]
        self.note()
        if self.rng.random() < 0.5 if early is None else early:
            self.enable()

    def enable(self, on: bool = True) -> None:
        set_enabled(self.db, self.renown.plugins, kit.PLUGIN, on, actor_id=None, via="system")

    @property
    def points_on(self) -> bool:
        return kit.PLUGIN in self.renown.plugins.enabled

    # What people do

    def event(self) -> CloudEvent:
        rng = self.rng
        source = rng.choice(("slack:T1", "slack:T1", "forum:F1"))
        actor = rng.choice(("U1", "U2", "U3", "U4", "B1") if rng.random() < 0.9 else ("U5",))
        thing = f"m{rng.randint(1, 4)}"
        self.numbers += 1
        key, what = f"e{self.numbers}", rng.choices(KINDS, WEIGHTS)[0]
        at = self.now - rng.choice((0, rng.randrange(3 * clock.DAY), rng.randrange(400 * clock.DAY)))
        if self.ahead:
            at = (self.now // clock.DAY + 1) * clock.DAY
        at += rng.choice((0, 0, 0, rng.randrange(20 * 3600 * clock.SECOND)))
        at = min(at, self.now + 23 * 3600 * clock.SECOND)
        if rng.random() < 0.3:
            at = at // clock.DAY * clock.DAY  # just after midnight, and the same instant as others
        verb, kind = "react", "Like"
        more: dict[str, Any] = {}
        obj: dict[str, Any] = {"id": thing}
        if rng.random() < 0.3:
            named = rng.sample(("U1", "U2", "U3", "U4", "U6", "B1"), rng.randint(1, 2))
            obj["tag"] = [Tag(type="Mention", href=one) for one in named]
        if rng.random() < 0.3:
            named = rng.sample(("tea", "#Milk", "Ana", "U3"), rng.randint(0, 2))
            obj["tag"] = [*obj.get("tag", ()), *(Tag(type="Hashtag", name=one) for one in named)]
        if what == "make":
            key = f"{thing}:made"
            verb, kind = rng.choice(("create", "reply", "ask", "answer")), "Create"
            parent = rng.choice((None, *(f"m{n}" for n in range(1, 5))))
            obj |= {"kind": rng.choice(("message", "question", "answer")), "words": rng.randint(1, 30)}
            obj["inReplyTo"] = Ref(id=parent) if parent else None
        elif what == "toggle":
            more["statekey"] = f"{thing}:{actor}"
            kind = rng.choice(("Like", "Like", "Undo"))
            if rng.random() < 0.3:
                more["quality"] = NO_TIME
        elif what == "undo":
            kind, more["retracts"] = "Undo", self._some_key(source)
        elif what == "delete":
            verb, kind = "delete", "Delete"
        elif what == "accept":
            verb, kind = "accept", "Accept"
            obj["inReplyTo"] = rng.choice((None, Ref(id=f"m{rng.randint(1, 4)}")))
        elif what == "edit":
            verb, kind = "edit", "Update"
            obj |= {"words": rng.choice((None, 7)), "attributedTo": self._owner()}
        else:
            obj["attributedTo"] = self._owner()
            more["content"] = rng.choice((None, None, "rare"))
            if rng.random() < 0.1:
                more["retracts"] = self._some_key(source)
        data = Data(
            type=cast(Activity, kind), actor=_actor(actor), object=ObjectRef(**obj),
            target=Ref(id="C1") if rng.random() < 0.5 else None, **more,
        )  # fmt: skip
        return CloudEvent(
            specversion="1.0", id=key, source=source, type=collab(verb), time=clock.to_datetime(at), data=data
        )

    def _owner(self) -> Actor | None:
        return _actor(self.rng.choice(("U1", "U2", "U3", "B1"))) if self.rng.random() < 0.4 else None

    def _some_key(self, source: str) -> str:
        known = [one.id for one in self.made if one.source == source]
        others = [f"e{self.numbers - back}" for back in range(-5, 9) if back]
        return self.rng.choice([*known, self.rng.choice(others)])

    def take(self, size: int) -> None:
        for _ in range(size):
            self.make()
        self.send()

    def make(self) -> None:
        one = self.event()
        if (one.source, one.id) not in self.sent:
            self.sent[one.source, one.id] = one
            self.made.append(one)

    def send(self) -> None:
        """Some of what was made, in any order: later than others, or again."""
        rng = self.rng
        batch = [one for one in self.made if rng.random() < 0.6]
        self.made = [one for one in self.made if one not in batch]
        again = rng.sample(sorted(self.sent), min(2, len(self.sent)))
        batch += [self.sent[key] for key in again if rng.random() < 0.5 and self.sent[key] not in self.made]
        rng.shuffle(batch)
        self.deliver(batch)

    def deliver(self, batch: list[CloudEvent]) -> None:
        for name in sorted({one.source for one in batch}):
            mine = [one for one in batch if one.source == name]
            if self.rng.random() < 0.5:
                counts = intake.take(self.renown.reception, self.sources[name], mine)
                assert counts.accepted + counts.duplicates + counts.skipped == len(mine), counts
                gone = sum((name, one.data.actor.id) in self.erased for one in mine)
                assert counts.skipped == gone, counts
            else:
                with self.db.write() as conn:
                    log.append(conn, [(self.sources[name], mine)])
            self.note()

    # What administrators do

    def administer(self) -> None:
        rng = self.rng
        act: Callable[[], None] = rng.choice(
            (self.merge, self.merge, self.split, self.split, self.place, self.place, self.affiliate, self.publish,
             self.adjust, self.set_aside, self.leave)
        )  # fmt: skip
        if self.people:
            act()
            self.note()

    def _days(self) -> tuple[int | None, int | None]:
        today = self.now // clock.DAY
        first = self.rng.choice((None, today - self.rng.randint(-2, 60)))
        last = self.rng.choice((None, today + self.rng.randint(-50, 9)))
        return (first, last) if first is None or last is None or first < last else (first, None)

    def merge(self) -> None:
        with self.db.write() as conn:
            two = {merge.root(conn, one) for one in self.rng.sample(self.people, min(2, len(self.people)))}
            if len(two) == 2:
                kept, gone = two
                with suppress(Refused), conn.begin_nested():  # one of them was erased
                    merge.merge(conn, kept, gone, "administrator", None)

    def split(self) -> None:
        with self.db.write() as conn:
            found = conn.scalars(select(Merge.id).where(Merge.undone.is_(None)).order_by(Merge.id)).all()
            if found:
                merge.split(conn, self.rng.choice(found), None)

    def place(self) -> None:
        with self.db.write() as conn:
            teams.place(conn, self.rng.choice(self.people), self.rng.choice((*self.teams, None)), *self._days())

    def affiliate(self) -> None:
        with self.db.write() as conn:
            kind = self.rng.choice(("employee", "customer", "partner"))
            affiliations.affiliate(conn, self.rng.choice(self.people), kind, *self._days())

    def leave(self) -> None:
        with self.db.write() as conn:
            person = self.rng.choice(self.people)
            with suppress(Refused), conn.begin_nested():
                self.rng.choice((persons.suspends, persons.returns))(conn, person)

    def erase(self) -> None:
        person = self.rng.choice(self.people)
        with self.db.write() as conn, suppress(Refused), conn.begin_nested():
            erase.erase(conn, person, None)
        group = self.history.group(person, self.head)
        self.erased |= {key for key, row in self._accounts.items() if row.person_id in group}

    def publish(self, past: bool = False) -> None:
        """`past`: for every day or from one that is over, which only a recount sees."""
        plugin, name, body = self.rng.choice(
            (
                (kit.PLUGIN, "liked", {"points": self.rng.randint(1, 9) * 1000}),
                (kit.PLUGIN, "create", {"points": self.rng.randint(1, 9) * 1000}),
                (kit.PLUGIN, "own-thanks", {"points": self.rng.randint(1, 9) * 1000}),
                ("activity", "daily-limit", {**DAILY_LIMIT_BODY, "most": self.rng.randint(1, 15)}),
            )
        )
        if plugin == kit.PLUGIN and not self.points_on:
            return
        today = self.now // clock.DAY
        day = (
            self.rng.choice((None, today - self.rng.randint(0, 90)))
            if past
            else today + self.rng.choice((1, 1, 1, 2, 3))
        )
        title = "Thanks" if name.startswith("own-") else None
        with self.db.write() as conn:
            at = rules.publish(conn, plugin, name, body, effective=day, recount=past, title=title)
        self.published[at] = {"effective": day, "tomorrow": today + 1, "body": body}

    def recount(self) -> None:
        """Count a plugin's past with what is known now; to be switched to when it has caught up."""
        plugin = self.rng.choice((kit.PLUGIN, "activity")) if self.points_on else "activity"
        with self.db.write() as conn:
            recount.begin(conn, plugin, "again")

    def replay(self) -> None:
        """Replace what is live by the same once more."""
        plugin = self.rng.choice((kit.PLUGIN, "activity")) if self.points_on else "activity"
        self.settle()
        self.judge()
        before = self.leads(plugin)
        found = replay.replay(self.db, self.renown.follower.scorer(plugin), dry_run=False)
        assert found.same, found.differences
        after = self.leads(plugin)
        there = {one[:4] for one in self._boards(plugin)}
        lost = {one for one in before - after if one[:4] in there}
        assert (lost, after - before) == (set(), set()), "the lead is not told as before"

    def judge(self) -> None:
        """As a worker does now and then, whoever is counting."""
        judging.catch_up(self.db, self.now // clock.DAY)

    def leads(self, plugin: str) -> set[tuple[Any, ...]]:
        """All that is told of who led the plugin's boards, with what was taken back."""
        with self.db.read() as conn:
            return {tuple(row) for row in conn.execute(text(_LEADS), {"plugin": plugin})}

    def _boards(self, plugin: str) -> set[tuple[Any, ...]]:
        with self.db.read() as conn:
            return {tuple(row) for row in conn.execute(text(_LIVE_BOARDS), {"plugin": plugin})}

    def adjust(self) -> None:
        measure = self.rng.choice((kit.MEASURE, "activity.points")) if self.points_on else "activity.points"
        with self.db.write() as conn:
            amount = self.rng.choice((-2500, 1000, 7000))
            adjustments.adjust(conn, self.rng.choice(self.people), measure, amount, "because", by=None)

    def set_aside(self) -> None:
        plugin = self.rng.choice((kit.PLUGIN, "activity"))
        with self.db.write() as conn:
            adjustments.set_aside(conn, plugin, self.rng.randint(1, self.head), "odd", by=None)

    # Time and following

    def follow(self) -> None:
        """Let entries and standings follow, or a part of them."""
        for _ in range(self.rng.choice((1, 2, 100))):
            if not self.renown.catch_up():
                break
            if self.rng.random() < 0.2:
                self.judge()

    def settle(self) -> None:
        while self.renown.catch_up():
            pass
        standings.catch_up(self.db)

    def close(self) -> None:
        closes.close_due(self.db, log.append_core)
        self.note()

    def live(self, steps: int) -> None:
        with clock.set_to(lambda: self.now):
            self.begin()
            late = self.rng.randrange(steps)
            for step in range(steps):
                self.now += self.rng.choice((0, clock.SECOND, clock.DAY, 3 * clock.DAY, 20 * clock.DAY))
                if step == late and not self.points_on:
                    self.enable()
                self.take(self.rng.randint(0, 8))
                if self.rng.random() < 0.6:
                    self.administer()
                if self.rng.random() < 0.5:
                    self.follow()
                if self.rng.random() < 0.3:
                    self.close()
            self.deliver(self.made)
            self.settle()

    def note(self) -> None:
        """Write down what the log took: positions and what the core says, all else is known from what was sent."""
        with self.db.read() as conn:
            rows = conn.execute(text(_LOG), {"head": self.head}).all()
            accounts = self._accounts
            known = {row.id for row in accounts.values()}
            # An account that was erased is known by what it was called.
            rows_now = conn.execute(text(_ACCOUNTS)).all()
            accounts |= {
                (row.name, row.key): row for row in rows_now if row.id not in known or not row.key.startswith(PREFIX)
            }
        for (source, _), row in accounts.items():
            self.history.owners[row.id] = row.person_id
            self.history.source_of[row.id] = source
            if row.bot:
                self.history.bots.add(row.id)
        self.people = sorted({r.person_id for (s, k), r in accounts.items() if s != "renown" and k != "B1"})
        if not rows:
            return
        self.head = rows[-1].id
        for row in rows:
            if row.source == "renown":
                said = row.extra if isinstance(row.extra, dict) else json.loads(row.extra or "{}")
                said = {**said, "cites": row.cites, "end": self.head, "day": row.occurred_at // clock.DAY}
                self.history.log.append(Told(row.id, row.key.partition(":")[0], said))
            else:
                event = self.sent[row.source, row.key]
                owner = event.data.object.attributedTo
                named = {tag.href for tag in event.data.object.tag or () if tag.href}
                self.history.log.append(
                    Did(row.id, self.head, event, clock.from_datetime(event.time),
                        accounts[row.source, event.data.actor.id].id,
                        None if owner is None else accounts[row.source, owner.id].id,
                        tuple(sorted(accounts[row.source, one].id for one in named)))
                )  # fmt: skip

    def _base(self, plugin: str) -> int:
        with self.db.read() as conn:
            live = generations.live(conn, plugin)
            return conn.execute(select(Generation.base).where(Generation.id == live)).scalar_one()

    def expected(self) -> dict[str, Counted]:
        for one in self.history.log:
            if isinstance(one, Told) and one.verb == "rule-published":
                one.said |= self.published[one.at]
        given = [(rule.name, dict(rule.default_body)) for rule in activity.rules]
        found = {"activity": Counted(self.history, "activity", score_activity, given, self._base("activity"))}
        if self.points_on:
            own, base = kit.DEFAULTS, self._base(kit.PLUGIN)
            found[kit.PLUGIN] = Counted(self.history, kit.PLUGIN, kit.score, own, base, kit.TIES)
        return found


KINDS = ("make", "toggle", "undo", "delete", "accept", "edit", "like")
WEIGHTS = (4, 6, 4, 1, 3, 2, 6)

_LOG = """
    SELECT e.id, s.name AS source, e.key, e.cites, e.extra, e.occurred_at FROM core_event e
    JOIN core_source s ON s.id = e.source_id WHERE e.id > :head ORDER BY e.id
"""
_LIVE_BOARDS = """
    SELECT m.name, p.scope, p.kind, p.start FROM core_measure m
    JOIN core_period p ON p.generation = m.generation AND p.measure = m.id WHERE m.plugin = :plugin
"""
_LEADS = """
    SELECT m.name, p.scope, p.kind, p.start, c.day, c.leader_id, c.amount, coalesce(c.former_id, 0), c.former_amount,
           c.former_since, c.superseded_at IS NOT NULL
    FROM core_measure m JOIN core_period p ON p.generation = m.generation AND p.measure = m.id
    JOIN core_lead_change c ON c.period_id = p.id WHERE m.plugin = :plugin
"""
_ACCOUNTS = """
    SELECT i.id, s.name, i.key, i.person_id, i.bot FROM core_identity i JOIN core_source s ON s.id = i.source_id
"""


def _actor(key: str) -> Actor:
    return Actor(id=key, type="Service" if key == "B1" else "Person")
