"""The report of a decision in sentences: the same figures, for whoever reads no table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from renown_ideation.campaigns.deviation import Line, Report
from renown_ideation.campaigns.results import ordinal


def sentences(report: Report) -> Sequence[str]:
    """Of a report whose decisions are public; before, of what is owed."""
    return list(_sentences(report))


def _sentences(report: Report) -> Iterator[str]:
    yield (
        f"{_seats(report.seats)}: the charter gives {report.promised} to the vote"
        f" and {report.board_promised} to those who decide."
    )
    if report.without < len(report.lines):
        yield f"Of the {report.promised} that the vote chose, {report.granted} were taken."
        yield f"Those who decide gave {_seats(report.by_board)} to others."
        if report.first_out:
            yield (
                f"The first {report.first_out} in the vote were left out."
                if report.first_out > 1
                else ("The first in the vote was left out.")
            )
        yield f"Of the first {report.top} in the vote, {report.top_in} were taken."
        yield from _authors(report)
        explained = sum(one.differs for one in report.lines)
        yield f"{explained} decisions differ from the vote, each with its reason."
    answered = len(report.lines) - report.without
    yield f"{answered} of {len(report.lines)} have a decision."
    if report.overdue_days:
        days = "day" if report.overdue_days == 1 else "days"
        yield f"Overdue: {report.overdue_days} {days} without the answer that was due."
    else:
        yield "The answer is not overdue." if report.without else "The answer came in time."


def _authors(report: Report) -> Iterator[str]:
    """Of the authors of the first ten with several among the first places, as many as there are seats: some were taken
    and some were not.
    """
    first = sorted(report.lines, key=lambda one: one.standing.place)[: max(report.seats, report.top)]
    mine: dict[int, list[Line]] = {}
    for line in first:
        if line.author is not None:
            mine.setdefault(line.author, []).append(line)
    for several in mine.values():
        taken = sum(bool(one.seat) for one in several)
        if several[0].standing.place <= report.top and 0 < taken < len(several):
            yield _author(several, taken, len(first))


def _author(several: Sequence[Line], taken: int, first: int) -> str:
    places = ", ".join(str(one.standing.place) for one in several)
    return (
        f"Whoever came {ordinal(several[0].standing.place)} had {len(several)} among the first {first}, at places"
        f" {places}: {taken} of them {'was' if taken == 1 else 'were'} taken."
    )


def _seats(number: int) -> str:
    return f"{number} seat{'' if number == 1 else 's'}"
