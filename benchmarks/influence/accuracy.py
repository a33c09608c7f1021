"""How well scores agree with what is known of an organisation otherwise, ours and others' of the same events.

    python -m benchmarks.influence.accuracy --events FILE.jsonl --truth FILE.csv [--json]
        [--source-affiliation PATTERN=AFFILIATION ...]

FILE.jsonl has CloudEvents, one a line (also gzipped), as `renown import events` reads them; lines that cannot be taken
are told and skipped. FILE.csv has columns `above,below` (pairs of people, as `source|id`; the first "|" ends the
source): the part of the pairs in which who stands above has the higher score, equal scores counting half. Or columns
`person,value`: Spearman's correlation, and how many of the 10 highest and of the highest tenth are so by both.

Intervals hold 95 of 100 drawings of as many people from the truth's people; a pair counts as often as both of its
people were drawn. Who is in the truth and not in the events is told and left out. Everybody is an employee, and who
endorsed nobody and was endorsed by nobody has one voice, as in the product. `benchmarks.influence.methods` says what
the methods are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import numpy as np
from benchmarks.influence import taken, truth
from benchmarks.influence.agreement import Figure, interval, overlap, pair_accuracy, spearman
from benchmarks.influence.command import options, told
from benchmarks.influence.facts import Numbers
from benchmarks.influence.methods import METHODS, Organisation
from benchmarks.influence.taken import CannotTake, Counts, Taken
from benchmarks.influence.truth import Above, BadTruth, Name, Values

from renown_influence.graph import Floats

#: Of so many highest, and of such a part of all.
TOP, PART = 10, 0.1


class NobodyFound(Exception):
    """Nobody of the truth is in the events, or no pair of them. The text names one who is missing."""


@dataclass(frozen=True)
class Outcome:
    """`people` of the truth, of whom `found` are in the events; `pairs` of the truth and how many of them were `used`.

    `methods` has the figures of each, by the figure's name.
    """

    events: Counts
    kind: str
    people: int
    found: int
    pairs: int | None
    used: int | None
    methods: Mapping[str, Mapping[str, Figure]]


def run(events: Taken, known: Above | Values) -> Outcome:
    """Raises NobodyFound."""
    organisation = Organisation(events.facts)
    scores = {method: _even(organisation.everybody(method)) for method in METHODS}
    named = list(truth.people(known))
    found = sum(one in events.people for one in named)
    if isinstance(known, Above):
        who, above, below = _pairs(events, known)
        methods = {method: _of_pairs(values[who], above, below) for method, values in scores.items()}
        return Outcome(events.counts, "pairs", len(named), found, len(known.pairs), len(above), methods)
    who, values = _values(events, known)
    methods = {method: _of_values(theirs[who], values) for method, theirs in scores.items()}
    return Outcome(events.counts, "values", len(named), found, None, None, methods)


def _even(scores: Floats) -> Floats:
    """So that who is alike is equal: without the last digits, which are the order's in which numbers were added."""
    most = float(np.abs(scores).max(initial=0))
    return np.round(scores / most, 12) if most else scores


def _pairs(events: Taken, known: Above) -> tuple[Numbers, Numbers, Numbers]:
    """The people in pairs that can be compared, and for each pair the places of both among them."""
    both = [(events.people.get(above), events.people.get(below)) for above, below in known.pairs]
    used = [(above, below) for above, below in both if above is not None and below is not None and above != below]
    if not used:
        raise NobodyFound(_missing(events, next(truth.people(known))))
    people, places = np.unique(np.array(used, np.int64), return_inverse=True)
    places = places.reshape(-1, 2)
    return people, places[:, 0], places[:, 1]


def _values(events: Taken, known: Values) -> tuple[Numbers, Floats]:
    """The people who are found, and each one's value: the mean, where several accounts are one person's."""
    found = [(events.people[name], value) for name, value in known.values.items() if name in events.people]
    if not found:
        raise NobodyFound(_missing(events, next(truth.people(known))))
    people, places = np.unique(np.array([person for person, _ in found]), return_inverse=True)
    sums = np.bincount(places, weights=[value for _, value in found])
    return people, sums / np.bincount(places)


def _missing(events: Taken, name: Name) -> str:
    sources = sorted({source for source, _ in events.people})
    return (
        f"nothing of the truth is in the events, not even {'|'.join(name)}; their sources are {', '.join(sources[:5])}"
    )


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
        "top_10": drawn(lambda one, other: overlap(one, other, TOP)),
        "top_tenth": drawn(lambda one, other: overlap(one, other, tenth)),
    }


def say(outcome: Outcome) -> str:
    lines = [
        f"{outcome.events.accepted:,} events; {outcome.found:,} of the truth's {outcome.people:,} people are in them"
    ]
    if outcome.pairs is not None:
        lines[0] += f", and {outcome.used:,} of its {outcome.pairs:,} pairs"
    names = list(next(iter(outcome.methods.values())))
    lines.append(" ".join([f"{'':18}", *(f"{name:>22}" for name in names)]))
    for method, figures in outcome.methods.items():
        lines.append(" ".join([f"{method:18}", *(f"{_figure(figures[name]):>22}" for name in names)]))
    return "\n".join(lines)


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return "-"
    edges = "" if figure.low is None else f" ({figure.low:.3f} to {figure.high:.3f})"
    return f"{figure.value:.3f}{edges}"


def main() -> int:
    parser = options(__doc__)
    parser.add_argument("--truth", type=Path, required=True, metavar="FILE.csv")
    given = parser.parse_args()
    if given.events is None:
        parser.error("--events FILE.jsonl is needed")
    try:
        known = truth.read(given.truth)
        outcome = run(told(taken.take(given.events, given.source_affiliation)), known)
    except (CannotTake, BadTruth, NobodyFound) as error:
        print(error, file=sys.stderr)
        return 2
    print(msgspec.json.encode(asdict(outcome)).decode() if given.json else say(outcome), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
