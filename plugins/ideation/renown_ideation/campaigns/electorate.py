"""Who may vote by a charter, and what each of them weighs: as things stand when the vote opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import assert_never

from sqlalchemy import select

from renown.api import AFFILIATIONS, DAY, PluginContext
from renown_ideation.counting.charter import ByMeasure, BySegment, Charter, Unweighted
from renown_ideation.models import Campaign, Invited

#: A weight that fewer have would name them in the published file.
LEAST = 5
_EMPLOYEE, _CUSTOMER = AFFILIATIONS.index("employee"), AFFILIATIONS.index("customer")


class Gone(ValueError):
    """What the charter weighs by is not there any more. The text says what."""


def coarse(weights: Mapping[int, int]) -> Mapping[int, int]:
    """Weight by weight, what it becomes so that each is that of `LEAST` people, or that of all.

    From the highest down: a weight that too few have becomes the next lower one. Where too few have the lowest, it
    becomes that of the next higher ones too.
    """
    held = Counter(weights.values())
    found: dict[int, int] = {}
    few: list[int] = []
    for weight in sorted(held, reverse=True):
        few.append(weight)
        if sum(held[one] for one in few) >= LEAST:
            found |= dict.fromkeys(few, weight)
            few = []
    if few:
        above = min(found.values(), default=None)
        joined = [one for one, to in found.items() if to == above]
        found |= dict.fromkeys((*joined, *few), few[-1])
    return found


def unknown(ctx: PluginContext, segments: Iterable[str]) -> list[str]:
    """Names of segments that are neither a kind of account nor a team."""
    there = {*AFFILIATIONS, *(name.casefold() for name in ctx.teams.all().values())}
    return [one for one in segments if one.casefold() not in there]


def weights(ctx: PluginContext, campaign: Campaign, charter: Charter) -> Mapping[int, int]:
    """By person, of everybody who may vote; not coarse yet. Raises Gone."""
    kinds = _kinds(ctx)
    people = _who(ctx, campaign, charter, kinds)
    match charter.weights:
        case Unweighted():
            return dict.fromkeys(people, 1)
        case ByMeasure(measure=measure, steps=steps):
            return _by_measure(ctx, people, measure, steps)
        case BySegment(segments=segments):
            if missing := unknown(ctx, segments):
                raise Gone(f"Votes were to weigh by segments, and there is no team {', '.join(missing)} any more.")
            return _by_segment(ctx, people, segments, kinds)
        case _ as never:
            assert_never(never)


def teams_of(ctx: PluginContext, charter: Charter) -> set[int]:
    """The teams that a charter names, by slug or name."""
    named = {one.casefold() for one in charter.electorate.teams}
    names = {**ctx.teams.all()}
    slugs = ctx.teams.slugs()
    return {team for team, name in names.items() if {name.casefold(), slugs[team].casefold()} & named}


def _kinds(ctx: PluginContext) -> Mapping[int, int]:
    """Affiliations of today, by person, without bots and those who are gone."""
    found = ctx.people.accounts()
    told = zip(found.person, found.affiliation, found.bot, found.erased, found.deactivated, strict=True)
    return {person: kind for person, kind, bot, erased, gone in told if not (bot or erased or gone)}


def _who(ctx: PluginContext, campaign: Campaign, charter: Charter, kinds: Mapping[int, int]) -> list[int]:
    """Whoever may sign in and is known for long enough, of the kind that the charter says."""
    rule, now = charter.electorate, ctx.clock.now()
    known = {
        person
        for person, since in zip(*ctx.people.who_sign_in(), strict=True)
        if person in kinds and since <= now - rule.minimum_account_age_days * DAY
    }
    match rule.kind:
        case "everyone":
            pass
        case "employees":
            known = {one for one in known if kinds[one] == _EMPLOYEE}
        case "customers":
            known = {one for one in known if kinds[one] == _CUSTOMER}
        case "teams":
            wanted = teams_of(ctx, charter)
            people, teams = ctx.teams.everybody(ctx.clock.today())
            known &= {person for person, team in zip(people, teams, strict=True) if team in wanted}
        case "invited":
            known &= set(ctx.session.scalars(select(Invited.person_id).where(Invited.board_id == campaign.board_id)))
        case _ as never:
            assert_never(never)
    return sorted(known)


def _by_measure(ctx: PluginContext, people: list[int], measure: str, steps: int) -> Mapping[int, int]:
    """1 for whoever has none of it; else by the share of those who have some and no more than they, in equal steps."""
    spec = ctx.standings.measures().get(measure)
    if spec is None:
        raise Gone(f"Votes were to weigh by the measure {measure}, and there is no such measure any more.")
    found = ctx.standings.totals(measure) if spec.kind == "sum" else ctx.standings.levels(measure)
    has = {person: amount for person, amount in zip(*found, strict=True) if amount > 0}
    amounts = sorted(has[one] for one in people if one in has)
    place = {amount: number for number, amount in enumerate(amounts, 1)}
    return {one: max(1, -(-steps * place[has[one]] // len(amounts))) if one in has else 1 for one in people}


def _by_segment(
    ctx: PluginContext, people: list[int], segments: Mapping[str, int], kinds: Mapping[int, int]
) -> Mapping[int, int]:
    """Segments are affiliations or teams, by name. Who is in two weighs what the heavier one says."""
    by_name = {name.casefold(): weight for name, weight in segments.items()}
    names = ctx.teams.all()
    teams = dict(zip(*ctx.teams.everybody(ctx.clock.today()), strict=True))

    def weight(person: int) -> int:
        said = {AFFILIATIONS[kinds[person]], names.get(teams.get(person, 0), "").casefold()}
        return max((by_name[one] for one in said if one in by_name), default=1)

    return {one: weight(one) for one in people}
