"""The tally: charter, options, electorate and ballots in, the result out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256 as new_sha256

import msgspec

from renown_ideation.counting.canonical import LARGEST, sha256
from renown_ideation.counting.charter import KINDS, Charter
from renown_ideation.counting.dates import is_instant
from renown_ideation.counting.electorate import Electorate
from renown_ideation.counting.equal_shares import EqualShares
from renown_ideation.counting.errors import BadBallot, Refused
from renown_ideation.counting.instant_runoff import InstantRunoff
from renown_ideation.counting.method import Method, Outcome, Ties
from renown_ideation.counting.plain import Plain
from renown_ideation.counting.profile import Block, Profile
from renown_ideation.counting.records import Ballot, Option, Voter
from renown_ideation.counting.result import Placed, Result, Tie
from renown_ideation.counting.schulze import Schulze

_METHODS: Mapping[str, Callable[[Sequence[int], int], Method]] = {
    "plain": lambda ids, seats: Plain(ids),
    "equal-shares": EqualShares,
    "instant-runoff": lambda ids, seats: InstantRunoff(ids),
    "schulze": lambda ids, seats: Schulze(ids),
}
_LINE = b'{"choices":%s,"record":"ballot","voter":"%s"}\n'
_json = msgspec.json.Encoder().encode


def tally(charter: Charter, options: Iterable[Option], voters: Iterable[Voter], ballots: Iterable[Ballot]) -> Result:
    """Counts, whatever order they come in. Raises Refused, BadBallot. `Count` does it in bounded memory, in order."""
    ordered = sorted(options, key=lambda one: one.id)
    electorate = Electorate(charter, sorted(voters, key=lambda one: one.voter))
    count = Count(charter, ordered, electorate)
    for ballot in sorted(ballots, key=lambda one: one.voter):
        count.add(ballot)
    return count.result()


class Count:
    """Takes ballots one by one, by voter, ascending. Options are in the order of their ids."""

    def __init__(self, charter: Charter, options: Sequence[Option], electorate: Electorate) -> None:
        checked_options(options, charter.most_options)
        self._charter, self._electorate = charter, electorate
        self._options, self._options_sha256 = _as_texts(options), sha256(one.line() for one in options)
        ids = [one.id for one in self._options]
        self._method = _METHODS[charter.count.method](ids, charter.seats.by_vote)
        self._voters = [0] * len(ids)
        self._profile = Profile(charter.ballot, [str(one) for one in ids], self._take)
        self._hash, self._last = new_sha256(), ""
        self._ballots = self._weight = 0

    def add(self, ballot: Ballot) -> bytes:
        """One more. Returns its canonical line, with the newline. Raises BadBallot, also for one before."""
        voter = ballot.voter
        name = voter.encode()
        weight = self._electorate.find(name)
        if weight is None:
            raise BadBallot(self._ballots, voter[:40], self._unknown(voter))
        line = _LINE % (_json(self._profile.add(voter, ballot.choices, weight)), name)
        self._hash.update(line)
        self._last = voter
        self._ballots += 1
        self._weight += weight
        return line

    def _unknown(self, voter: str) -> str:
        if voter == self._last:
            return "it is the voter's second one"
        if voter < self._last:
            return "it comes after a higher one: ballots are in order"
        return "the voter is not in the electorate"

    def result(self) -> Result:
        """Of all that were added. Raises BadBallot."""
        self._profile.flush()
        ballots_sha256 = self._hash.hexdigest()
        charter = self._charter
        ties = Ties.of(charter.count.tie_break, self._options, ballots_sha256)
        outcome = self._method.outcome(ties)
        return Result(
            charter_sha256=charter.digest(),
            options_sha256=self._options_sha256,
            electorate_sha256=self._electorate.digest(),
            ballots_sha256=ballots_sha256,
            method=charter.count.method,
            ballot=KINDS[type(charter.ballot)],
            seats=charter.seats.by_vote,
            voters=len(self._electorate),
            ballots=self._ballots,
            abstentions=len(self._electorate) - self._ballots,
            weight=self._electorate.weight,
            weight_cast=self._weight,
            options=self._placed(outcome),
            tie_break=charter.count.tie_break,
            ties=[Tie(place=at, options=[self._options[one].id for one in level]) for at, level in outcome.ties],
            rounds=[dict(one) for one in outcome.rounds],
        )

    def _take(self, block: Block) -> None:
        self._voters = [before + more for before, more in zip(self._voters, block.voters(), strict=True)]
        self._method.take(block)

    def _placed(self, outcome: Outcome) -> list[Placed]:
        """By place. What nobody voted for is not selected, whatever its place."""
        return [
            Placed(
                id=self._options[at].id,
                place=place,
                total=outcome.totals[at],
                voters=self._voters[at],
                selected=place <= self._charter.seats.by_vote and self._voters[at] > 0,
            )
            for place, at in enumerate(outcome.order, 1)
        ]


def checked_options(options: Sequence[Option], most: int) -> None:
    """Raises Refused where they cannot be voted for."""
    if not options:
        raise Refused("options: there are none")
    if len(options) > most:
        raise Refused(f"options: there are {len(options)}, and the method counts at most {most}")
    last = 0
    for one in options:
        if one.id <= last or one.id > LARGEST:
            raise Refused(f"option {one.id}: ids are positive, each once, and in order")
        if not is_instant(one.submitted_at):
            raise Refused(f"option {one.id}: submitted_at: {one.submitted_at!r} is no instant")
        last = one.id


def _as_texts(options: Sequence[Option]) -> list[Option]:
    """In the order that canonical JSON gives their ids as keys."""
    return sorted(options, key=lambda one: str(one.id))
