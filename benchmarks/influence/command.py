"""What the commands share: their options, and telling what became of a file."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path

from benchmarks.influence.taken import Taken

from renown import clock
from renown.sources.registry import AFFILIATIONS


class _Affiliations(argparse.Action):
    """Collects PATTERN=AFFILIATION."""

    def __call__(self, parser: argparse.ArgumentParser, given: argparse.Namespace, values: object, *_: object) -> None:
        pattern, mark, kind = str(values).rpartition("=")
        if not (mark and pattern) or kind not in AFFILIATIONS:
            parser.error(f"--source-affiliation {values}: write PATTERN=AFFILIATION, one of {', '.join(AFFILIATIONS)}")
        given.source_affiliation = {**given.source_affiliation, pattern: kind}


def options(description: str | None) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--events", type=Path, metavar="FILE.jsonl", help="CloudEvents, one a line")
    made.add_argument("--json", action="store_true", help="one line of JSON")
    made.add_argument(
        "--today",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="instead of the day of the last event; what lies later is left out",
    )
    made.add_argument(
        "--source-affiliation",
        action=_Affiliations,
        default={},
        metavar="PATTERN=AFFILIATION",
        help="what accounts in sources of such a name are, instead of employees; may be given several times",
    )
    return made


def told(found: Taken) -> Taken:
    """Says on standard error what was not taken, and which day it is."""
    counts = found.counts
    for line in found.refused:
        print(line, file=sys.stderr)
    if counts.refused > len(found.refused):
        print(f"and {counts.refused - len(found.refused):,} more lines that cannot be taken", file=sys.stderr)
    print(
        f"{counts.lines:,} lines: {counts.accepted:,} events taken, {counts.duplicates:,} there already, "
        f"{counts.skipped:,} left out (private), {counts.late:,} left out (later than today), "
        f"{counts.refused:,} cannot be taken",
        file=sys.stderr,
    )
    for note in found.notes:
        print(note, file=sys.stderr)
    print(f"today is {clock.to_date(found.facts.today)}", file=sys.stderr, flush=True)
    return found


def answer(text: str) -> None:
    """Writes what was found. Ends quietly where nobody reads on, as behind `| head`."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # Or Python would try once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
