"""The log takes each act once, in order and without gaps, whatever arrives."""

from __future__ import annotations

import threading
from collections import Counter

from sqlalchemy import func, select

from renown.db.engine import Database
from renown.events import log, terms
from renown.events.models import ACTOR_ANONYMOUS, BOT, PRIVATE, TIME_LOWER_BOUND, Event, Object, Space
from renown.events.types import Quality
from renown.people.models import Identity, Person
from tests.events.kit import connect, event, known, message, positions


def test_an_act_is_taken_once(db: Database) -> None:
    source = connect(db)
    acts = [message("m1"), event("m1:+1:U2", actor="U2"), message("m1")]
    with db.write() as conn:
        first = log.append(conn, [(source, acts)])
    with db.write() as conn:
        again = log.append(conn, [(source, acts), (source, [message("m2")])])
    assert (first.accepted, first.duplicates) == (2, 1)
    assert (again.accepted, again.duplicates) == (1, 3)
    assert again.taken == {(source.id, "m2:create")}
    with db.read() as conn:
        assert positions(conn) == [1, 2, 3]
        assert (first.first, first.last, again.first, again.last) == (1, 2, 3, 3)


def test_the_same_key_of_another_source_is_another_act(db: Database) -> None:
    one, other = connect(db), connect(db, "slack:T2")
    with db.write() as conn:
        done = log.append(conn, [(one, [message("m1")]), (other, [message("m1")])])
        assert done.accepted == 2
        assert conn.scalar(select(func.count()).select_from(Object)) == 2


def test_what_an_act_says_is_kept(db: Database) -> None:
    source = connect(db)
    quality = Quality(time="lower-bound", bot=True, private=True)
    act = event(
        "k", "vote", "Dislike", owner="U2", space="C9", quality=quality, statekey="s", retracts="r", content="x"
    )
    act.data.value = -1.5
    with db.write() as conn:
        log.append(conn, [(source, [act])], {(source.id, "k"): {"activity": {"weight": 2}}})
        row = conn.execute(select(Event.__table__)).one()
        assert (row.value, row.statekey, row.retracts, row.content) == (-1500, "s", "r", "x")
        assert row.quality == TIME_LOWER_BOUND | BOT | PRIVATE
        assert row.extra == {"activity": {"weight": 2}}
        assert terms.load(conn).names[row.verb] == "collab.vote.v1"
        assert conn.scalar(select(Space.private).where(Space.key == "C9")) is True
        assert conn.scalar(select(Person.bot).join(Identity).where(Identity.key == "U1")) is True


def test_an_anonymous_actor_is_nobody(db: Database) -> None:
    source = connect(db)
    with db.write() as conn:
        log.append(conn, [(source, [event("k", actor="?", owner="U2", quality=Quality(actor="anonymous"))])])
        row = conn.execute(select(Event.__table__)).one()
        assert row.actor_id is None
        assert row.quality & ACTOR_ANONYMOUS
        assert conn.scalars(select(Identity.key)).all() == ["U2"]


def test_an_event_is_filled_from_what_is_known_of_its_object(db: Database) -> None:
    source = connect(db)
    with db.write() as conn:
        log.append(conn, [(source, [message("q", "Asker"), message("a", "Helper", parent="q")])])
    with db.write() as conn:
        log.append(conn, [(source, [event("a:+1", actor="Fan", thing="a")])])
        assert known(conn)["a:+1"] == ("message", "Helper", "Asker", "q", "C1", 5)


def test_what_appears_later_is_told_by_an_event_that_cites(db: Database) -> None:
    source = connect(db)
    acts = [event("a:+1", actor="Fan", thing="a"), message("a", "Helper", parent="q"), message("q", "Asker")]
    for act in acts:
        with db.write() as conn:
            log.append(conn, [(source, [act])])
    with db.read() as conn:
        assert known(conn)["a:+1"] == ("message", "Helper", "Asker", "q", "C1", 5)
        assert known(conn)["a:create"].asker == "Asker"
        names = terms.load(conn).names
        verbs = [names[verb] for verb in conn.scalars(select(Event.verb).order_by(Event.id))]
        assert Counter(verbs)["renown.resolved.v1"] == 3
        assert positions(conn) == list(range(1, 7))


def test_a_snapshot_of_the_owner_outlasts_later_knowledge(db: Database) -> None:
    source = connect(db)
    for act in [event("m1:+1", actor="Fan", owner="Then"), message("m1", "Now")]:
        with db.write() as conn:
            log.append(conn, [(source, [act])])
    with db.read() as conn:
        assert known(conn)["m1:+1"].owner == "Then"


def test_facts_of_one_batch_are_known_to_all_of_it(db: Database) -> None:
    source = connect(db)
    with db.write() as conn:
        done = log.append(conn, [(source, [event("m1:+1", actor="Fan"), message("m1", "Helper")])])
        assert done.resolved == 0
        assert known(conn)["m1:+1"].owner == "Helper"


def test_a_thread_that_answers_itself_has_no_parent(db: Database) -> None:
    source = connect(db)
    with db.write() as conn:
        log.append(conn, [(source, [message("m1", parent="m1")])])
        assert known(conn)["m1:create"].parent is None


def test_core_events_are_numbered_at_once(db: Database) -> None:
    source = connect(db)
    with db.write() as conn:
        log.append(conn, [(source, [message("m1")])])
        assert log.append_core(conn, "adjusted", cites=1, extra={"person": 7}) == 2
        assert log.append_core(conn, "closed") == 3
        row = conn.execute(select(Event.__table__).where(Event.id == 2)).one()
        assert (row.cites, row.extra) == (1, {"person": 7})
        assert log.head(conn) == 3


def test_writers_at_the_same_time_lose_and_double_nothing(db: Database) -> None:
    sources = [connect(db), connect(db, "slack:T2")]
    # Each thread brings shared acts and its own, in another order: duplicates, objects and accounts all cross.
    shared = [message(f"m{n}", f"U{n % 7}") for n in range(40)]
    failures: list[BaseException] = []

    def bring(worker: int) -> None:
        own = [event(f"own{worker}:{n}", actor=f"U{n % 5}", thing=f"m{n % 40}", minute=n) for n in range(40)]
        acts = (shared + own) if worker % 2 else (own[::-1] + shared[::-1])
        try:
            for start in range(0, len(acts), 9):
                part = acts[start : start + 9]
                db.retrying(lambda conn, part=part: log.append(conn, [(source, part) for source in sources]))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=bring, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    with db.read() as conn:
        where = Event.source_id.in_([source.id for source in sources])
        keys = conn.execute(select(Event.source_id, Event.key).where(where)).all()
        assert len(keys) == len(set(keys)) == 2 * (40 + 4 * 40)
        assert positions(conn) == list(range(1, log.head(conn) + 1))
        assert all(fact.owner for fact in known(conn).values())
        assert conn.scalar(select(func.count()).select_from(Identity)) == 2 * 7
