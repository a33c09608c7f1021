"""How well scores agree with what is known of an organisation otherwise, ours and others' of the same events.

    python -m benchmarks.influence.accuracy --events FILE.jsonl --truth FILE.csv [--json] [--today YYYY-MM-DD]
        [--source-affiliation PATTERN=AFFILIATION ...]

FILE.jsonl has CloudEvents, one a line (also gzipped), as `renown import events` reads them; lines that cannot be taken
are told and skipped, as are events whose dates cannot be believed (`benchmarks.influence.when`). FILE.csv has columns
`above,below` (pairs of people, as `source|id`): the part of the pairs in which who stands above has the higher score,
equal scores counting half. Or columns `person,value`: Spearman's correlation, and how many of the 10 highest and of the
highest tenth are so by both. Its rows that cannot be taken are told and left out. Where there is no figure, because
all scores are equal or too few people are compared, it says so: `-`, and null in JSON, with the reason.

Intervals hold 95 of 100 drawings of as many people from the truth's people; a pair counts as often as both of its
people were drawn. Who is in the truth and not in the events is told and left out. Everybody is an employee, and who
endorsed nobody and was endorsed by nobody has one voice, as in the product. `benchmarks.influence.methods` says what
the methods are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
from benchmarks.influence import names, taken, truth
from benchmarks.influence.agreement import Figure, interval, overlap, pair_accuracy, spearman
from benchmarks.influence.command import answer, options, told
from benchmarks.influence.facts import Numbers
from benchmarks.influence.methods import METHODS, Organisation
from benchmarks.influence.taken import CannotTake, Counts, Taken
from benchmarks.influence.truth import Above, BadTruth, Cell, Values

from renown import clock
from renown_influence.graph import Floats

#: Of so many highest, and of such a part of all.
TOP, PART = 10, 0.1
_HIGHEST = f"top_{TOP}"


class NobodyFound(Exception):
    """Nobody of the truth is in the events, or no pair of them. The text names one who is missing."""


@dataclass(frozen=True)
class Row:
    """A figure of one method, and between what 95 of 100 drawings lie; None where there is none."""

    method: str
    measure: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class LeftOut:
    """A figure that there is none of, by any `method` or by one, and why."""

    measure: str
    method: str | None
    why: str


@dataclass(frozen=True)
class Outcome:
    """Of the truth's `rows` (pairs or values; `faulty` ones beside them were left out) `used` ones could be compared,
    of its `people` `found` are in the events, `nearly` of them spelled in other letters."""

    today: str
    events: Counts
    truth: str
    rows: int
    faulty: int
    used: int
    people: int
    found: int
    nearly: int
    notes: list[str]
    figures: list[Row]
    left_out: list[LeftOut]


def run(events: Taken, known: Above | Values) -> Outcome:
    """Raises NobodyFound."""
    organisation = Organisation(events.facts)
    cells = truth.people(known)
    named = names.find(cells, events.people)
    compared = _compared(events, known, named.people)
    figures, without = [], []
    for method in METHODS:
        scores = _even(organisation.everybody(method))[compared.who]
        found = compared.measure(scores)
        figures += [Row(method, measure, one.value, one.low, one.high) for measure, one in found.items()]
        without += [
            LeftOut(measure, method, _why(measure, scores, compared.values))
            for measure, one in found.items()
            if one.value is None
        ]
    return Outcome(
        today=str(clock.to_date(events.facts.today)),
        events=events.counts,
        truth="pairs" if isinstance(known, Above) else "values",
        rows=len(known.pairs) if isinstance(known, Above) else len(known.values),
        faulty=known.faulty,
        used=compared.count,
        people=len(cells),
        found=len(named.people),
        nearly=len(named.nearly),
        notes=events.notes,
        figures=figures,
        left_out=_together(without),
    )


def _why(measure: str, scores: Floats, values: Floats | None) -> str:
    """Why there is no figure of it. `values` are the truth's, None where that is pairs."""
    if len(scores) < 2:
        return "one person alone is compared"
    if measure == _HIGHEST and len(scores) < 2 * TOP:
        return f"of {len(scores)} people {TOP} are more than half, by any scores"
    if values is not None and values.max() == values.min():
        return "all values of the truth are equal"
    return "all scores are equal"


def _together(found: Sequence[LeftOut]) -> list[LeftOut]:
    """Once where no method has a figure, for one and the same reason."""
    whole = []
    for one in found:
        same = [other for other in found if (other.measure, other.why) == (one.measure, one.why)]
        whole.append(replace(one, method=None) if len(same) == len(METHODS) else one)
    return list(dict.fromkeys(whole))


def _even(scores: Floats) -> Floats:
    """So that who is alike is equal: without the last digits, which are the order's in which numbers were added."""
    most = float(np.abs(scores).max(initial=0))
    return np.round(scores / most, 12) if most else scores


@dataclass(frozen=True)
class _Compared:
    """The people who can be compared, how many pairs or values of theirs there are, and how to measure their scores.

    `values` are theirs; None where the truth is pairs.
    """

    who: Numbers
    count: int
    measure: Callable[[Floats], dict[str, Figure]]
    values: Floats | None = None


def _compared(events: Taken, known: Above | Values, people: Mapping[Cell, int]) -> _Compared:
    if not people:
        sources = ", ".join(sorted({source for source, _ in events.people})[:5])
        first = truth.people(known)[0]
        raise NobodyFound(f"nobody of the truth is in the events, not even {first}; their sources are {sources}")
    return _pairs(known, people) if isinstance(known, Above) else _values(known, people)


def _pairs(known: Above, people: Mapping[Cell, int]) -> _Compared:
    """Those of whom both are found, and are two."""
    both = [(people.get(above), people.get(below)) for above, below in known.pairs]
    used = [(above, below) for above, below in both if above is not None and below is not None and above != below]
    if not used:
        raise NobodyFound(f"{len(people):,} people of the truth are in the events, but no pair of them")
    who, places = np.unique(np.array(used, np.int64), return_inverse=True)
    above, below = places.reshape(-1, 2).T
    return _Compared(who, len(used), lambda scores: _of_pairs(scores, above, below))


def _values(known: Values, people: Mapping[Cell, int]) -> _Compared:
    """Each person's value: the mean, where several accounts are one person's."""
    found = [(people[cell], value) for cell, value in known.values.items() if cell in people]
    who, places = np.unique(np.array([person for person, _ in found]), return_inverse=True)
    values = np.bincount(places, weights=[value for _, value in found]) / np.bincount(places)
    return _Compared(who, len(who), lambda scores: _of_values(scores, values), values)


def _of_pairs(scores: Floats, above: Numbers, below: Numbers) -> dict[str, Figure]:
    def accuracy(drawn: Numbers) -> float:
        return pair_accuracy(scores, above, below, drawn[above] * drawn[below])

    return {"pair_accuracy": interval(len(scores), accuracy, cost=len(above))}


def _of_values(scores: Floats, values: Floats) -> dict[str, Figure]:
    def drawn(figure: Callable[[Floats, Floats], float]) -> Figure:
        return interval(len(scores), lambda times: figure(np.repeat(scores, times), np.repeat(values, times)))

    tenth = max(1, round(len(scores) * PART))
    return {
        "spearman": drawn(spearman),
        _HIGHEST: drawn(lambda one, other: overlap(one, other, TOP)),
        "top_tenth": drawn(lambda one, other: overlap(one, other, tenth)),
    }


def say(outcome: Outcome) -> str:
    measures = list(dict.fromkeys(row.measure for row in outcome.figures))
    lines = [
        f"{outcome.events.accepted:,} events up to {outcome.today}; of the truth's {outcome.people:,} people "
        f"{outcome.found:,} are in them; {outcome.used:,} {outcome.truth} are compared",
        " ".join([f"{'':18}", *(f"{name:>22}" for name in measures)]),
    ]
    for method in METHODS:
        figures = [_figure(row) for row in outcome.figures if row.method == method]
        lines.append(" ".join([f"{method:18}", *(f"{figure:>22}" for figure in figures)]))
    lines += [
        f"left out: {one.measure}{f', by {one.method}' if one.method else ''}: {one.why}" for one in outcome.left_out
    ]
    return "\n".join(lines)


def _figure(row: Row) -> str:
    if row.value is None:
        return "-"
    edges = "" if row.low is None else f" ({row.low:.3f} to {row.high:.3f})"
    return f"{row.value:.3f}{edges}"


def _told(path: Path, known: Above | Values, outcome: Outcome) -> None:
    """Says on standard error what of the truth was left out."""
    lines = truth.told(path, known.faults)
    if outcome.faulty:
        lines.append(f"{path}: {outcome.faulty:,} rows that cannot be taken are left out, {outcome.rows:,} are taken")
    if outcome.people > outcome.found:
        lines.append(f"{path}: {outcome.people - outcome.found:,} people are not in the events and left out")
    if outcome.nearly:
        lines.append(f"{path}: {outcome.nearly:,} people are found in other letters alone")
    for line in lines:
        print(line, file=sys.stderr)


def main() -> int:
    parser = options(__doc__)
    parser.add_argument("--truth", type=Path, required=True, metavar="FILE.csv")
    given = parser.parse_args()
    if given.events is None:
        parser.error("--events FILE.jsonl is needed")
    try:
        known = truth.read(given.truth)
        outcome = run(told(taken.take(given.events, given.source_affiliation, given.today)), known)
    except (CannotTake, BadTruth, NobodyFound) as error:
        print(error, file=sys.stderr)
        return 2
    _told(given.truth, known, outcome)
    answer(msgspec.json.encode(asdict(outcome)).decode() if given.json else say(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
