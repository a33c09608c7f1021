"""What comes in about somebody whose data was erased revives nobody, and still meets what was kept under a hash."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, func, select

import renown.access.forget
import renown.events.forget
import renown.ledger.forget
import renown.notify.forget
from renown.db.engine import Database
from renown.events import log
from renown.events.models import Event, Hashtag, Tagged
from renown.events.types import Actor, Tag
from renown.ledger import log_checks
from renown.people import erase, subject
from renown.people.models import Identity
from renown.sources import forget
from tests.events.kit import KEYRING, connect, event, message

GONE = "U0GONE77"


@pytest.fixture(autouse=True)
def _wired() -> Iterator[None]:
    forget.wire(KEYRING)
    yield
    subject.forgetters.pop("sources", None)


def test_the_erased_stay_erased_and_others_acts_meet_what_was_kept(db: Database) -> None:
    source = connect(db)
    follow = event(f"U5:follow:{GONE}", "follow", "Follow", actor="U5", thing=GONE, statekey=f"follow:U5:{GONE}")
    acts = [message("m1", GONE), message("m2", "U5"), follow]
    with db.write() as conn:
        log.append(conn, [(source, acts)])
        person = conn.scalars(select(Identity.person_id).where(Identity.key == GONE)).one()
    with db.write() as conn:
        erase.erase(conn, person, None)
    with db.write() as conn:
        again = log.append(conn, [(source, [*acts, message("m3", GONE)])])
    assert (again.accepted, again.duplicates, len(again.erased)) == (0, 2, 2)
    unfollow = event(
        f"U5:unfollow:{GONE}", "follow", "Undo", actor="U5", thing=GONE, statekey=f"follow:U5:{GONE}",
        retracts=f"U5:follow:{GONE}",
    )  # fmt: skip
    mention = message("m4", "U5")
    mention.data.object.tag = [Tag(type="Mention", href=GONE), Tag(type="Mention", href="U5")]
    with db.write() as conn:
        assert log.append(conn, [(source, [unfollow, mention])]).accepted == 2
        first = conn.execute(select(Event.__table__).where(Event.id == 3)).one()
        undo, said = conn.execute(select(Event.__table__).order_by(Event.id.desc()).limit(2)).all()[::-1]
        assert (undo.statekey, undo.retracts, undo.object_id) == (first.statekey, first.key, first.object_id)
        assert GONE not in str(said)
        ids = dict(conn.execute(select(Identity.person_id, Identity.id)).all())
        other = conn.scalars(select(Identity.id).where(Identity.key == "U5")).one()
        assert said.extra["mentions"] == sorted([ids[person], other])


def test_a_hashtag_that_names_the_erased_is_told_to_nobody_and_is_the_same_one_afterwards(db: Database) -> None:
    source = connect(db)
    zoe = message("m1", GONE)
    zoe.data.actor = Actor(id=GONE, name="Zo\u00eb Quill", email="zq@acme.example")
    named = ["ThanksZo\u00ebQuill", "zo\u00eb-quill", "#zq@acme.example", "u0gone77", "tea", "quillwork"]
    with db.write() as conn:
        log.append(conn, [(source, [zoe, message("m2", "U5", hashtags=named)])])
        before = tags(conn)
        person = conn.scalars(select(Identity.person_id).where(Identity.key == GONE)).one()
    with db.write() as conn:
        erase.erase(conn, person, None)
    with db.write() as conn:
        log.append(conn, [(source, [message("m3", "U5", hashtags=named)])])
        after = tags(conn)
        assert {name for name in after if not name.startswith("erased:")} == {"tea", "quillwork"}
        assert sorted(after.values()) == sorted(before.values())
        assert conn.scalar(select(func.count()).select_from(Tagged)) == 2 * len(named)
        assert list(log_checks.tags(conn, False)) == []


def tags(conn: Connection) -> dict[str, int]:
    return dict(conn.execute(select(Hashtag.name, Hashtag.id)).all())


def test_who_asks_what_is_held_of_them_is_told_hashtags_in_words(db: Database) -> None:
    source = connect(db)
    with db.write() as conn:
        log.append(conn, [(source, [message("m1", "U5", hashtags=["#Tea"]), message("m2", "U5")])])
        person = conn.scalars(select(Identity.person_id).where(Identity.key == "U5")).one()
        told = renown.events.forget.tell(conn, subject.load(conn, person))
    assert [one["kept"] for one in told] == [{"hashtags": ["tea"]}, None]
