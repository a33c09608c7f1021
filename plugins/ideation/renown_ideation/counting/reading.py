"""Reading a published file line by line: whether each is what it should be, where it should be, and counting."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

import msgspec

from renown_ideation.counting.amendments import amended
from renown_ideation.counting.canonical import canonical, digest, parse, sha256
from renown_ideation.counting.charter import Charter, read_charter
from renown_ideation.counting.dates import is_instant
from renown_ideation.counting.differences import differences
from renown_ideation.counting.electorate import Electorate
from renown_ideation.counting.errors import BadBallot, Refused, named
from renown_ideation.counting.records import Amendment, Ballot, Opening, Option, Record, Sealed, Voter
from renown_ideation.counting.result import Counted, Result
from renown_ideation.counting.tally import Count

#: What may come after what, in the order of the file.
_NEXT: dict[type[Record] | None, tuple[type[Record], ...]] = {
    None: (Sealed,),
    Sealed: (Amendment, Option),
    Amendment: (Amendment, Option),
    Option: (Option, Opening),
    Opening: (Voter, Ballot, Counted),
    Voter: (Voter, Ballot, Counted),
    Ballot: (Ballot, Counted),
    Counted: (),
}
_KINDS = {kind.__struct_config__.tag: kind for kind in _NEXT if kind is not None}
_ballot = msgspec.json.Decoder(Ballot).decode
_voter = msgspec.json.Decoder(Voter).decode


class Broken(Refused):
    """A line after which nothing can be read. `line` from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


@dataclass
class Reading:
    """What has been read so far. `wrong`: lines that say what is not so, and why; reading goes on after them."""

    wrong: list[tuple[int, str]] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    charter: Charter | None = None
    amendments: list[Amendment] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    result: Result | None = None

    def __post_init__(self) -> None:
        self._last: type[Record] | None = None
        self._opening_line = self._first_ballot = 0
        self._opening: Opening | None = None
        self._electorate: Electorate | None = None
        self._count: Count | None = None

    def take(self, line: bytes) -> None:
        """The next line, with its newline. Raises Broken."""
        self.lines += 1
        try:
            if not line.endswith(b"\n"):
                raise Refused("has no newline at its end: the file is cut off here")
            if line.startswith(b'{"choices":'):
                self._take_ballot(line)
            elif line.startswith(b'{"record":"voter"'):
                self._take_voter(line)
            else:
                self._take_other(parse(line[:-1]))
        except BadBallot as error:
            raise Broken(self._first_ballot + error.number, str(error)) from error
        except Refused as error:
            raise Broken(self.lines, str(error)) from error

    def end(self) -> None:
        """No line is left. Raises Broken where some are missing."""
        if self._last is not Counted:
            wanted = " or ".join(str(kind.__struct_config__.tag) for kind in _NEXT[self._last])
            raise Broken(self.lines + 1, f"the file ends before its result: {wanted} should follow")

    def _take_ballot(self, line: bytes) -> None:
        if self._count is None or self._last is not Ballot:
            self._follows(Ballot)
            self._close_electorate()
            self._first_ballot = self.lines
        try:
            ballot = _ballot(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            _why(line, Ballot, error)
        if self._count is None or self._count.add(ballot) != line:
            _why(line, Ballot)

    def _take_voter(self, line: bytes) -> None:
        if self._electorate is None or self._last is not Voter:
            self._follows(Voter)
        try:
            voter = _voter(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            _why(line, Voter, error)
        if self._electorate is None or self._electorate.add(voter) != line:
            _why(line, Voter)

    def _take_other(self, value: Any) -> None:
        kind = _KINDS.get(str(value.get("record"))) if isinstance(value, dict) else None
        if kind is None:
            raise Refused(f"record: is none of {', '.join(map(str, _KINDS))}")
        self._follows(kind)
        match _converted(value, kind):
            case Sealed(charter=charter):
                self.charter = read_charter(charter)
            case Amendment() as amendment:
                self.amendments.append(amendment)
            case Option() as option:
                self._take_option(option)
            case Opening() as opening:
                self._take_opening(opening)
            case Counted() as counted:
                self._take_result(counted)

    def _follows(self, kind: type[Record]) -> None:
        if kind not in _NEXT[self._last]:
            before = self._last.__struct_config__.tag if self._last else "the beginning"
            raise Refused(f"record: {kind.__struct_config__.tag} cannot come after {before}")
        self._last = kind

    def _take_option(self, option: Option) -> None:
        if self.options and option.id <= self.options[-1].id:
            raise Refused(
                f"option {option.id}: comes after option {self.options[-1].id}: options are in order, each once"
            )
        self.options.append(option)

    def _take_opening(self, opening: Opening) -> None:
        assert self.charter is not None
        if not is_instant(opening.opened_at):
            raise Refused(f"opened_at: {opening.opened_at!r} is no instant")
        amended(self.charter, self.amendments, opening.opened_at)
        self._opening, self._opening_line = opening, self.lines
        self._electorate = Electorate(self.charter)
        self._same("charter", self.charter.digest(), "the charter is not the one that was sealed")
        options = sha256(one.line() for one in self.options)
        self._same("options", options, "an option was changed, added or taken out")

    def _same(self, what: str, found: str, otherwise: str) -> None:
        self.hashes[what] = found
        said = getattr(self._opening, f"{what}_sha256")
        if said != found:
            self.wrong.append((self._opening_line, f"{what}_sha256: says {said}, the file has {found}: {otherwise}"))

    def _close_electorate(self) -> None:
        """All voters are there: ballots may come."""
        if self._count is not None or self._electorate is None or self.charter is None or self._opening is None:
            return
        self._same("electorate", self._electorate.digest(), "a voter or a weight was changed, added or taken out")
        for what, said, found in (
            ("options", self._opening.options, len(self.options)),
            ("voters", self._opening.voters, len(self._electorate)),
        ):
            if said != found:
                self.wrong.append((self._opening_line, f"{what}: says {said}, the file has {found}"))
        self._count = Count(self.charter, self.options, self._electorate)

    def _take_result(self, counted: Counted) -> None:
        self._close_electorate()
        assert self._count is not None
        self.result = self._count.result()
        found = msgspec.to_builtins(self.result)
        amendments = sha256(one.line() for one in self.amendments)
        self.hashes |= {"ballots": self.result.ballots_sha256, "amendments": amendments, "result": digest(found)}
        wrong = []
        if counted.result.get("ballots_sha256") != self.result.ballots_sha256:
            wrong.append("result.ballots_sha256: not these ballots were counted: one was changed, added or taken out")
        wrong += [f"result.{one}" for one in differences(counted.result, found)]
        if counted.amendments_sha256 != amendments:
            wrong.append(f"amendments_sha256: says {counted.amendments_sha256}, the file has {amendments}")
        if counted.result_sha256 != digest(counted.result):
            wrong.append(f"result_sha256: says {counted.result_sha256}, this result has {digest(counted.result)}")
        if not is_instant(counted.counted_at):
            wrong.append(f"counted_at: {counted.counted_at!r} is no instant")
        self.wrong += [(self.lines, one) for one in wrong]


def _converted(value: Any, kind: type[Record]) -> Record:
    try:
        found = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise named(error, str(kind.__struct_config__.tag)) from error
    if found.line() != canonical(value):
        raise Refused("does not have all its fields")
    return found


def _why(line: bytes, kind: type[Record], error: Exception | None = None) -> NoReturn:
    """Raises Refused with the reason why a line was not taken as it stands."""
    _converted(parse(line[:-1]), kind)
    raise Refused("is not in canonical form") from error
