"""A small organisation that lives: 32 colleagues in four teams, six customers, five months, all from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from renown import clock
from renown.app import Renown
from renown.events import log
from renown.events.types import Actor, CloudEvent, Data, ObjectRef, Quality, Ref, collab
from renown.ledger import catchup, closes, generations, judging, standings
from renown.ledger.score import Scorer
from renown.notify import inbox
from renown.people import affiliations, teams
from renown.people.models import Identity, Person
from renown.sources import registry

DAYS = 150
SOURCE = "slack:T1"
TEAMS = ("Customer support", "Marketing", "Engineering", "Sales")
FIRST = (
    *("Ana", "Bo", "Carla", "Dmitri", "Eve", "Farid", "Grace", "Hiro", "Ines", "Jonas", "Kim", "Lea", "Max", "Nora"),
    *("Omar", "Pia", "Quentin", "Rosa", "Sam", "Tove", "Uli", "Vera", "Wim", "Xenia", "Yusuf", "Zoe", "אורית"),
    *("Björn", "Chiara", "Dagny", "Emre", "Frida"),
)
LAST = ("Lindqvist", "Chen", "Moreau", "Okafor", "Schmidt", "Nakamura", "Silva", "Kowalska")


def fill(renown: Renown, seed: int = 7) -> dict[str, int]:
    """Events, teams, standings, leads and a notice. Returns root people by account."""
    dice = random.Random(seed)
    manifest = renown.plugins.manifests["activity"]
    with renown.db.write() as conn:
        row = registry.add(conn, renown.keyring, "slack", SOURCE)
        registry.change(conn, row.id, affiliation="employee", vouches=True, title="Slack of Acme")
        source = registry.info(registry.by_id(conn, row.id) or row)
        generation = generations.ensure(
            conn, manifest.name, manifest.measures, [(one.name, one.default_body) for one in manifest.rules]
        )
    staff = [f"U{number}" for number in range(len(FIRST))]
    customers = [f"K{number}" for number in range(6)]
    with renown.db.write() as conn:
        log.append(
            conn, [(source, [_event(f"join:{who}", "join", "Join", who, "C1", DAYS, 0) for who in staff + customers])]
        )
    with renown.db.write() as conn:
        people = {row.key: row.id for row in conn.execute(select(Identity.key, Person.id).join(Person))}
        slugs = [teams.add(conn, name) for name in TEAMS]
        for number, who in enumerate(staff):
            teams.place(conn, people[who], slugs[number % len(slugs)], None)
        for who in customers:
            affiliations.affiliate(conn, people[who], "customer")
    with renown.db.write() as conn:
        log.append(conn, [(source, list(_life(dice, staff, customers)))])
    assert generation is not None
    catchup.run(renown.db, Scorer(manifest.name, renown.dispatcher.plugins["activity"].module.score), generation)  # type: ignore[union-attr]
    standings.catch_up(renown.db)
    closes.close_due(renown.db, log.append_core)
    with renown.db.read() as conn:
        today = standings.today(conn)
    judging.catch_up(renown.db, today)
    with renown.db.write() as conn:
        inbox.tell(conn, people["U0"], "activity", "activity.note", "rules", "A rule changes next month", url="/rules",
                   body="Answers that the asker accepts give more.")  # fmt: skip
    return people


def _life(dice: random.Random, staff: list[str], customers: list[str]) -> Iterator[CloudEvent]:
    zeal = {who: dice.uniform(0.2, 1.0) * (1.6 if number % 4 == 0 else 1.0) for number, who in enumerate(staff)}
    for day in range(DAYS - 1, -1, -1):
        for number, who in enumerate(staff):
            for nth in range(3):
                if dice.random() < zeal[who] * 0.5:
                    yield _event(
                        f"m{day}.{number}.{nth}", "create", "Create", who, f"M{day}.{number}.{nth}", day, nth * 40
                    )
        for nth in range(5):
            asker = dice.choice(customers)
            answerer = dice.choices(staff, [zeal[who] ** 2 for who in staff])[0]
            key = f"{day}.{nth}"
            yield _event(f"q{key}", "ask", "Create", asker, f"Q{key}", day, 200 + nth, kind="question")
            yield _event(
                f"a{key}", "answer", "Create", answerer, f"A{key}", day, 210 + nth, kind="answer", parent=f"Q{key}"
            )
            if dice.random() < 0.6:
                yield _event(
                    f"y{key}", "accept", "Accept", asker, f"A{key}", day, 230 + nth, kind="answer", toggle=True
                )
            for fan in dice.sample(staff, 3):
                like = _event(
                    f"l{key}.{fan}", "react", "Like", fan, f"A{key}", day, 240 + nth, kind="answer", toggle=True
                )
                yield like
                if dice.random() < 0.15:
                    yield _event(
                        f"n{key}.{fan}", "react", "Undo", fan, f"A{key}", day, 260 + nth, kind="answer", toggle=True
                    )


def _event(
    key: str, verb: str, activity: str, who: str, thing: str, ago: int, minute: int,
    *, kind: str = "message", parent: str | None = None, toggle: bool = False,
) -> CloudEvent:  # fmt: skip
    name = f"Customer {who[1:]}" if who.startswith("K") else _name(int(who[1:]))
    midnight = clock.now() // clock.DAY * clock.DAY
    at = clock.to_datetime(midnight - ago * clock.DAY) - timedelta(minutes=600 - minute)
    return CloudEvent(
        specversion="1.0", id=key, source=SOURCE, type=collab(verb), time=at,
        data=Data(
            type=activity,  # type: ignore[arg-type]
            actor=Actor(id=who, name=name, username=name.split()[0].lower()),
            object=ObjectRef(
                id=thing, kind=None if verb == "join" else kind, words=None if toggle else 24,
                inReplyTo=Ref(id=parent) if parent else None,
                url=f"https://acme.slack.example/{thing}" if verb != "join" else None,
            ),
            target=Ref(id="P1", name="#board") if key.endswith("7.1") else Ref(id="C1", name="#help"),
            statekey=f"{thing}:{who}:{verb}" if toggle else None,
            quality=Quality(private=True) if key.endswith("7.1") else None,
        ),
    )  # fmt: skip


def _name(number: int) -> str:
    return f"{FIRST[number]} {LAST[(number * 5) % len(LAST)]}"
