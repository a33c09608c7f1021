"""Who may vote, and what each weighs: in 24 bytes each."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from hashlib import sha256

from renown_ideation.counting.canonical import LARGEST
from renown_ideation.counting.charter import Charter, weight_wrong
from renown_ideation.counting.errors import Refused
from renown_ideation.counting.records import Voter

_SIZE = 16
_LINE = b'{"record":"voter","voter":"%s","weight":%d}'


class Electorate:
    """Voters by their names, ascending. Raises Refused for an order, a name or a weight that is not allowed."""

    def __init__(self, charter: Charter, voters: Iterable[Voter] = ()) -> None:
        self._charter = charter
        self._ids, self._weights = bytearray(), array("q")
        self._hash, self._last = sha256(), ""
        self._at = 0
        self.weight = 0
        for voter in voters:
            self.add(voter)

    def __len__(self) -> int:
        return len(self._weights)

    def add(self, voter: Voter) -> bytes:
        """One more. Returns the canonical line."""
        name, weight = voter.voter, voter.weight
        if name <= self._last:
            again = "is there twice" if name == self._last else "comes after a higher one: voters are in order"
            raise Refused(f"voter {name} {again}")
        if why := weight_wrong(self._charter, weight):
            raise Refused(f"weight: voter {name} weighs {weight}: {why}")
        self.weight += weight
        if self.weight * self._charter.ballot.highest_value > LARGEST:
            raise Refused("weight: all weights together, times a ballot's highest value, are beyond 2^53 - 1")
        self._ids += _bytes(name)
        self._weights.append(weight)
        self._last = name
        line = _LINE % (name.encode(), weight)
        self._hash.update(line + b"\n")
        return line

    def lines(self) -> Iterator[bytes]:
        """The canonical lines, in order."""
        for at, weight in enumerate(self._weights):
            yield _LINE % (self._ids[at * _SIZE : (at + 1) * _SIZE].hex().encode(), weight)

    def digest(self) -> str:
        """SHA-256 over the voters' lines."""
        return self._hash.hexdigest()

    def find(self, name: str) -> int | None:
        """The weight of a voter who comes after the one that was found before; None where there is none."""
        wanted, ids = _bytes(name), self._ids
        at = self._at
        while at < len(ids) and ids[at : at + _SIZE] < wanted:
            at += _SIZE
        self._at = at
        return self._weights[at // _SIZE] if ids[at : at + _SIZE] == wanted else None


def _bytes(name: str) -> bytes:
    try:
        found = bytes.fromhex(name)
    except ValueError:
        found = b""
    if len(found) != _SIZE or found.hex() != name:
        raise Refused(f"voter: {name[:40]!r} is not 32 digits of lower-case hex")
    return found
