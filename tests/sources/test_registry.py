"""Sources: connected, changed, removed; what scores depend on is told in the log."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from renown.db.engine import Database
from renown.events import terms
from renown.events.models import Event
from renown.sources import registry
from renown.sources.models import Source
from renown.sources.registry import SourceError
from renown.sources.secrets import Keyring, WrongKey
from tests.sources.kit import KEYRING, Post


def test_a_source_takes_what_its_connector_says_of_accounts(db: Database) -> None:
    with db.write() as conn:
        row = registry.add(conn, KEYRING, "post", "post:acme", connector=Post())
        assert (row.affiliation, row.vouches, row.slug, registry.path(row)) == (
            "employee",
            True,
            "acme",
            "/in/post/acme",
        )
        assert len(KEYRING.open_all(row.secrets)[0]) == 64
        other = registry.add(conn, KEYRING, "slack", "slack:acme")
        assert (other.slug, other.affiliation) == ("acme-2", "customer")


@pytest.mark.parametrize("name", ["", "x" * 257, "renown", "renown:x", "a\nb", "a\0b"])
def test_a_name_that_cannot_be_is_refused(db: Database, name: str) -> None:
    with db.write() as conn, pytest.raises(SourceError, match="name"):
        registry.add(conn, KEYRING, "post", name)


def test_a_removed_source_can_be_connected_again_with_a_new_secret(db: Database) -> None:
    with db.write() as conn:
        row = registry.add(conn, KEYRING, "post", "post:acme", secret="old")
        with pytest.raises(SourceError, match="already"):
            registry.add(conn, KEYRING, "post", "post:acme")
        registry.remove(conn, row.id)
        assert registry.listed(conn) == []
        again = registry.add(conn, KEYRING, "post", "post:acme", secret="new")
        assert (again.id, KEYRING.open_all(again.secrets)) == (row.id, ["new"])
        assert [one.name for one in registry.listed(conn)] == ["post:acme"]


def test_what_scores_depend_on_is_told_in_the_log_without_names(db: Database) -> None:
    with db.write() as conn:
        row = registry.add(conn, KEYRING, "post", "post:acme")
        registry.change(conn, row.id, title="Post of Acme", step=3)
        registry.change(conn, row.id, affiliation="employee", keep_private=True)
        registry.change(conn, row.id, affiliation="employee")
        names = terms.load(conn).names
        told = [
            (names[one.verb], one.extra) for one in conn.execute(select(Event.verb, Event.extra).order_by(Event.id))
        ]
        assert told == [
            ("renown.source-changed.v1", {"source": row.id, "affiliation": "employee", "was": "customer"}),
            ("renown.source-changed.v1", {"source": row.id, "keep_private": True}),
        ]


def test_what_cannot_be_changed_is_refused_by_name(db: Database) -> None:
    with db.write() as conn:
        core = registry.ensure_core_source(conn)
        assert registry.ensure_core_source(conn) == core
        row = registry.add(conn, KEYRING, "post", "post:acme")
        for source_id, values, said in [
            (row.id, {"affiliation": "friend"}, "affiliation"),
            (row.id, {"slug": "x"}, "slug"),
            (core, {"title": "x"}, "source"),
            (999, {"title": "x"}, "source"),
        ]:
            with pytest.raises(SourceError, match=said):
                registry.change(conn, source_id, **values)


def test_the_number_of_secrets_is_bounded(db: Database) -> None:
    with db.write() as conn:
        row = registry.add(conn, KEYRING, "post", "post:acme", secret="0")
        for number in range(1, 8):
            registry.add_secret(conn, KEYRING, row.id, str(number))
        sealed = conn.scalars(select(Source.secrets).where(Source.id == row.id)).one()
        assert KEYRING.open_all(sealed) == ["7", "6", "5", "4", "3"]


def test_keys_can_be_changed_and_a_wrong_one_says_so() -> None:
    sealed = Keyring("old").seal(b"secret")
    assert Keyring("new old").open(sealed) == b"secret"
    with pytest.raises(WrongKey):
        Keyring("new").open(sealed)
    with pytest.raises(ValueError, match="RENOWN_SECRET_KEY"):
        Keyring(" ")
