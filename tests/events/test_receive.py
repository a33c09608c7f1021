"""A bad item is refused by field, and never sinks its neighbours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renown import clock
from renown.events.receive import (
    BATCH,
    LINES,
    SINGLE,
    Refusal,
    UnknownMediaType,
    UnreadableBody,
    Vocabulary,
    parse,
    schema,
    validate,
)
from renown.events.types import CloudEvent
from tests.events.kit import message

GOOD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "C1:1:react:+1:U1",
    "source": "slack:T1",
    "type": "collab.react.v1",
    "time": "2024-03-01T10:00:00Z",
    "recordedtime": "2024-03-01T10:00:01Z",
    "traceparent": "an extension that is not ours",
    "data": {"type": "Like", "actor": {"id": "U1"}, "object": {"id": "C1:1"}, "content": "+1"},
}
RAW = json.dumps(GOOD).encode()


def _with(path: str, value: Any) -> bytes:
    """The good event with one field set, or without it where the value is ..."""
    changed = json.loads(RAW)
    *outer, last = path.split(".")
    inside = changed
    for name in outer:
        inside = inside.setdefault(name, {})
    if value is ...:
        del inside[last]
    else:
        inside[last] = value
    return json.dumps(changed).encode()


DEEP = b"[" * 100 + b"]" * 100
DEEPEST = b"[" * 200_000 + b"]" * 200_000

#: What is wrong, the item, the field that is named, and a part of what is said.
BAD = [
    ("no id", _with("id", ...), "id", "missing"),
    ("empty id", _with("id", ""), "id", "length >= 1"),
    ("long id", _with("id", "x" * 257), "id", "length <= 256"),
    ("number as id", _with("id", 7), "id", "expected `str`"),
    ("other specversion", _with("specversion", "0.3"), "specversion", "enum"),
    ("no time zone", _with("time", "2024-03-01T10:00:00"), "time", "timezone"),
    ("no time", _with("time", "yesterday"), "time", "RFC3339"),
    ("far future", _with("time", "9999-12-31T23:59:59-14:00"), "time", "future"),
    ("before 1970", _with("time", "0001-01-01T00:00:00+14:00"), "time", "1970"),
    ("undeclared type", _with("type", "collab.dance.v1"), "type", "not declared"),
    ("malformed type", _with("type", "collab"), "type", "not declared"),
    ("the core's type", _with("type", "renown.merged.v1"), "type", "core alone"),
    ("the core's source", _with("source", "renown"), "source", "core"),
    ("the core's source, in disguise", _with("source", "Renown:x"), "source", "core"),
    ("the core's source, behind a blank", _with("source", " renown"), "source", "core"),
    ("undeclared kind", _with("data.object.kind", "ghost:kind"), "data.object.kind", "not declared"),
    ("unknown activity", _with("data.type", "Dance"), "data.type", "enum"),
    ("no actor", _with("data.actor", ...), "data.actor", "missing"),
    ("no object id", _with("data.object", {}), "data.object.id", "missing"),
    ("negative words", _with("data.object.words", -1), "data.object.words", ">= 0"),
    ("words too many", _with("data.object.words", 2**31), "data.object.words", "<= 2147483647"),
    ("half a word", _with("data.object.words", 1.5), "data.object.words", "int"),
    ("value too high", _with("data.value", 101), "data.value", "<= 100"),
    ("long emoji", _with("data.content", "x" * 65), "data.content", "length <= 64"),
    ("too many tags", _with("data.object.tag", [{}] * 101), "data.object.tag", "length <= 100"),
    ("retracts itself", _with("data.retracts", GOOD["id"]), "data.retracts", "own id"),
    ("NUL", _with("data.actor.name", "a\0b"), "data.actor.name", "NUL"),
    ("NUL in what is not ours", _with("traceparent", "a\0b"), "traceparent", "NUL"),
    ("lone surrogate", _with("data.actor.name", "\ud800"), "data.actor.name", "surrogate"),
    ("NaN", RAW.replace(b'"+1"', b'"+1", "value": NaN', 1), "data.value", "finite"),
    ("Infinity", RAW.replace(b'"+1"', b'"+1", "value": -Infinity', 1), "data.value", "finite"),
    ("1e999", RAW.replace(b'"+1"', b'"+1", "value": 1e999', 1), "data.value", "finite"),
    ("deep", RAW.replace(b'"an extension that is not ours"', DEEP), "", "deeper than 64"),
    ("bottomless", RAW.replace(b'"an extension that is not ours"', DEEPEST), "", "deeper than 64"),
    ("not UTF-8", RAW.replace(b'"U1"', b'"\xff"'), "", "UTF-8"),
    ("a surrogate in UTF-8", RAW.replace(b'"U1"', b'"\xed\xa0\x80"'), "data.actor.id", "surrogate"),
    ("a number", b"7", "", "object"),
    ("null", b"null", "", "object"),
    ("an array", b"[]", "", "object"),
]


@pytest.mark.parametrize(("raw", "field", "said"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_bad_item_is_refused_by_field_and_its_neighbours_are_taken(raw: bytes, field: str, said: str) -> None:
    for found in (
        parse(b"[" + b",".join([RAW, raw, RAW]) + b"]", BATCH),
        parse(b"\n".join([RAW, raw, b"", RAW]), LINES),
    ):
        first, refused, last = found
        assert isinstance(first, CloudEvent)
        assert isinstance(last, CloudEvent)
        assert isinstance(refused, Refusal)
        assert refused.index == 1
        assert (refused.errors[0].field, said in refused.errors[0].message) == (field, True), refused.errors
        msgspec.json.encode(refused).decode()
    single = parse(raw, SINGLE)[0]
    assert isinstance(single, Refusal)
    assert single.errors[0].field == field


def test_a_refusal_names_the_event_where_it_can_be_read() -> None:
    refused = parse(_with("data.value", 101), SINGLE)[0]
    assert isinstance(refused, Refusal)
    assert (refused.id, refused.source) == (GOOD["id"], GOOD["source"])


def test_a_good_event_is_read_whole() -> None:
    found = parse(RAW, f"{SINGLE}; charset=utf-8")[0]
    assert isinstance(found, CloudEvent)
    assert clock.from_datetime(found.time) == 1_709_287_200_000_000
    assert (found.data.actor.id, found.data.content) == ("U1", "+1")


def test_a_backslash_before_u0000_is_no_nul() -> None:
    found = parse(_with("data.actor.name", "\\u0000"), SINGLE)[0]
    assert isinstance(found, CloudEvent)
    assert found.data.actor.name == "\\u0000"


def test_what_plugins_declare_is_taken() -> None:
    words = Vocabulary(frozenset({"ideation.delivered.v1"}), frozenset({"ideation:promise"}))
    raw = json.dumps(json.loads(_with("type", "ideation.delivered.v1"))).encode()
    assert isinstance(parse(raw, SINGLE, words)[0], CloudEvent)
    assert isinstance(parse(_with("data.object.kind", "ideation:promise"), SINGLE, words)[0], CloudEvent)


def test_a_day_ahead_is_the_most() -> None:
    def at(micros: int) -> bytes:
        return _with("time", clock.to_datetime(clock.now() + micros).isoformat())

    assert isinstance(parse(at(clock.DAY - clock.SECOND * 60), SINGLE)[0], CloudEvent)
    assert isinstance(parse(at(clock.DAY + clock.SECOND * 60), SINGLE)[0], Refusal)


@pytest.mark.parametrize("body", [b"", b"{}", RAW, b"[", b"[1", b"[{]", b"]", b"[1]]", b"[1] [2]", b'["', b"nonsense"])
def test_a_batch_that_cannot_be_told_apart_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableBody):
        parse(body, BATCH)


@pytest.mark.parametrize(("body", "media"), [(b"[]", BATCH), (b"  [ ] ", BATCH), (b"", LINES), (b"\r\n \n", LINES)])
def test_nothing_is_nothing(body: bytes, media: str) -> None:
    assert parse(body, media) == []


@pytest.mark.parametrize("media", ["", "application/json", "text/plain", f"{SINGLE}; charset=latin-1"])
def test_other_media_types_are_refused(media: str) -> None:
    with pytest.raises(UnknownMediaType):
        parse(RAW, media)


@given(st.lists(st.binary(max_size=40) | st.sampled_from([RAW, b"{", b'"', b"\\", b"[[", b"],["]), max_size=6))
def test_no_bytes_raise_anything_else(parts: list[bytes]) -> None:
    for media in (SINGLE, BATCH, LINES):
        for body in (b",".join(parts), b"[" + b",".join(parts) + b"]", b"\n".join(parts)):
            try:
                found = parse(body, media)
            except UnreadableBody:
                continue
            assert [one.index for one in found if isinstance(one, Refusal)] == [
                index for index, one in enumerate(found) if isinstance(one, Refusal)
            ]


def test_an_event_made_here_is_held_to_the_same() -> None:
    assert isinstance(validate(message("m1")), CloudEvent)
    bad = message("m1")
    bad.data.object.words = -1
    surrogate = message("m1")
    surrogate.data.actor.name = "\ud800"
    for event in (bad, surrogate):
        assert isinstance(validate(event), Refusal)


def test_the_published_schema_says_what_the_types_say(samples: Path) -> None:
    theirs = json.loads((samples / "event.schema.json").read_text())
    ours = schema()
    jsonschema.Draft202012Validator.check_schema(ours)
    agreed = jsonschema.Draft202012Validator(theirs)
    own = jsonschema.Draft202012Validator(ours)
    # The agreed schema has no upper bound for words; our column has.
    for name, raw, _, _ in BAD:
        try:
            item = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        assert own.is_valid(item) == agreed.is_valid(item) or name == "words too many", name
    assert own.is_valid(GOOD)
    assert agreed.is_valid(GOOD)


def test_limits_of_the_agreed_schema_are_ours(samples: Path) -> None:
    theirs = json.loads((samples / "event.schema.json").read_text())
    ours = schema()["$defs"]
    found = {name: ours["CloudEvent"]["properties"][name] for name in ("id", "source", "type", "subject")}
    for name, said in found.items():
        for limit in ("minLength", "maxLength", "pattern"):
            wanted = theirs["properties"][name].get(limit)
            assert wanted is None or wanted in (said.get(limit), *(one.get(limit) for one in said.get("anyOf", [])))
    assert set(theirs["properties"]["data"]["properties"]["type"]["enum"]) == set(
        ours["Data"]["properties"]["type"]["enum"]
    )
