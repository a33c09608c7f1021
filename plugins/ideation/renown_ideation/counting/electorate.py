"""Who may vote, and what each weighs: in 40 bytes each."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from hashlib import sha256

from renown_ideation.counting.canonical import LARGEST
from renown_ideation.counting.charter import Charter, weight_wrong
from renown_ideation.counting.errors import Refused
from renown_ideation.counting.records import Voter

_SIZE = 32
_NAME = re.compile("[0-9a-f]{32}")
_LINE = b'{"record":"voter","voter":"%s","weight":%d}\n'


class Electorate:
    """Voters by their names, ascending. Raises Refused for an order, a name or a weight that is not allowed."""

    def __init__(self, charter: Charter, voters: Iterable[Voter] = ()) -> None:
        self._charter = charter
        self._names, self._weights = bytearray(), array("q")
        self._hash, self._last = sha256(), ""
        self._at = 0
        self.weight = 0
        for voter in voters:
            self.add(voter)

    def __len__(self) -> int:
        return len(self._weights)

    def add(self, voter: Voter) -> bytes:
        """One more. Returns the canonical line, with its newline."""
        name, weight = voter.voter, voter.weight
        if not _NAME.fullmatch(name):
            raise Refused(f"voter: {name[:40]!r} is not 32 digits of lower-case hex")
        if name <= self._last:
            again = "is there twice" if name == self._last else "comes after a higher one: voters are in order"
            raise Refused(f"voter {name} {again}")
        if why := weight_wrong(self._charter, weight):
            raise Refused(f"weight: voter {name} weighs {weight}: {why}")
        self.weight += weight
        if self.weight * self._charter.ballot.highest_value > LARGEST:
            raise Refused("weight: all weights together, times a ballot's highest value, are beyond 2^53 - 1")
        self._names += name.encode()
        self._weights.append(weight)
        self._last = name
        line = _LINE % (name.encode(), weight)
        self._hash.update(line)
        return line

    def lines(self) -> Iterator[bytes]:
        """The canonical lines, each with its newline, in order."""
        for at, weight in enumerate(self._weights):
            yield _LINE % (self._names[at * _SIZE : (at + 1) * _SIZE], weight)

    def digest(self) -> str:
        """SHA-256 over the voters' lines."""
        return self._hash.hexdigest()

    def find(self, wanted: bytes) -> int | None:
        """The weight of a voter who comes after the one that was found before; None where there is none."""
        names, at = self._names, self._at
        while (found := names[at : at + _SIZE]) and found < wanted:
            at += _SIZE
        if found != wanted or not found:
            self._at = at
            return None
        self._at = at + _SIZE
        return self._weights[at // _SIZE]
