"""Writing the published file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from renown_ideation.counting.amendments import amended
from renown_ideation.counting.canonical import sha256
from renown_ideation.counting.charter import Charter
from renown_ideation.counting.electorate import Electorate
from renown_ideation.counting.records import Amendment, Ballot, Opening, Option, Sealed, Voter
from renown_ideation.counting.result import Counted, Result
from renown_ideation.counting.tally import Count


def opening(charter: Charter, options: Sequence[Option], electorate: Electorate, opened_at: str) -> Opening:
    """What is fixed, and published, before the first ballot."""
    return Opening(
        opened_at=opened_at,
        charter_sha256=charter.digest(),
        options_sha256=sha256(one.line() for one in options),
        electorate_sha256=electorate.digest(),
        options=len(options),
        voters=len(electorate),
    )


def result_record(result: Result, amendments: Iterable[Amendment], counted_at: str) -> Counted:
    """The last line."""
    plain: dict[str, Any] = msgspec.to_builtins(result)
    return Counted(
        counted_at=counted_at,
        amendments_sha256=sha256(one.line() for one in amendments),
        result=plain,
        result_sha256=result.digest(),
    )


def write(
    charter: Charter,
    options: Iterable[Option],
    voters: Iterable[Voter],
    ballots: Iterable[Ballot],
    *,
    opened_at: str,
    counted_at: str,
    amendments: Sequence[Amendment] = (),
) -> Iterator[bytes]:
    """The lines of the file, each with its newline. Voters and ballots come by voter, ascending, and are read once.

    Counts on the way. Raises Refused, BadBallot: what was written until then is no tally.
    """
    amended(charter, amendments, opened_at)
    ordered = sorted(options, key=lambda one: one.id)
    electorate = Electorate(charter, voters)
    yield Sealed(charter=msgspec.to_builtins(charter)).line() + b"\n"
    for before in (*amendments, *ordered, opening(charter, ordered, electorate, opened_at)):
        yield before.line() + b"\n"
    yield from electorate.lines()
    count = Count(charter, ordered, electorate)
    for ballot in ballots:
        yield count.add(ballot)
    yield result_record(count.result(), amendments, counted_at).line() + b"\n"
