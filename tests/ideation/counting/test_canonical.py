"""Canonical JSON: the examples of RFC 8785 that have no fractions, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import strategies as st

from renown_ideation.counting import Refused, canonical, parse, voter_of
from tests.ideation.counting.kit import given

LARGEST = 2**53 - 1
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
)


def test_keys_are_sorted_by_utf_16_code_units_as_in_the_rfc() -> None:
    """Section 3.2.3: the smiley is a surrogate pair, so it stands before the dagesh that has a lower code point."""
    found = parse(canonical({"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}))
    assert list(found.values()) == [2, 4, 6, 7, 1, 5, 3]


def test_texts_have_the_shortest_escapes_as_in_the_rfc() -> None:
    said = canonical({"string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", "literals": [None, True, False]})
    assert said == b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'


@given(values)
def test_what_is_written_is_read_as_it_was(value: Any) -> None:
    assert parse(canonical(value)) == value == json.loads(canonical(value))


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), LARGEST + 1, -LARGEST - 1, {1: 2}, {"a": {1}}, "\ud800", {"\udfff": 1}]
)
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(Refused):
        canonical(value)


NOT_CANONICAL = [
    *(b"1.0", b"1e3", b"-0", b"01", b"NaN", b"-Infinity", b"9007199254740992", b"1" * 5000),
    *(b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"[1, 2]", b" 1", b"1\n", b"", b"{", b"\xef\xbb\xbf1"),
    *(b'"\\u0041"', b'"\\/"', b'"\\u000A"', b'"\\ud800"', b'"\xff"', b'"\xed\xa0\x80"'),
]


@pytest.mark.parametrize("line", NOT_CANONICAL)
def test_bytes_that_are_not_canonical_are_refused(line: bytes) -> None:
    with pytest.raises(Refused):
        parse(line)


def test_a_receipt_gives_its_voter() -> None:
    """As anybody can reckon: printf renown.voter/1:7GQ4-K2 | sha256sum | cut -c-32."""
    assert voter_of("7GQ4-K2") == "6e89fc8b59929ce1d1b4dcd30805639d"
