"""An object is tagged as the last act on it said, whatever the order in which the acts come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select
from sqlalchemy import delete as delete_rows

from renown.db.engine import Database
from renown.events import hashtags, log
from renown.events.models import Event, Hashtag, Object, Tagged
from renown.events.types import CloudEvent, Quality
from renown.ledger import log_checks
from renown.sources.connector import SourceInfo
from tests.events.kit import connect, event, message
from tests.events.tellings import Batches, tell, tellings


def take(db: Database, source: SourceInfo, *acts: CloudEvent) -> None:
    with db.write() as conn:
        log.append(conn, [(source, acts)])


def tagged(conn: Connection, source: SourceInfo) -> dict[str, set[str]]:
    rows = conn.execute(
        select(Object.key, Hashtag.name)
        .join(Tagged, Tagged.object_id == Object.id)
        .join(Hashtag, Hashtag.id == Tagged.hashtag_id)
        .where(Object.source_id == source.id)
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.key, set()).add(row.name)
    return found


def edit(key: str, minute: int, tags: Sequence[str] | None, thing: str = "m1", **more: Any) -> CloudEvent:
    return event(key, "edit", "Update", thing=thing, minute=minute, hashtags=tags, **more)


def delete(key: str, minute: int, thing: str = "m1", **more: Any) -> CloudEvent:
    return event(key, "delete", "Delete", thing=thing, minute=minute, **more)


def undo(key: str, of: str, thing: str = "m1") -> CloudEvent:
    return event(key, "react", "Undo", thing=thing, minute=99, retracts=of)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Tea", "tea"), ("#tea", "tea"), (" ## Tea\t", "tea"), ("STRASSE", "strasse"), ("Straße", "strasse"),
        ("\uff23\uff41\uff46\u00e9", "caf\u00e9"), ("cafe\u0301", "caf\u00e9"), ("green tea", "green tea"),
        ("te\u202ea", "tea"), ("x" * 64, "x" * 64), ("x" * 65, None), ("#", None), ("  ", None),
        ("erased:0000", None),
    ],
)  # fmt: skip
def test_a_hashtag_is_written_in_one_way(written: str, kept: str | None) -> None:
    assert hashtags.normal(written) == kept


def test_an_edit_says_anew_what_a_message_is_tagged_with(db: Database) -> None:
    source = connect(db)
    take(db, source, message("m1", hashtags=["Tea", "#tea", "Milk", "y" * 65]), message("m2", hashtags=["milk"]))
    with db.read() as conn:
        assert tagged(conn, source) == {"m1": {"tea", "milk"}, "m2": {"milk"}}
        assert sorted(conn.scalars(select(Hashtag.name))) == ["milk", "tea"]
    take(db, source, edit("e1", 5, ["cake", "tea"]))
    with db.read() as conn:
        assert tagged(conn, source) == {"m1": {"tea", "cake"}, "m2": {"milk"}}
    take(db, source, edit("e2", 6, None), message("m1", hashtags=["other"]), event("l1", hashtags=["liked"]))
    with db.read() as conn:
        assert tagged(conn, source)["m1"] == {"tea", "cake"}, "who says nothing of it takes nothing away"
    take(db, source, edit("e3", 7, []), edit("e4", 8, None, "m2", mentions=["U5"]))
    with db.read() as conn:
        assert tagged(conn, source) == {}, "a list without any is one"


def test_what_is_deleted_has_none_until_it_is_restored(db: Database) -> None:
    source = connect(db)
    take(db, source, message("m1", hashtags=["tea"]), message("m2", hashtags=["tea"]))
    take(db, source, delete("d1", 5))
    with db.read() as conn:
        assert tagged(conn, source) == {"m2": {"tea"}}
    take(db, source, undo("u1", "d1", thing="elsewhere"))
    with db.read() as conn:
        assert tagged(conn, source) == {"m1": {"tea"}, "m2": {"tea"}}
    take(db, source, undo("u2", "u1"), undo("u3", "m2:create"))
    with db.read() as conn:
        assert tagged(conn, source) == {}
    take(db, source, undo("u4", "u2"))
    with db.read() as conn:
        assert tagged(conn, source) == {"m1": {"tea"}}


def test_what_came_before_the_first_hashtag_of_all_counts(db: Database) -> None:
    source = connect(db)
    take(db, source, delete("d1", 5), edit("e2", 5, [], "m2"), undo("u3", "d3"), delete("d3", 5, "m3"))
    take(db, source, *(message(key, hashtags=["tea"]) for key in ("m1", "m2", "m3")))
    with db.read() as conn:
        assert tagged(conn, source) == {"m3": {"tea"}}


def test_reconcile_finds_what_is_tagged_otherwise_than_the_log_says(db: Database) -> None:
    source = connect(db)
    take(db, source, *(message(f"m{number}", hashtags=["tea", "milk"]) for number in range(3)), message("m3"))
    with db.write() as conn:
        things = dict(conn.execute(select(Object.key, Object.id)).all())
        conn.execute(delete_rows(Tagged).where(Tagged.object_id == things["m0"]))
        conn.execute(insert(Tagged).values(object_id=things["m3"], hashtag_id=1))
        said = [one.said for one in log_checks.tags(conn, True)]
        assert said == [f"2 objects are not tagged as the log says: {things['m0']}, {things['m3']}"]
        assert tagged(conn, source) == {f"m{number}": {"tea", "milk"} for number in range(3)}
        assert list(log_checks.tags(conn, False)) == []


def test_what_is_private_is_not_kept(db: Database) -> None:
    source, private = connect(db, keep_private=True), Quality(private=True)
    take(db, source, message("m1", hashtags=["secret"], quality=private), message("m2", hashtags=["tea"]))
    take(db, source, edit("e1", 5, ["secret"], "m2", quality=private))
    with db.read() as conn:
        assert tagged(conn, source) == {}
        assert list(conn.scalars(select(Hashtag.name))) == ["tea"]
        assert "secret" not in str(conn.execute(select(Event.extra)).all())


#: What may happen to two messages; by hand below, what they are tagged with in the end.
STORY = [
    message("m1", hashtags=["one", "two"]),
    edit("m1:first", 5, ["three"]),
    edit("m1:last", 6, ["two", "four"]),
    edit("m1:title", 7, None),
    edit("m1:wrong", 8, ["five"]),
    undo("m1:right", "m1:wrong"),
    delete("m1:gone", 9),
    undo("m1:back", "m1:gone", "m2"),
    message("m2", minute=3, hashtags=["one"]),
    edit("m2:early", 1, ["six"], "m2"),
    delete("m2:gone", 2, "m2"),
    undo("m2:back", "m2:gone"),
    undo("m2:no", "m2:back", "m3"),
    message("m3", hashtags=["one"]),
    edit("m3:none", 4, [], "m3"),
    message("m4"),
    edit("m4:tag", 4, ["five"], "m4", mentions=["U7"]),
    event("m1:like", actor="U2", thing="m1", minute=3),
]
IN_THE_END = {"m1": {"two", "four"}, "m4": {"five"}}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=tellings(STORY))
def test_order_batches_and_repetitions_do_not_matter(db: Database, batches: Batches) -> None:
    source = tell(db, batches)
    with db.read() as conn:
        assert tagged(conn, source) == IN_THE_END


_TAGS = st.none() | st.lists(st.sampled_from(["a", "b", "c"]), max_size=2)
_ACT = st.tuples(st.sampled_from(["make", "edit", "edit", "delete", "undo"]), st.integers(0, 5), _TAGS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(_ACT, min_size=1, max_size=10), data=st.data())
def test_any_acts_in_any_order_end_alike_and_as_the_log_is_read_anew(
    db: Database, told: list[tuple[str, int, list[str] | None]], data: st.DataObject
) -> None:
    acts = [_act(f"e{number}", *one) for number, one in enumerate(told)]
    ends = []
    for order in (acts, data.draw(st.permutations(acts))):
        size = data.draw(st.integers(1, len(order)))
        source = tell(db, (order[first : first + size] for first in range(0, len(order), size)))
        with db.write() as conn:
            ends.append(tagged(conn, source))
            assert [one.said for one in log_checks.tags(conn, False)] == []
    assert ends[0] == ends[1] == _end(acts)


def _act(key: str, what: str, number: int, tags: list[str] | None) -> CloudEvent:
    if what == "make":
        return event(key, "create", "Create", thing="m1", minute=number, hashtags=tags)
    if what == "edit":
        return edit(key, number, tags)
    return delete(key, number) if what == "delete" else undo(key, f"e{number}")


def _end(acts: Sequence[CloudEvent]) -> dict[str, set[str]]:
    """One act after another, with nothing but the contract."""
    by: dict[str, list[str]] = {}
    for act in acts:
        if act.data.retracts and act.data.retracts != act.id:
            by.setdefault(act.data.retracts, []).append(act.id)

    def undone(key: str, path: tuple[str, ...]) -> bool:
        return any(one not in path and not undone(one, (*path, one)) for one in by.get(key, ()))

    left = [act for act in acts if not undone(act.id, (act.id,))]
    telling = [
        act for act in left if act.data.type in ("Create", "Update") and act.data.object.tag is not None
        and (act.data.object.tag or act.data.type == "Update")
    ]  # fmt: skip
    if not telling or any(act.data.type == "Delete" for act in left):
        return {}
    last = max(telling, key=lambda act: (act.data.type == "Update", act.time, act.id))
    names = {tag.name for tag in last.data.object.tag or () if tag.name}
    return {"m1": names} if names else {}
