"""What a run finds beside the scores: quality, the network of teams, and which topics there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from renown.api import PluginContext
from renown_influence import network, quality, store
from renown_influence.evidence import Evidence, Weighed, World, weigh
from renown_influence.network import Longs, Network
from renown_influence.parameters import Parameters
from renown_influence.quality import Quality
from renown_influence.reckon import Frozen, Result

_TOPICS = "topics"


@dataclass(frozen=True)
class Teams:
    """Who is in which team on the day of a run (people by id), and what teams are called."""

    heads: tuple[Longs, Longs]
    names: Mapping[int, str]


@dataclass(frozen=True)
class Beside:
    quality: Quality
    network: Network


def teams(ctx: PluginContext, day: int) -> Teams:
    people, theirs = ctx.teams.everybody(day)
    return Teams((np.frombuffer(people, np.int64), np.frombuffer(theirs, np.int64)), ctx.teams.all())


def find(
    against: Evidence,
    world: World,
    weighed: Weighed,
    result: Result,
    parameters: Parameters,
    frozen: Frozen,
    known: Teams,
) -> Beside:
    recent = quality.recent(against, world.calendar.today, parameters.half_life)
    received = quality.of(weighed, weigh(recent, world, parameters), result.solution.values, frozen.kappa)
    return Beside(received, network.build(weighed.people, result.shares, known.heads, known.names))


def publish(ctx: PluginContext, run: str, found: Beside, topics: Collection[int]) -> None:
    ctx.standings.publish(quality.MEASURE, found.quality.levels, run)
    network.keep(ctx, found.network)
    store.save(ctx, _TOPICS, {"space": np.array(sorted(topics), np.int64)})


def topics(ctx: PluginContext) -> frozenset[int]:
    """Those of which the last run found scores."""
    return frozenset(store.load(ctx, _TOPICS).get("space", np.empty(0, np.int64)).tolist())
