"""Amendments: dates of a sealed charter that move, announced before they do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from renown_ideation.counting.charter import Charter, times_wrong
from renown_ideation.counting.dates import is_instant
from renown_ideation.counting.errors import Refused, named
from renown_ideation.counting.records import Amendment

#: What moves while a vote is open: its end, and with it the answer. For an outage, and only to a later time.
_DURING = {"phases.vote.to", "decision.due"}


#: Later than any instant: for a vote that did not open yet.
NEVER = "9999-12-31T23:59:59Z"


def amended(charter: Charter, amendments: Iterable[Amendment], opened_at: str = "") -> Charter:
    """The charter with the dates that hold in the end. Raises Refused for an amendment that is not allowed.

    A vote that did not open in time, after an outage, may be given a later end after its end too: until `opened_at`.
    """
    for number, one in enumerate(amendments, 1):
        try:
            charter = _moved(charter, one, opened_at)
        except Refused as error:
            raise Refused(f"amendment {number}: {error}") from error
    return charter


def _moved(charter: Charter, one: Amendment, opened_at: str) -> Charter:
    for field, at in (("announced_at", one.announced_at), ("effective_at", one.effective_at)):
        if not is_instant(at):
            raise Refused(f"{field}: {at!r} is no instant such as 2026-01-05T09:00:00Z")
    if one.effective_at < one.announced_at:
        raise Refused("effective_at: is before it was announced")
    if not one.what:
        raise Refused("what: moves no date")
    vote = charter.phases.vote
    if one.announced_at >= vote.end and one.announced_at > opened_at:
        raise Refused("announced_at: is after the vote's end")
    plain = msgspec.to_builtins(charter)
    for path, to in one.what.items():
        before = _set(plain, path, to)
        if vote.start <= max(one.announced_at, one.effective_at) and (path not in _DURING or to < before):
            raise Refused(f"what.{path}: during the vote only its end and the decision move, to a later time")
    try:
        found = msgspec.convert(plain, Charter)
    except msgspec.ValidationError as error:
        raise named(error, "what") from error
    for field, why in times_wrong(found):
        raise Refused(f"what: {field} {why}")
    return found


def _set(plain: dict[str, Any], path: str, to: str) -> str:
    """Put it there. Returns what was there before."""
    *parents, last = path.split(".")
    place: Any = plain
    for name in parents:
        place = place.get(name) if isinstance(place, dict) else None
    before = place.get(last) if isinstance(place, dict) else None
    if (
        parents[:1] not in (["phases"], ["decision"])
        or last not in ("from", "to", "due")
        or not isinstance(before, str)
    ):
        raise Refused(f"what.{path}: is no date of the charter")
    place[last] = to
    return before
