"""The report of a decision in sentences: the same figures on its page, as JSON and in the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from renown_ideation.campaigns import plain
from renown_ideation.campaigns.deviation import Line, Report
from renown_ideation.campaigns.view import Summary
from renown_ideation.numbers import ordinal


def sentences(one: Summary, report: Report) -> Sequence[str]:
    """Once decisions are public, of what they are beside the vote; before, of what is owed."""
    return list(_sentences(one, report))


def _sentences(one: Summary, report: Report) -> Iterator[str]:
    who = plain.within(one.charter.decision.who)
    yield (
        f"{_seats(report.seats)}: the charter gives {report.promised} to the vote and {report.board_promised} to {who}."
    )
    if not report.without:
        yield from _decided(report, who)
    yield f"{len(report.lines) - report.without} of {len(report.lines)} have a decision."
    yield from _answered(one, report)


def _decided(report: Report, who: str) -> Iterator[str]:
    yield from _chosen(report, who)
    yield f"{who[:1].upper()}{who[1:]} gave {_seats(report.to_others)} to others."
    if report.empty:
        nobody = f"{report.empty} of {_seats(report.seats)} {_were(report.empty)} given to nobody."
        yield f"{nobody} {report.empty_why}".strip()
    if report.first_out == 1:
        yield "The first in the vote was left out."
    elif report.first_out:
        yield f"The first {report.first_out} in the vote were left out."
    first = "" if report.top == len(report.lines) else "first "
    yield f"Of the {first}{report.top} in the vote, {report.top_in} {_were(report.top_in)} taken."
    yield from _authors(report)
    differ = sum(one.differs for one in report.lines)
    if not differ:
        yield "No decision differs from the vote."
    elif differ == 1:
        yield "1 decision differs from the vote, with its reason."
    else:
        yield f"{differ} decisions differ from the vote, each with its reason."


def _chosen(report: Report, who: str) -> Iterator[str]:
    """What became of the options that the vote selected, which may be fewer than its seats."""
    if report.chosen < report.promised:
        yield f"The vote chose {report.chosen or 'none'}, fewer than it has seats."
    if report.chosen:
        apart = report.taken - report.granted
        by = f", {apart} of them on {'a seat' if apart == 1 else 'seats'} of {who}" if apart else ""
        yield f"Of the {report.chosen} that the vote chose, {report.taken} {_were(report.taken)} taken{by}."


def _answered(one: Summary, report: Report) -> Iterator[str]:
    """Whether it came in time; and, once it came, whether the charter's promise was kept."""
    due = plain.day(one.charter.decision.due)
    days = f"{report.overdue_days} {'day' if report.overdue_days == 1 else 'days'}"
    if not report.without:
        yield (
            f"The answer came {days} after it was due, on {due}." if report.overdue_days else "The answer came in time."
        )
        yield "What the charter promised was kept." if report.kept else "What the charter promised was not kept."
    elif one.campaign.state == "void":
        yield "The campaign was ended before it was decided."
    elif report.overdue_days:
        yield f"Overdue since {due}: {days} without the answer that was due."
    else:
        yield f"The answer is due by {due}."


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
        f" {places}: {taken} of them {_were(taken)} taken."
    )


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _seats(number: int) -> str:
    return f"{number} seat{'' if number == 1 else 's'}"
