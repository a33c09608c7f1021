"""What is drawn of the network of teams: circles, and a bent line for each that relies on another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from renown_influence import layout
from renown_influence.network import Network
from renown_influence.ties import Line, Ties

#: Room around what is drawn, and how wide a picture is at least.
_AROUND, _LEAST = 16.0, 520.0
#: How far below its circle a name ends.
_NAME = 20.0


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
    """`box` is the part of the plane that is shown: left, top, width and height."""

    box: tuple[float, float, float, float]
    circles: Sequence[Circle]
    bows: Sequence[Bow]


def of(found: Ties) -> Picture | None:
    """The lines that the page lists, between teams that have a place; None where there is no place for any."""
    if found.network is None:
        return None
    places = {int(team): at for at, team in enumerate(found.network.team) if found.network.x[at] >= 0}
    drawn = [one for one in found.drawn if one.source in places and one.target in places]
    ends = {end for one in drawn for end in (one.source, one.target)}
    teams = ends if found.chosen is not None else places.keys() & found.names.keys()
    circles = {team: _circle(found, found.network, team, places[team]) for team in sorted(teams)}
    most = max((one.weight for one in drawn), default=1.0)
    bows = [_bow(circles[one.source], circles[one.target], one, most) for one in drawn]
    return Picture(_box(list(circles.values())), list(circles.values()), bows) if circles else None


def _circle(found: Ties, network: Network, team: int, at: int) -> Circle:
    people, name = int(network.people[at]), found.names[team]
    return Circle(
        found.slugs[team],
        name,
        layout.label(name),
        people,
        float(network.x[at]),
        float(network.y[at]),
        layout.radius(people),
        team == found.chosen,
    )


def _box(circles: Sequence[Circle]) -> tuple[float, float, float, float]:
    """Around all circles and labels, in the middle of it where they are few."""
    boxes = [(one, *layout.box(one.name, one.people)) for one in circles]
    left = min(one.x - width / 2 for one, width, _ in boxes) - _AROUND
    right = max(one.x + width / 2 for one, width, _ in boxes) + _AROUND
    top = min(one.y - height / 2 for one, _, height in boxes) - _AROUND
    bottom = max(one.y + height / 2 for one, _, height in boxes) + _AROUND
    more = max(_LEAST - (right - left), 0) / 2
    return round(left - more, 1), round(top, 1), round(right - left + 2 * more, 1), round(bottom - top, 1)


def _bow(begin: Circle, end: Circle, line: Line, most: float) -> Bow:
    """From edge to edge, bent to the left of its way, so that there and back are two lines."""
    across, down = end.x - begin.x, end.y - begin.y
    length = math.hypot(across, down) or 1.0
    bend = min(28.0, length / 6)
    middle = ((begin.x + end.x) / 2 + down / length * bend, (begin.y + end.y) / 2 - across / length * bend)
    start, stop = _edge(begin, middle, 1), _edge(end, middle, 6)
    path = f"M{start[0]:.1f},{start[1]:.1f}Q{middle[0]:.1f},{middle[1]:.1f} {stop[0]:.1f},{stop[1]:.1f}"
    return Bow(path, round(2 + 8 * math.sqrt(line.weight / most)) / 2 if most else 1.0)


def _edge(circle: Circle, towards: tuple[float, float], gap: float) -> tuple[float, float]:
    """Where a line leaves a circle, or its name below it: no line runs through names."""
    across, down = towards[0] - circle.x, towards[1] - circle.y
    length = math.hypot(across, down) or 1.0
    away = max(circle.radius, _through_name(circle, across / length, down / length)) + gap
    return circle.x + across / length * away, circle.y + down / length * away


def _through_name(circle: Circle, across: float, down: float) -> float:
    """How far it is to the far end of the name that way; 0 where it is not on the way."""
    half, below = layout.wide(circle.label) / 2, circle.radius + _NAME
    if down <= 0:
        return 0.0
    if abs(across) * below <= half * down:
        return below / down
    beside = half / abs(across)
    return beside if circle.radius < beside * down else 0.0
