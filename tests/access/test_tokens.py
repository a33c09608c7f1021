from __future__ import annotations

import pytest
from sqlalchemy import select

from renown import clock
from renown.access import signin, tokens
from renown.access.models import Token
from renown.access.permissions import allows
from renown.clock import DAY
from renown.db.engine import Database
from renown.people import persons


def test_a_token_does_what_its_scopes_say_and_no_more(db: Database) -> None:
    with db.write() as conn:
        made = tokens.add(conn, "intake", ["events:write"])
        bearer = tokens.check(conn, made.token)
    assert bearer is not None
    assert allows(bearer.viewer, "events:write")
    assert not allows(bearer.viewer, "people:write")
    assert not allows(bearer.viewer, "nobody:declared")


def test_a_token_is_kept_as_a_hash_and_shown_once(db: Database) -> None:
    with db.write() as conn:
        made = tokens.add(conn, "intake", ["events:write"])
        row = conn.execute(select(Token.__table__)).one()
        assert made.token not in map(str, row)
        [listed] = tokens.listed(conn)
    assert made.token.endswith(listed.hint)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "x", lambda t: t.swapcase(), lambda t: "\ud800"])
def test_another_token_is_nobodys(db: Database, change) -> None:
    with db.write() as conn:
        made = tokens.add(conn, "intake", ["events:write"])
        assert tokens.check(conn, change(made.token)) is None


def test_a_token_ends_by_its_day_or_by_hand(db: Database) -> None:
    start = clock.now()
    with db.write() as conn:
        short, long = (tokens.add(conn, "a", ["events:write"], days=days) for days in (1, None))
        with clock.set_to(lambda: start + 2 * DAY):
            assert tokens.check(conn, short.token) is None
            assert tokens.check(conn, long.token) is not None
        assert tokens.revoke(conn, long.id)
        assert not tokens.revoke(conn, long.id)
        assert tokens.check(conn, long.token) is None


def test_a_token_sends_for_its_sources_alone_and_never_for_the_core(db: Database) -> None:
    with db.write() as conn:
        bound = tokens.check(conn, tokens.add(conn, "a", ["events:write"], sources=["slack:acme"]).token)
        free = tokens.check(conn, tokens.add(conn, "b", ["events:write"]).token)
    assert bound is not None
    assert free is not None
    assert [bound.may_send(name) for name in ("slack:acme", "slack:other", "renown")] == [True, False, False]
    assert [free.may_send(name) for name in ("slack:acme", "slack:other", "renown")] == [True, True, False]


def test_a_persons_token_can_do_no_more_than_the_person(db: Database) -> None:
    with db.write() as conn:
        person = persons.add(conn, "Ana")
        signin.add_login(conn, person, "ana@acme.example", "member")
        made = tokens.add(conn, "mine", ["boards:read", "people:write"], person_id=person)
        bearer = tokens.check(conn, made.token)
        assert bearer is not None
        assert bearer.viewer.person_id == person
        assert allows(bearer.viewer, "boards:read")
        assert not allows(bearer.viewer, "people:write")
        persons.suspends(conn, person)
        assert tokens.check(conn, made.token) is None


def test_use_is_noted_once_a_minute(db: Database) -> None:
    with db.write() as conn:
        made = tokens.add(conn, "a", ["events:write"])
        for at in (100 * DAY, 100 * DAY + 1, 101 * DAY):
            with clock.set_to(lambda at=at: at):
                tokens.touch(conn, made.id)
            noted = conn.scalar(select(Token.used_at))
            assert noted == (at if at != 100 * DAY + 1 else 100 * DAY)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}),
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": ["everything"]}),
        ("sources", {"sources": ["renown"]}),
        ("days", {"days": 0}),
    ],
)
def test_a_bad_wish_names_its_field(db: Database, field: str, values: dict[str, object]) -> None:
    wish = {"name": "a", "scopes": ["events:write"]} | values
    with db.write() as conn, pytest.raises(tokens.BadToken, match=f"^{field}: "):
        tokens.add(conn, **wish)
