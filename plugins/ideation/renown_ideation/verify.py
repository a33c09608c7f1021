"""`renown ideation verify FILE`: a published tally counted again, from the file alone."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click
import msgspec

from renown_ideation.counting.reading import Broken, Reading
from renown_ideation.counting.records import Option, voter_of
from renown_ideation.counting.result import Result

#: A line is no longer, in bytes: the result of a thousand options has less.
LINE = 1 << 26
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Problem:
    """`line` from 1."""

    line: int
    said: str


@dataclass(frozen=True)
class Verdict:
    """`hashes`: what the file's lines have. `result`: what its ballots give; None where they could not be counted."""

    problems: tuple[Problem, ...]
    lines: int
    title: str = ""
    question: str = ""
    hashes: dict[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    amendments: int = 0
    result: Result | None = None

    @property
    def ok(self) -> bool:
        return self.result is not None and not self.problems


def verify(lines: Iterable[bytes]) -> Verdict:
    """Reads lines, each with its newline, checks every hash, counts again and compares. What is wrong is a problem."""
    reading = Reading()
    broken = []
    try:
        for line in lines:
            reading.take(line)
        reading.end()
    except Broken as error:
        broken.append(Problem(error.line, str(error)))
    except (EOFError, OSError, zlib.error) as error:
        broken.append(Problem(reading.lines + 1, f"the file cannot be read further: {error}"))
    charter = reading.charter
    return Verdict(
        problems=(*(Problem(*one) for one in reading.wrong), *broken),
        lines=reading.lines,
        title=charter.campaign.title if charter else "",
        question=charter.question if charter else "",
        hashes=reading.hashes,
        options=tuple(reading.options),
        amendments=len(reading.amendments),
        result=reading.result,
    )


def said(verdict: Verdict) -> Iterator[str]:
    """What the command prints, line by line."""
    return _said(verdict, _Receipt(None))


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--receipt", metavar="CODE", help="Look for the ballot of this receipt too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
def command(file: str, receipt: str | None, as_json: bool) -> None:
    """Count a published tally again: FILE is .jsonl or .jsonl.gz, or - for standard input.

    Needs neither a database nor settings. Exits with 1 where the file is not what it says.
    """
    mine = _Receipt(receipt)
    with opened(file) as lines:
        verdict = verify(mine.watched(lines))
    click.echo(json.dumps(_data(verdict, mine), indent=2) if as_json else "\n".join(_said(verdict, mine)))
    if not verdict.ok:
        sys.exit(1)


@contextmanager
def opened(file: str) -> Iterator[Iterator[bytes]]:
    """The lines of a file, or of standard input, unpacked where they are packed."""
    with click.open_file(file, "rb") as raw:
        source = io.BufferedReader(raw)  # type: ignore[type-var]
        if source.peek(2)[:2] != _GZIP:
            yield _lines(source)
            return
        with gzip.open(source) as unpacked:
            yield _lines(unpacked)


def _lines(source: Any) -> Iterator[bytes]:
    return iter(lambda: source.readline(LINE), b"")


class _Receipt:
    """The line of one's own ballot, as it goes by."""

    def __init__(self, code: str | None) -> None:
        self.voter = voter_of(code) if code else None
        self.ballot: dict[str, int] | None = None
        self._ending = f'"record":"ballot","voter":"{self.voter}"}}\n'.encode()

    def watched(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            if self.voter and line.endswith(self._ending):
                self.ballot = json.loads(line)["choices"]
            yield line


def _data(verdict: Verdict, mine: _Receipt) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ok": verdict.ok,
        "problems": [{"line": one.line, "said": one.said} for one in verdict.problems],
        "lines": verdict.lines,
        "hashes": verdict.hashes,
        "result": msgspec.to_builtins(verdict.result),
    }
    return found if mine.voter is None else {**found, "receipt": {"voter": mine.voter, "choices": mine.ballot}}


def _said(verdict: Verdict, mine: _Receipt) -> Iterator[str]:
    if verdict.title:
        yield f"{_plain(verdict.title)}: {_plain(verdict.question)}"
    result = verdict.result
    yield f"{verdict.lines:,} lines read" + (
        f": {len(verdict.options):,} options, {result.voters:,} voters, {result.ballots:,} ballots, "
        f"{result.abstentions:,} without one, {verdict.amendments:,} amendments"
        if result
        else ""
    )
    for name, value in verdict.hashes.items():
        yield f"  {name:12} SHA-256 {value}"
    if result:
        yield from _table(result, {one.id: one.title for one in verdict.options})
    if mine.voter:
        yield f"Your ballot ({mine.voter}): " + (json.dumps(mine.ballot) if mine.ballot is not None else "is not there")
    for problem in verdict.problems:
        yield f"Line {problem.line}: {_plain(problem.said)}"
    yield "The tally is what the file's ballots give." if verdict.ok else "The file is not what it says."


def _table(result: Result, titles: dict[int, str]) -> Iterator[str]:
    yield f"{result.method}, {result.ballot} ballots, {result.seats} seats by the vote; ties by {result.tie_break}"
    yield f"{'place':>5} {'option':>6} {'total':>12} {'voters':>8}  "
    for one in result.options:
        chosen = "chosen  " if one.selected else "        "
        yield f"{one.place:5} {one.id:6} {one.total:12,} {one.voters:8,}  {chosen}{_plain(titles[one.id])}"
    for tie in result.ties:
        yield f"  level for place {tie.place}, in the order of the tie-break: {', '.join(map(str, tie.options))}"


def _plain(text: str) -> str:
    """Without what would command a terminal."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


if __name__ == "__main__":
    command(prog_name="verify")
