"""What two boards make of a vote: one keeps its word, the other is one that there was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from renown_ideation.campaigns.deciding import Seat, Verdict
from renown_ideation.campaigns.deviation import Line

#: From lines by place to what becomes of each option.
Board = Callable[[Sequence[Line]], Mapping[int, Verdict]]
SEATS, HONEST = 30, 8

#: Places from 1: of the first thirty those that stayed, beside the talks of whoever came third.
_STAYED = frozenset({7, 11, 15, 18, 21, 24, 28})
_WHY_IN = (
    "The topic was missing from the programme.",
    "The speaker gave it last year, and it was the best talk that we had.",
    "It goes with the workshop on the day before.",
)
_WHY_OUT = (
    "Two talks on this were in the programme already.",
    "It was given at our meeting in spring.",
    "The speaker could not say when they would be there.",
)
_ONE_EACH = "We take one talk of each speaker."


def honest(lines: Sequence[Line]) -> Mapping[int, Verdict]:
    """The first eight by the vote; of the others the board takes every fourth for its own twenty-two seats."""
    seats: dict[int, Seat] = {one.standing.option: "vote" for one in lines[:HONEST]}
    seats |= {one.standing.option: "board" for one in lines[HONEST + 2 :: 4][: SEATS - HONEST]}
    return _explained(lines, seats)


def as_it_happened(lines: Sequence[Line]) -> Mapping[int, Verdict]:
    """All thirty were the vote's: eight stay, without the first two; twenty-two go to others."""
    third = lines[2]
    mine = {one.standing.option for one in lines if one.author == third.author}
    stay = [one for one in lines if one.standing.place in _STAYED and one.standing.option not in mine]
    seats: dict[int, Seat] = {one.standing.option: "vote" for one in (third, *stay)}
    rest = [one for one in lines[SEATS:] if one.standing.option not in mine]
    seats |= {one.standing.option: "board" for one in rest[::4][: SEATS - HONEST]}
    return _explained(lines, seats, dict.fromkeys(mine, _ONE_EACH))


def _explained(
    lines: Sequence[Line], seats: Mapping[int, Seat], why: Mapping[int, str] | None = None
) -> Mapping[int, Verdict]:
    """With a reason wherever it is another decision than the vote's."""
    made = {}
    for number, line in enumerate(lines):
        option, seat = line.standing.option, seats.get(line.standing.option, "")
        reason = ""
        if seat == "board":
            reason = _WHY_IN[number % len(_WHY_IN)]
        elif not seat and line.standing.selected:
            reason = (why or {}).get(option, _WHY_OUT[number % len(_WHY_OUT)])
        made[option] = Verdict(seat, reason)
    return made
