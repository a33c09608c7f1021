"""Acme, who builds rockets: its teams, its people and how each of them is, and the customers who ask."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

#: The teams and how many of a hundred people each has. The first four write code.
TEAMS = {
    "Platform": 18,
    "Product": 17,
    "Research": 10,
    "Operations": 12,
    "Marketing": 13,
    "Customer service": 13,
    "Sales": 11,
    "People": 6,
}
CODING = frozenset(list(TEAMS)[:4])
MARKETING, SERVICE = "Marketing", "Customer service"
_FIRST = (
    "Ana Ben Chloe David Elif Farid Greta Hugo Ines Jonas Keiko Liam Maya Noor Olga Pavel Quentin Rosa Samir "
    "Tomas Uma Viktor Wanda Xenia Yusuf Zoe Amara Bruno Carmen Dario Emeka Fatima Goran Hana Ivan Jamila Karim "
    "Lena Mateo Nadia"
)
_LAST = (
    "Ruiz Weber Okafor Tanaka Silva Novak Haddad Berg Costa Dubois Eriksen Fischer Garcia Huber Ito Jansen "
    "Kowalski Lopez Moreau Nowak Oliveira Petrov Quinn Rossi Schmidt Torres Ueda Vega Wagner Xu Yilmaz Zimmer "
    "Adeyemi Bauer"
)
_COMPANIES = "Northwind Contoso Fabrikam Initech Globex Umbra Stark Wayne Tyrell Cyberdyne Hooli Soylent"
FIRST, LAST, COMPANIES = _FIRST.split(), _LAST.split(), _COMPANIES.split()


@dataclass(frozen=True)
class Nature:
    """What somebody does on an ordinary working day, on average, and how good and how liked it is (0 to 1)."""

    name: str
    share: int
    messages: float
    replies: float
    answers: float
    reactions: float
    skill: float
    charm: float


NATURES = (
    Nature("quiet expert", 10, messages=0.1, replies=0.2, answers=2.2, reactions=0.1, skill=0.85, charm=0.5),
    Nature("busy poster", 12, messages=1.3, replies=0.8, answers=0.6, reactions=0.4, skill=0.3, charm=0.1),
    Nature("helper", 18, messages=0.3, replies=0.7, answers=2.0, reactions=0.4, skill=0.6, charm=0.4),
    Nature("steady", 42, messages=0.15, replies=0.25, answers=0.8, reactions=0.15, skill=0.55, charm=0.25),
    Nature("observer", 18, messages=0.1, replies=0.1, answers=0.2, reactions=0.6, skill=0.5, charm=0.2),
)


@dataclass
class Colleague:
    """An employee. Days are since 1970; on leave on [away, back), and at home on `off` weekdays (Monday is 0)."""

    number: int
    name: str
    team: str
    nature: Nature
    off: frozenset[int]
    leave: list[tuple[int, int]] = field(default_factory=list)

    @property
    def login(self) -> str:
        return self.name.lower().replace(" ", "-") + ("" if self.number < _NAMES else str(self.number))

    @property
    def email(self) -> str:
        return self.login.replace("-", ".") + "@acme.example"

    @property
    def slack(self) -> str:
        return f"U0A{self.number:06d}"

    @property
    def community(self) -> str:
        """Their account in the workspace where customers are."""
        return f"U0C{self.number:06d}"

    @property
    def github(self) -> int:
        return 7_000_000 + self.number

    @property
    def codes(self) -> bool:
        return self.team in CODING

    @property
    def on_github(self) -> bool:
        """Marketing writes pages there."""
        return self.codes or self.team == MARKETING

    def works(self, day: int) -> bool:
        return weekday(day) not in self.off and not any(away <= day < back for away, back in self.leave)


@dataclass(frozen=True)
class Customer:
    """Somebody who asks. `thanks` is how likely they say that an answer helped (0 to 1)."""

    number: int
    name: str
    company: str
    thanks: float

    @property
    def slack(self) -> str:
        return f"U0X{self.number:06d}"

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}.{self.number}@{self.company.lower()}.example"


@dataclass(frozen=True)
class Organisation:
    colleagues: list[Colleague]
    customers: list[Customer]

    def team(self, name: str) -> list[Colleague]:
        return [one for one in self.colleagues if one.team == name]


_NAMES = len(FIRST) * len(LAST)


def weekday(day: int) -> int:
    """Monday is 0. 1970 began on a Thursday."""
    return (day + 3) % 7


def found(seed: int, people: int, start: int, days: int) -> Organisation:
    """The same organisation for the same numbers: `people` employees and a third as many customers."""
    rng = random.Random(f"{seed}:organisation")
    names = _names(rng)
    teams = _teams(people)
    colleagues = [
        Colleague(number, next(names), team, _nature(rng, team), _off(rng)) for number, team in enumerate(teams)
    ]
    for one in colleagues:
        for _ in range(days // 120 + 1):
            away = start + rng.randrange(max(1, days))
            one.leave.append((away, away + rng.choice((3, 5, 8, 12))))
    customers = [
        Customer(number, next(names), rng.choice(COMPANIES), rng.uniform(0.5, 0.95))
        for number in range(max(3, people // 3))
    ]
    return Organisation(colleagues, customers)


def _names(rng: random.Random) -> Iterator[str]:
    every = [f"{first} {last}" for first in FIRST for last in LAST]
    rng.shuffle(every)
    while True:
        yield from every


def _teams(people: int) -> list[str]:
    """Everybody's team: each has at least one, and the shares hold for any number."""
    whole = sum(TEAMS.values())
    ends, sum_ = [], 0
    for name, share in TEAMS.items():
        sum_ += share
        ends.append((round(people * sum_ / whole), name))
    teams = [next(name for end, name in ends if number < end) for number in range(people)]
    for place, name in enumerate(TEAMS):
        if name not in teams and people >= len(TEAMS):
            teams[place] = name
    return teams


def _nature(rng: random.Random, team: str) -> Nature:
    # Who chose to serve customers likes to answer; the rest of a team is as people are.
    if team == SERVICE and rng.random() < 0.6:
        return NATURES[2]
    return rng.choices(NATURES, [nature.share for nature in NATURES])[0]


def _off(rng: random.Random) -> frozenset[int]:
    weekend = {5, 6}
    return frozenset(weekend | ({rng.randrange(5)} if rng.random() < 0.12 else set()))
