from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from renown.db.engine import Database
from renown.db.sets import among
from renown.events.models import Space, Term

#: Text as databases take it.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
ODD = [
    '"',
    "\\",
    '\\"',
    "{}",
    "a,b",
    "NULL",
    "null",
    "",
    " ",
    "\n",
    "\t\r",
    "\x01\x1f",
    "\x7f",
    "é",
    "😀",
    "\\n",
    "\\u0041",
    "'",
]


def test_every_text_is_found_again(db: Database) -> None:
    with db.write() as conn:
        conn.execute(insert(Term), [{"id": number, "term": term} for number, term in enumerate(ODD, 1)])
        for number, term in enumerate(ODD, 1):
            assert conn.scalars(select(Term.id).where(among(conn, Term.term, [term]))).all() == [number]
        assert len(conn.scalars(select(Term.id).where(among(conn, Term.term, ODD))).all()) == len(ODD)
        assert conn.scalars(select(Term.id).where(among(conn, Term.term, []))).all() == []
        assert conn.scalars(select(Term.term).where(among(conn, Term.id, {1, 2, 99}))).all() == ODD[:2]
        assert conn.scalars(select(Space.id).where(among(conn, Space.id, []))).all() == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, unique=True, max_size=6), others=st.lists(TEXT, max_size=3))
def test_exactly_those_given_are_found(db: Database, texts: list[str], others: list[str]) -> None:
    with db.read() as conn:
        conn.execute(
            insert(Term),
            [{"id": number, "term": text} for number, text in enumerate(texts, 1)] or [{"id": 1, "term": "x"}],
        )
        wanted = [*texts[::2], *others]
        found = conn.scalars(select(Term.term).where(among(conn, Term.term, wanted))).all()
        assert sorted(found) == sorted(set(wanted) & set(texts or ["x"]))
