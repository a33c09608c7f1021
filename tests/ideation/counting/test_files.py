"""A published file, counted again by two implementations: both agree, and both find whatever was changed in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import strategies as st
from msgspec import structs

from renown_ideation.counting import canonical, sha256
from renown_ideation.counting.charter import BySegment
from renown_ideation.verify import Verdict, verify
from tests.ideation.counting import second
from tests.ideation.counting.kit import OUTAGE, WAYS, Poll, charter_data, given, name, option, polls

Records = list[dict[str, Any]]


@given(polls())
def test_two_implementations_agree_on_every_file(poll: Poll) -> None:
    lines = poll.lines()
    found = verify(lines)
    assert (found.problems, found.result) == ((), poll.result())
    second.verify(lines)


def poll() -> Poll:
    votes = [{1: 1, 2: 1}, {2: 1}, {3: 1, 1: 1}, {2: 1, 3: 1}]
    made = Poll.of(("approve", "equal-shares"), votes, 4)
    absent = [*made.voters, type(made.voters[0])(voter=name(9))]
    return Poll(made.charter, made.options, absent, made.ballots, [OUTAGE])


def records() -> Records:
    return [json.loads(line) for line in poll().lines()]


def lines_of(found: Records) -> list[bytes]:
    return [canonical(one) + b"\n" for one in found]


def the(found: Records, kind: str, number: int = 0) -> dict[str, Any]:
    return [one for one in found if one["record"] == kind][number]


def ballot_changed(found: Records) -> None:
    the(found, "ballot", 1)["choices"] = {"3": 1}


def ballot_dropped(found: Records) -> None:
    found.remove(the(found, "ballot", 2))


def ballot_added(found: Records) -> None:
    found.insert(-1, {"record": "ballot", "voter": name(9), "choices": {"1": 1}})


def weight_changed(found: Records) -> None:
    the(found, "voter")["weight"] = 2


def option_renamed(found: Records) -> None:
    the(found, "option", 1)["title"] = "Another talk"


def option_dropped(found: Records) -> None:
    found.remove(the(found, "option", 3))


def ballot_twice(found: Records) -> None:
    found.insert(-1, {**the(found, "ballot", 3)})


def stranger(found: Records) -> None:
    found.insert(-1, {"record": "ballot", "voter": name(77), "choices": {"1": 1}})


def stranger_in_the_electorate(found: Records) -> None:
    found.insert(found.index(the(found, "ballot")), {"record": "voter", "voter": name(10), "weight": 1})


def charter_changed(found: Records) -> None:
    the(found, "charter")["charter"]["seats"]["by_vote"] = 3


def amendment_changed(found: Records) -> None:
    the(found, "amendment")["why"] = "No reason"


def result_changed(found: Records) -> None:
    the(found, "result")["result"]["options"][0]["total"] += 1


def selection_changed(found: Records) -> None:
    result = the(found, "result")["result"]
    for one in result["options"]:
        one["selected"] = not one["selected"]
    the(found, "result")["result_sha256"] = sha256([canonical(result)])


def ballots_swapped(found: Records) -> None:
    at = found.index(the(found, "ballot"))
    found[at], found[at + 1] = found[at + 1], found[at]


def voters_swapped(found: Records) -> None:
    at = found.index(the(found, "voter"))
    found[at], found[at + 1] = found[at + 1], found[at]


def options_swapped(found: Records) -> None:
    at = found.index(the(found, "option"))
    found[at], found[at + 1] = found[at + 1], found[at]


def ballot_before_the_opening(found: Records) -> None:
    found.insert(2, found.pop(found.index(the(found, "ballot"))))


def too_many_options(found: Records) -> None:
    the(found, "ballot")["choices"] = {"1": 1, "2": 1, "3": 1, "4": 1, "5": 1}


def a_value_too_high(found: Records) -> None:
    the(found, "ballot", 1)["choices"] = {"1": 2}


def cut_before_the_result(found: Records) -> None:
    found.pop()


def something_after_the_result(found: Records) -> None:
    found.append({**the(found, "option")})


TAMPERED: list[tuple[Callable[[Records], None], int, str]] = [
    (ballot_changed, 17, "ballots_sha256: not these ballots were counted"),
    (ballot_dropped, 16, "ballots_sha256: not these ballots were counted"),
    (ballot_added, 18, "ballots_sha256: not these ballots were counted"),
    (weight_changed, 8, "weighs 2: the charter gives everybody the weight 1"),
    (option_renamed, 7, "options_sha256"),
    (option_dropped, 6, "an option was changed, added or taken out"),
    (ballot_twice, 17, "it is the voter's second one"),
    (stranger, 17, "the voter is not in the electorate"),
    (stranger_in_the_electorate, 7, "voters: says 5, the file has 6"),
    (charter_changed, 7, "the charter is not the one that was sealed"),
    (amendment_changed, 17, "amendments_sha256"),
    (result_changed, 17, "result.options[0].total: says 4, the ballots give 3"),
    (selection_changed, 17, "result.options[0].selected: says False, the ballots give True"),
    (ballots_swapped, 14, "it comes after a higher one"),
    (voters_swapped, 9, "comes after a higher one"),
    (options_swapped, 4, "comes after option 2"),
    (ballot_before_the_opening, 3, "ballot cannot come after amendment"),
    (too_many_options, 13, "there is no option 5"),
    (a_value_too_high, 14, "option 1 has 2: the charter allows 1 to 1"),
    (cut_before_the_result, 17, "the file ends before its result"),
    (something_after_the_result, 18, "option cannot come after result"),
]


@pytest.mark.parametrize(("tamper", "line", "said"), TAMPERED, ids=[one[0].__name__ for one in TAMPERED])
def test_what_was_changed_is_found_by_both(tamper: Callable[[Records], None], line: int, said: str) -> None:
    found = records()
    tamper(found)
    lines = lines_of(found)
    _refused_by_both(lines, line, said)


def _refused_by_both(lines: list[bytes], line: int, said: str) -> None:
    told = verify(lines)
    assert any(one.line == line and said in one.said for one in told.problems), told.problems
    assert not told.ok
    with pytest.raises((AssertionError, ValueError)):
        second.verify(lines)


def _bytes_changed() -> Iterator[tuple[str, Callable[[bytes], bytes], str]]:
    yield "a float", lambda text: text.replace(b'"weight":1}', b'"weight":1.0}', 1), "has the number 1.0"
    yield "an exponent", lambda text: text.replace(b'"weight":1}', b'"weight":1e0}', 1), "has the number 1e0"
    yield "a large integer", lambda text: text.replace(b'"weight":1}', b'"weight":9007199254740992}', 1), "beyond 2^53"
    yield (
        "a key twice",
        lambda text: text.replace(b'"weight":1}', b'"weight":1,"weight":1}', 1),
        "has the key 'weight' twice",
    )
    yield "an option twice", lambda text: text.replace(b'{"2":1}', b'{"2":1,"2":1}', 1), "has the key '2' twice"
    yield "a blank", lambda text: text.replace(b'{"2":1}', b'{"2": 1}', 1), "not in canonical form"
    yield "keys not in order", lambda text: text.replace(b'{"1":1,"2":1}', b'{"2":1,"1":1}', 1), "not in canonical form"
    yield "an escape", lambda text: text.replace(b'"idea":"talks/1"', b'"idea":"talks\\/1"', 1), "not in canonical form"
    yield "no UTF-8", lambda text: text.replace(b"Talk 1", b"Talk \xff", 1), "is not UTF-8"
    yield "cut in a line", lambda text: text[:-20], "has no newline at its end"
    yield "cut before the last newline", lambda text: text[:-1], "has no newline at its end"
    yield "an unknown field", lambda text: text.replace(b'"weight":1}', b'"weight":1,"x":1}', 1), "unknown field `x`"
    yield "a field less", lambda text: text.replace(b',"weight":1}', b"}", 1), "does not have all its fields"
    yield "an upper-case voter", lambda text: text.replace(b'0009","weight"', b'000A","weight"', 1), "voter"
    yield "not a number", lambda text: text.replace(b'"weight":1}', b'"weight":NaN}', 1), "has the number NaN"


@pytest.mark.parametrize(
    ("change", "said"), [one[1:] for one in _bytes_changed()], ids=[one[0] for one in _bytes_changed()]
)
def test_bytes_that_are_no_canonical_line_are_found_by_both(change: Callable[[bytes], bytes], said: str) -> None:
    whole = b"".join(poll().lines())
    changed = change(whole)
    assert changed != whole
    lines = changed.splitlines(keepends=True)
    told = verify(lines)
    assert not told.ok
    assert said in told.problems[-1].said
    assert lines[told.problems[-1].line - 1] not in poll().lines()
    with pytest.raises((AssertionError, ValueError)):
        second.verify(lines)


@given(polls())
def test_a_file_without_any_one_of_its_lines_is_found_by_both(poll: Poll) -> None:
    lines = poll.lines()
    for at in range(len(lines)):
        rest = lines[:at] + lines[at + 1 :]
        assert not verify(rest).ok, lines[at]
        with pytest.raises((AssertionError, ValueError, IndexError)):
            second.verify(rest)


def test_a_file_of_another_kind_is_told_as_such() -> None:
    for lines, said in (
        ([], "the file ends before its result: charter should follow"),
        ([b"%PDF-1.4\n"], "is not JSON"),
        ([b"[]\n"], "record: is none of charter"),
        ([b"[" * 100_000 + b"\n"], "is nested too deeply"),
        ([canonical({"record": "charter", "charter": {}}) + b"\n"], "charter: object missing required field `format`"),
    ):
        (problem,) = verify(lines).problems
        assert (problem.line, said in problem.said) == (1, True), problem


def test_a_charter_that_is_none_names_the_field_and_the_line() -> None:
    found = records()
    found[0]["charter"] = charter_data() | {
        "ballot": {"kind": "budget", "budget": 0, "most_per_option": None, "most_options": None}
    }
    (problem,) = verify(lines_of(found)).problems
    assert (problem.line, problem.said) == (1, "charter.ballot.budget: expected `int` >= 1")


def test_a_million_weights_do_not_overflow() -> None:
    """Totals are exact up to 2^53 - 1, and what could be more is refused before it is counted."""
    made = Poll.of(("score", "plain"), [{1: 1}, {1: 1}], 1)
    high = (2**53 - 1) // 5 - 1
    # No charter that is read has such weights: this is what would be, if one had.
    heavy = BySegment(title="Revenue", segments={"much": high, "more": 2})
    rules = structs.replace(made.charter, weights=heavy)
    voters = [type(one)(voter=one.voter, weight=weight) for one, weight in zip(made.voters, (high, 1), strict=True)]
    exact = Poll(rules, made.options, voters, made.ballots)
    assert exact.result().options[0].total == high + 1
    over = [voters[0], type(voters[1])(voter=voters[1].voter, weight=2)]
    with pytest.raises(ValueError, match="are beyond 2\\^53 - 1"):
        Poll(rules, made.options, over, made.ballots).result()


def test_every_way_of_counting_stands_in_a_file() -> None:
    told: list[Verdict] = [verify(Poll.of(way, [{}, {2: 1}], 2).lines()) for way in WAYS]
    assert [(one.ok, one.result.method if one.result else "") for one in told] == [(True, way[1]) for way in WAYS]
    assert option(1).line() == canonical(json.loads(option(1).line()))


@given(polls(), st.data())
def test_whatever_bytes_a_file_has_it_gets_a_verdict(poll: Poll, data: st.DataObject) -> None:
    whole = bytearray(b"".join(poll.lines()))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        more = data.draw(st.sampled_from([b"", b"{", b"[]", b"9" * 5000, b"null", b"-", b'"', b"\n", b"\xc3", b"}"]))
        whole[at : at + data.draw(st.integers(0, 8))] = more
    lines = bytes(whole).splitlines(keepends=True)
    told = verify(lines)
    assert told.ok == (lines == poll.lines())
