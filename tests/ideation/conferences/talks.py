"""A hundred and twenty talks, how well each is liked, and who votes for which: the same each time."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import product

_SUBJECTS = (
    "backups", "release notes", "feature flags", "search", "on-call rotas", "accessibility", "data migrations",
    "code review", "small databases", "maps", "offline apps", "billing",
)  # fmt: skip
_ANGLES = (
    "What we got wrong about {}",
    "{}: ten years on",
    "{} for a team of three",
    "Testing {} without tears",
    "A short history of {}",
    "{} at a hundred million rows",
    "Teaching {} to newcomers",
    "The hidden cost of {}",
    "{} from the other side",
    "Rebuilding {} in the open",
)
TALKS = len(_SUBJECTS) * len(_ANGLES)
#: Places that the first speaker's talks come to.
STAR = (3, 12, 25, 41)
#: Of the electorate, how many vote at all; and for how many talks at most.
_VOTING, MOST = 0.95, 12
#: The share of those who vote that the first place gets, and of each place what the next one gets.
_FIRST, _NEXT = 0.4, 0.96


def titles() -> Sequence[str]:
    """In the order in which they are brought."""
    said = [angle.format(subject) for angle, subject in product(_ANGLES, _SUBJECTS)]
    return [f"{one[0].upper()}{one[1:]}" for one in said]


def authors(speakers: Sequence[int]) -> Sequence[int]:
    """Whose each talk is: the first speaker's four, and the others' in turn, so that many have two."""
    star = [place - 1 for place in STAR]
    others = (speakers[1 + number % (len(speakers) - 1)] for number in range(TALKS))
    by_place = [speakers[0] if place in star else next(others) for place in range(TALKS)]
    return [by_place[place] for place in places()]


def places() -> Sequence[int]:
    """Of each talk, where it comes in the vote, from 0."""
    found = list(range(TALKS))
    random.Random("talks").shuffle(found)
    return found


def ballots(voters: Sequence[int]) -> Mapping[int, Sequence[int]]:
    """By voter, the talks they are for. Some do not vote."""
    chance = random.Random("ballots")
    voting = chance.sample(list(voters), round(len(voters) * _VOTING))
    given: dict[int, list[int]] = {one: [] for one in voting}
    place = places()
    for talk in sorted(range(TALKS), key=lambda one: place[one]):
        liked = max(1, round(len(voting) * _FIRST * _NEXT ** place[talk]))
        chance.shuffle(voting)
        for one in sorted(voting, key=lambda one: len(given[one]))[:liked]:
            given[one].append(talk)
    assert all(len(some) <= MOST for some in given.values())
    return {one: some for one, some in given.items() if some}
