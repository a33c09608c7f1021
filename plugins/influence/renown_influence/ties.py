"""Which team relies on which, as tables, pictures and exports tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from renown.api import PluginContext
from renown_influence import network, run
from renown_influence.models import Run
from renown_influence.network import Network
from renown_influence.raters import SMALLEST

#: Lines of each team that the page of all teams shows, the strongest; and teams that it lists.
STRONGEST, LISTED = 3, 40


@dataclass(frozen=True)
class Line:
    """`raters` or more people of team `source` rely on `owners` or more people of team `target`; teams by id.

    `share` is which part of all that is shown of the source it is, 0 to 1; `weight` how many voices.
    """

    source: int
    target: int
    raters: int
    owners: int
    share: float
    weight: float


@dataclass(frozen=True)
class Ties:
    """`lines` with a team `chosen` are its own alone. Large teams first, and within a team the largest share."""

    run: Run | None
    network: Network | None
    names: Mapping[int, str]
    slugs: Mapping[int, str]
    chosen: int | None
    lines: Sequence[Line]

    @property
    def by_team(self) -> Sequence[tuple[int, Sequence[Line]]]:
        """Each team with the strongest of its lines."""
        groups = groupby(self.lines, key=lambda one: one.source)
        return [(team, list(lines)[:STRONGEST]) for team, lines in groups]

    @property
    def relying(self) -> Sequence[Line]:
        """On whom the chosen team relies."""
        return [one for one in self.lines if one.source == self.chosen]

    @property
    def relied_on(self) -> Sequence[Line]:
        """Who relies on the chosen team, the most voices first."""
        theirs = [one for one in self.lines if one.target == self.chosen and one.source != self.chosen]
        return sorted(theirs, key=lambda one: (-one.weight, one.source))

    @property
    def drawn(self) -> Sequence[Line]:
        """Those of a picture: what a team does with itself is not drawn."""
        if self.chosen is not None:
            return [one for one in self.lines if one.source != one.target]
        return [one for _, lines in self.by_team for one in lines if one.source != one.target]


def of(ctx: PluginContext, team: str) -> Ties | None:
    """`team` is a slug, empty for all. None where there is no such team."""
    names, slugs = ctx.teams.all(), ctx.teams.slugs()
    chosen = next((one for one, slug in slugs.items() if slug == team), None)
    if team and chosen is None:
        return None
    found, shown = network.load(ctx), run.newest(ctx)
    if found is None:
        return Ties(shown, None, names, slugs, chosen, ())
    found = network.without(found, _telling(ctx, ctx.clock.today() if shown is None else shown.day))
    people = dict(zip(found.team.tolist(), found.people.tolist(), strict=True))
    lines = [one for one in _lines(found) if one.source in names and one.target in names]
    if chosen is not None:
        lines = [one for one in lines if chosen in (one.source, one.target)]
    lines.sort(key=lambda one: (one.source != chosen, -people[one.source], one.source, -one.share, one.target))
    return Ties(shown, found, names, slugs, chosen, lines)


def _telling(ctx: PluginContext, day: int) -> list[int]:
    """Teams in which so few are hidden that what all do tells of them: as with totals of teams, nothing is told."""
    return [team for team, people in ctx.teams.hidden(day).items() if people < SMALLEST]


def data(found: Ties) -> dict[str, Any]:
    """As the exports give it, teams by slug. `people` and `on_people` are steps: so many, or more."""
    return {
        "run": found.run.id if found.run is not None else None,
        "team": found.slugs[found.chosen] if found.chosen is not None else None,
        "lines": [
            {
                "team": found.slugs[one.source],
                "relies_on": found.slugs[one.target],
                "people": one.raters,
                "on_people": one.owners,
                "share": round(one.share, 2),
            }
            for one in found.lines
        ],
    }


def _lines(found: Network) -> list[Line]:
    team = found.team.tolist()
    given: dict[int, float] = {}
    for source, weight in zip(found.source.tolist(), found.weight.tolist(), strict=True):
        given[source] = given.get(source, 0.0) + weight
    columns = (found.source, found.target, found.raters, found.owners, found.weight)
    return [
        Line(team[source], team[target], raters, owners, weight / given[source] if given[source] else 0.0, weight)
        for source, target, raters, owners, weight in zip(*(column.tolist() for column in columns), strict=True)
    ]
