"""What is drawn of the network of teams: circles, and a bent line for each that relies on another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renown_influence import layout
from renown_influence.network import Network

#: Lines that a picture holds, the strongest.
LINES = 120


@dataclass(frozen=True)
class Circle:
    slug: str
    name: str
    label: str
    people: int
    x: float
    y: float
    radius: float
    chosen: bool


@dataclass(frozen=True)
class Bow:
    """An arrow from who relies to who is relied on."""

    path: str
    width: float


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    circles: Sequence[Circle]
    bows: Sequence[Bow]


def of(found: Network, names: Mapping[int, str], slugs: Mapping[int, str], chosen: int | None) -> Picture:
    """With a team `chosen`, its own lines alone, and the teams at their ends."""
    drawn = [at for at in range(len(found.team)) if found.x[at] >= 0 and int(found.team[at]) in names]
    lines = [line for line in _lines(found, chosen) if found.source[line] in drawn and found.target[line] in drawn]
    if chosen is not None:
        ends = {int(end) for line in lines for end in (found.source[line], found.target[line])}
        drawn = [at for at in drawn if at in ends or int(found.team[at]) == chosen]
    circles = {at: _circle(found, at, names, slugs, chosen) for at in drawn}
    most = max((float(found.weight[line]) for line in lines), default=1.0)
    bows = [
        Bow(_bow(circles[int(found.source[line])], circles[int(found.target[line])]),
            round(1 + 5 * math.sqrt(float(found.weight[line]) / most), 1))
        for line in lines
    ]  # fmt: skip
    return Picture(int(layout.WIDTH), int(layout.HEIGHT), list(circles.values()), bows)


def _lines(found: Network, chosen: int | None) -> list[int]:
    """Between two teams, the strongest first."""
    order = sorted(range(len(found.source)), key=lambda line: (-float(found.weight[line]), line))
    apart = [line for line in order if found.source[line] != found.target[line]]
    if chosen is not None:
        apart = [
            line
            for line in apart
            if chosen in (int(found.team[found.source[line]]), int(found.team[found.target[line]]))
        ]
    return apart[:LINES]


def _circle(found: Network, at: int, names: Mapping[int, str], slugs: Mapping[int, str], chosen: int | None) -> Circle:
    team, people = int(found.team[at]), int(found.people[at])
    x, y = float(found.x[at]), float(found.y[at])
    return Circle(
        slugs[team], names[team], layout.label(names[team]), people, x, y, layout.radius(people), team == chosen
    )


def _bow(begin: Circle, end: Circle) -> str:
    """From edge to edge, bent to the left of its way, so that there and back are two lines."""
    across, down = end.x - begin.x, end.y - begin.y
    length = math.hypot(across, down) or 1.0
    bend = min(28.0, length / 6)
    middle = ((begin.x + end.x) / 2 + down / length * bend, (begin.y + end.y) / 2 - across / length * bend)
    start, stop = _edge(begin, middle, 1), _edge(end, middle, 6)
    return f"M{start[0]:.1f},{start[1]:.1f}Q{middle[0]:.1f},{middle[1]:.1f} {stop[0]:.1f},{stop[1]:.1f}"


def _edge(circle: Circle, towards: tuple[float, float], gap: float) -> tuple[float, float]:
    across, down = towards[0] - circle.x, towards[1] - circle.y
    length = math.hypot(across, down) or 1.0
    return circle.x + across / length * (circle.radius + gap), circle.y + down / length * (circle.radius + gap)
