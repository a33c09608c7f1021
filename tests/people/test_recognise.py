from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import event, func, select

from renown import audit
from renown.db.engine import Database
from renown.events.types import Actor
from renown.people import claims, merge, recognise
from renown.people.models import Identity, Merge, Person
from renown.sources.connector import SourceInfo

Make = Callable[..., SourceInfo]


def take(db: Database, source: SourceInfo, *actors: Actor, bots: tuple[str, ...] = ()) -> dict[str, int]:
    """What the log does with the accounts of one batch."""

    def work(conn):
        found = recognise.identities(conn, source, {actor.id: actor for actor in actors}, 7, bots)
        claims.settle(conn, found)
        return found

    return db.retrying(work)


def person(db: Database, identity: int):
    with db.read() as conn:
        return conn.execute(
            select(Person.__table__).join(Identity, Identity.person_id == Person.id).where(Identity.id == identity)
        ).one()


def test_an_account_is_made_once_and_known_again(db: Database, source: Make) -> None:
    acme = source()
    first = take(db, acme, Actor(id="U1", name="Ana Lima", username="ana"), Actor(id="U2"))
    again = take(db, acme, Actor(id="U2"), Actor(id="U1", name="Ana Lima"))
    assert dict(again) == dict(first)
    ana = person(db, first["U1"])
    assert (ana.handle, ana.name, ana.claimed, ana.root_id) == ("ana", "Ana Lima", False, None)
    assert person(db, first["U2"]).handle == "u2"


def test_names_are_filled_when_they_become_known_and_not_overwritten(db: Database, source: Make) -> None:
    acme = source()
    ids = take(db, acme, Actor(id="U1"))
    assert person(db, ids["U1"]).name == "U1"
    take(db, acme, Actor(id="U1", username="ana"))
    assert person(db, ids["U1"]).name == "ana"
    take(db, acme, Actor(id="U1", name="Ana Lima"))
    take(db, acme, Actor(id="U1", name="Old Name"))
    assert person(db, ids["U1"]).name == "Ana Lima"


def test_a_handle_made_of_the_bare_account_gives_way_once_to_a_name(db: Database, source: Make) -> None:
    acme = source()
    ids = take(db, acme, *(Actor(id=key) for key in ("U1", "U2", "U3", "U4")), Actor(id="U5", name="Eva"))
    take(db, acme, Actor(id="U1", username="ana"), Actor(id="U2", name="Ana"), Actor(id="U3", name="田中"))
    take(db, acme, Actor(id="U1", name="Ana Lima"), Actor(id="U4", email="u4@acme.example"))
    take(db, acme, Actor(id="U5", username="evi"))
    handles = [person(db, ids[key]).handle for key in ("U1", "U2", "U3", "U4", "U5")]
    assert handles == ["ana", "ana-2", "u3", "u4", "eva"]


def test_handles_are_unique_for_namesakes_and_for_names_in_no_latin_letters(db: Database, source: Make) -> None:
    acme = source()
    ids = take(db, acme, *(Actor(id=f"U{n}", name="Ana Lima") for n in range(12)), Actor(id="日本", name="田中"))
    handles = {person(db, identity).handle for identity in ids.values()}
    assert len(handles) == 13
    assert {"ana-lima", "ana-lima-2", "ana-lima-3", "person"} <= handles


def test_a_machine_is_marked_also_when_that_is_learnt_late(db: Database, source: Make) -> None:
    acme = source()
    ids = take(db, acme, Actor(id="B1", type="Service"), Actor(id="B2"), Actor(id="B3"), bots=("B3",))
    assert [person(db, ids[key]).bot for key in ("B1", "B2", "B3")] == [True, False, True]
    take(db, acme, Actor(id="B2", type="Application"))
    assert person(db, ids["B2"]).bot


def test_a_verified_mail_from_a_vouching_source_is_the_same_person(db: Database, source: Make) -> None:
    slack, forum = source("acme"), source("forum", "customer", vouches=False)
    gitlab = source("gitlab")
    one = take(db, slack, Actor(id="U1", name="Ana", email="Ana@acme.example", emailVerified=True))["U1"]
    namesake = take(db, forum, Actor(id="9", name="Ana", email="ana@acme.example", emailVerified=True))["9"]
    unverified = take(db, gitlab, Actor(id="7", name="Ana", email="ana@acme.example"))["7"]
    assert person(db, namesake).root_id is None
    assert person(db, unverified).root_id is None
    verified = take(db, gitlab, Actor(id="7", email="ana@acme.example", emailVerified=True))["7"]
    assert verified == unverified
    assert person(db, unverified).root_id == person(db, one).id


def test_two_accounts_with_one_mail_in_one_batch_become_one(db: Database, source: Make) -> None:
    mail = {"email": "ana@acme.example", "emailVerified": True}
    ids = take(db, source(), Actor(id="U2", **mail), Actor(id="U1", **mail), Actor(id="U3", **mail))
    first = person(db, ids["U1"])
    assert first.root_id is None
    assert {person(db, ids[key]).root_id for key in ("U2", "U3")} == {first.id}


def test_what_was_split_by_hand_is_not_merged_again_by_mail(db: Database, source: Make) -> None:
    mail = {"email": "ana@acme.example", "emailVerified": True}
    slack, gitlab = source(), source("gitlab")
    take(db, slack, Actor(id="U1", **mail))
    other = person(db, take(db, gitlab, Actor(id="7", **mail))["7"])
    with db.write() as conn:
        [(number, *_)] = merge.active(conn, other.id)
        merge.split(conn, number, None)
    take(db, gitlab, Actor(id="7", **mail))
    with db.write() as conn:
        claims.sweep(conn, gitlab.id)
        assert merge.root(conn, other.id) == other.id


def test_a_source_that_vouches_later_is_believed_then(db: Database, source: Make) -> None:
    mail = {"email": "ana@acme.example", "emailVerified": True}
    slack, forum = source(), source("forum", vouches=False)
    one = person(db, take(db, slack, Actor(id="U1", **mail))["U1"])
    other = person(db, take(db, forum, Actor(id="7", **mail))["7"])
    with db.write() as conn:
        claims.sweep(conn, forum.id)
        assert merge.root(conn, other.id) == one.id


def test_writers_at_the_same_time_make_nobody_twice(db: Database, source: Make) -> None:
    sources = [source(), source("gitlab")]
    faults: list[BaseException] = []

    def writer(number: int) -> None:
        try:
            for round_ in range(5):
                actors = [
                    Actor(id=f"U{n}", name=f"Person {n}", email=f"p{n}@acme.example", emailVerified=True)
                    for n in range(round_ * 10, round_ * 10 + 20)
                ]
                take(db, sources[number % 2], *(actors if number < 2 else reversed(actors)))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Identity)) == 120
        assert conn.scalar(select(func.count()).select_from(Person)) == 120
        roots = conn.scalar(select(func.count(func.coalesce(Person.root_id, Person.id).distinct())))
        assert roots == 60


def test_many_claims_at_once_are_merged_in_a_few_statements(db: Database, source: Make) -> None:
    """A company's second network: everybody is known by e-mail. The log's lock must not be held for each of them."""
    many = [Actor(id=f"U{n}", name=f"P {n}", email=f"p{n}@acme.example", emailVerified=True) for n in range(300)]
    take(db, source(), *many)
    second = source("gitlab")
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(db.engine, "before_cursor_execute", counted)
    take(db, second, *many)
    event.remove(db.engine, "before_cursor_execute", counted)
    with db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Merge)) == 300
        positions = conn.scalars(select(Merge.known).order_by(Merge.known)).all()
        assert audit.verify(conn).whole
    assert list(positions) == list(range(positions[0], positions[0] + 300))
    assert count < 50
