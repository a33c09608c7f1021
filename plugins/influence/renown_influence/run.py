"""A run: read what is new, weigh, solve, publish. In pieces, so that nobody waits for the database meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import chain

import numpy as np
from sqlalchemy import func, select, update

from renown.api import DAY, PluginContext, to_datetime, to_day
from renown_influence import (
    beside,
    crowd,
    epochs,
    erasing,
    fading,
    history,
    kept,
    libraries,
    moves,
    reading,
    scale,
)
from renown_influence.evidence import Weighed, World, weigh
from renown_influence.graph import Ints
from renown_influence.history import Falls
from renown_influence.leave import Bools
from renown_influence.models import Run
from renown_influence.moves import Levels
from renown_influence.parameters import Parameters
from renown_influence.reading import Read
from renown_influence.reckon import Frozen, Inputs, Result, carried, reckon, saturated
from renown_influence.scopes import of_hashtag, scope

MEASURE = "influence.score"
#: Why a run was asked for.
ERASURE = "erasure"
#: A topic is a space or a hashtag in which at least so many pairs of people met; at most so many of either.
TOPIC_PAIRS, TOPICS = 20, 200
#: A run that nobody asked for, and fails, is tried again after so many minutes; then no more until the next night.
AGAIN = (5, 30, 180, 720)
_MINUTE = DAY // (24 * 60)


#: Told what a run is doing, and how far it is, in thousandths.
Tell = Callable[[str, int], None]


class Gone(Exception):
    """The run is not this worker's any more: another took it over, or what it read does not hold. Its row says why."""


def ask(ctx: PluginContext, reason: str, by: int | None = None) -> None:
    """Have the scores reckoned as soon as a worker is free; nothing more where that is asked for already."""
    now = ctx.clock.now()
    waiting = ctx.session.scalars(select(Run).where(Run.state == "asked")).first()
    if waiting is None:
        ctx.session.add(Run(state="asked", reason=reason, by_id=by, asked_at=now, due_at=now, parameters={}))
    else:
        waiting.due_at = min(waiting.due_at, now)
        waiting.reason = reason if reason == ERASURE else waiting.reason
    ctx.session.flush()
    ctx.jobs.wake("reckon")


def stop(ctx: PluginContext, why: str) -> None:
    """What a run that is under way has read does not hold any more. It is begun anew, and publishes nothing.

    First of all in its transaction: a run that is just being published is waited for, and seen.
    """
    stopped = update(Run).where(Run.state == "running").returning(Run.reason, Run.by_id)
    values = {"state": "failed", "error": why, "ended_at": ctx.clock.now()}
    for reason, by in ctx.session.execute(stopped.values(values)).all():
        ask(ctx, reason, by)


def newest(ctx: PluginContext) -> Run | None:
    """The run that pages show."""
    return ctx.session.scalars(select(Run).where(Run.state == "published").order_by(Run.id.desc()).limit(1)).first()


def work(ctx: PluginContext, tell: Tell = lambda stage, thousandths: None) -> bool:
    """The job: what was asked for, and once a night. False where nothing is due. `tell` hears how far it is."""
    with ctx.writing() as inner:
        run = _begin(inner)
    if run is None:
        return False
    try:
        _reckon(ctx, run, tell)
    except Gone:
        pass
    except Exception as error:
        with ctx.writing() as inner:
            row = inner.session.get_one(Run, run)
            if row.state == "running":
                _failed(inner, row, f"{type(error).__name__}: {error}")
        raise
    return True


def _begin(ctx: PluginContext) -> int | None:
    """Take the run that is due. One that is running belongs to a worker that went away: a job has one holder."""
    session, now = ctx.session, ctx.clock.now()
    for gone in session.scalars(select(Run).where(Run.state == "running")).all():
        _failed(ctx, gone, "The worker that did it went away.")
    run = session.scalars(select(Run).where(Run.state == "asked", Run.due_at <= now).order_by(Run.id)).first()
    if run is None and _night(ctx):
        run = Run(reason="nightly", asked_at=now, due_at=now, parameters={})
        session.add(run)
    if run is None:
        return None
    run.state, run.started_at, run.stage = "running", now, "Reading"
    run.parameters, run.libraries = asdict(Parameters.of(ctx.settings)), libraries.here()
    session.flush()
    return run.id


def _failed(ctx: PluginContext, run: Run, error: str) -> None:
    """Whoever asks for a run sees that it failed. Others are tried again: after an erasure, scores must follow."""
    now = ctx.clock.now()
    run.state, run.error, run.ended_at = "failed", error, now
    if run.reason == "asked" or run.tries >= len(AGAIN):
        return
    after, tries = AGAIN[run.tries], run.tries + 1
    run.error = f"{error} It is tried again after {after} minutes."
    if ctx.session.scalars(select(Run.id).where(Run.state == "asked")).first() is None:
        due = now + after * _MINUTE
        ctx.session.add(Run(state="asked", reason=run.reason, asked_at=now, due_at=due, tries=tries, parameters={}))


def _night(ctx: PluginContext) -> bool:
    """Whether today's hour has come, nothing was reckoned since, and nothing failed to be by itself."""
    local = to_datetime(ctx.clock.now()).astimezone(ctx.calendar.zone())
    today = to_day(local.date())
    last = ctx.session.scalars(select(func.max(Run.day)).where(Run.state == "published")).one()
    if local.hour < ctx.settings["hour"] or (last or 0) >= today:
        return False
    tried = ctx.session.scalars(select(func.max(Run.started_at)).where(Run.reason == "nightly")).one()
    return tried is None or to_day(to_datetime(tried).astimezone(ctx.calendar.zone()).date()) < today


def _reckon(ctx: PluginContext, number: int, tell: Tell) -> None:
    progress = Progress(ctx, number, tell)
    with ctx.reading() as inner:
        today, parameters = inner.clock.today(), kept.parameters(inner.session.get_one(Run, number))
        read = reading.read(inner, parameters)
        world = World(crowd.everybody(inner), read.activity, crowd.calendar(inner, today, parameters))
        teams, erased = beside.teams(inner, today), erasing.waiting(inner)
        former = fading.before(inner, newest(inner))
    progress("Weighing", 200)
    weighed = weigh(read.evidence, world, parameters)
    voice = world.people.voice[weighed.people]
    with ctx.writing() as inner:
        _claim(inner, number)
        epoch, frozen = epochs.of(inner, today, read.generation, weighed, voice, parameters)
    progress("Solving", 400)
    begin = voice if former is None else carried(former.people, former.solved, weighed.people, voice)
    inputs = Inputs(weighed.pairs, voice, begin)
    said = saturated(inputs.pairs, parameters, frozen)
    result = reckon(inputs, parameters, frozen, said)
    causes = fading.causes(former, weighed.people, inputs, said, result.values, parameters, frozen)
    heard = fading.heard(said, result.solution.values)
    # As long as the graph, and of no more use.
    del said
    if erased:
        progress("Erasure", 500)
    effect = erasing.effect(read.evidence, world, weighed, result, parameters, frozen, erased)
    progress("Topics", 600)
    topics = by_topic(read, world, weighed.people, parameters, frozen)
    progress("Teams", 700)
    more = beside.find(read.against, world, weighed, result, parameters, frozen, teams)
    progress("Publishing", 800)
    with ctx.writing() as inner:
        _claim(inner, number)
        run = inner.session.get_one(Run, number)
        _note(run, read, today, epoch, inputs, parameters, frozen, result)
        _publish(inner, run, 0, _levels(weighed, result, frozen), Falls(causes, effect).among(_endorsed(weighed)))
        for topic, levels in topics.items():
            _publish(inner, run, topic, levels)
        # Too few people meet there by now.
        for topic in sorted(beside.topics(inner) - topics.keys()):
            _publish(inner, run, topic, (np.empty(0, np.int64), np.empty(0, np.int64)))
        history.thin(inner, today)
        beside.publish(inner, f"run {run.id}", more, topics)
        kept.keep(inner, run, weighed, inputs, result, more.quality, heard)
        reading.keep(inner, read.without(world.people.gone))
        erasing.tell(inner, run, effect)
        inner.jobs.wake("rings")
        run.state, run.stage, run.progress, run.ended_at = "published", "", 1000, inner.clock.now()


class Progress:
    """Says how far a run is. Raises Gone where it was stopped or taken over meanwhile."""

    def __init__(self, ctx: PluginContext, run: int, tell: Tell) -> None:
        self._ctx, self._run, self._tell = ctx, run, tell

    def __call__(self, stage: str, thousandths: int) -> None:
        with self._ctx.writing() as inner:
            _claim(inner, self._run, stage=stage, progress=thousandths)
        self._tell(stage, thousandths)


def _claim(ctx: PluginContext, run: int, **told: object) -> None:
    """Hold the run's row to the end of the transaction, so that nobody stops it meanwhile. Raises Gone."""
    mine = update(Run).where(Run.id == run, Run.state == "running").returning(Run.id)
    if not ctx.session.execute(mine.values({"state": "running", **told})).all():
        raise Gone


def by_topic(read: Read, world: World, people: Ints, parameters: Parameters, frozen: Frozen) -> dict[int, Levels]:
    """The same for each space where enough people met, the busiest first, and for hashtags likewise: what is published.

    `frozen` is of all `people` together.
    """
    found = {}
    hashtags = ((of_hashtag(one), theirs) for one, theirs in read.tagged.by_topic(TOPICS))
    for topic, theirs in chain(read.evidence.by_topic(TOPICS), hashtags):
        weighed = weigh(theirs, world, parameters)
        if len(weighed.pairs.rater) >= TOPIC_PAIRS:
            voice = world.people.voice[weighed.people]
            here = epochs.numbered(frozen, people, weighed.people)
            found[topic] = _levels(weighed, reckon(Inputs(weighed.pairs, voice, voice), parameters, here), frozen)
    return found


def _endorsed(weighed: Weighed) -> Bools:
    """Who has nothing but a voice of their own has no place on the board."""
    return np.diff(weighed.pairs.start) > 0


def _levels(weighed: Weighed, result: Result, frozen: Frozen) -> Levels:
    """Of those whom somebody endorsed, by id, what is published."""
    endorsed = _endorsed(weighed)
    return weighed.people[endorsed].astype(np.int64), scale.published(result.values[endorsed], frozen.unit)


def _publish(ctx: PluginContext, run: Run, topic: int, levels: Levels, falls: Falls | None = None) -> None:
    stood = ctx.standings.publish(MEASURE, levels, f"run {run.id}", scope(topic))
    who, amounts = (np.frombuffer(column, np.int64) for column in stood)
    if not topic:
        run.moved, run.moved_most = moves.since((who, amounts), *levels)
    history.keep(ctx, run, topic, (who, amounts), levels, falls)


def _note(
    run: Run,
    read: Read,
    today: int,
    epoch: int,
    inputs: Inputs,
    parameters: Parameters,
    frozen: Frozen,
    result: Result,
) -> None:
    run.generation, run.entry, run.day, run.epoch_id = read.generation, read.entry, today, epoch
    run.people, run.pairs = inputs.pairs.people, len(inputs.pairs.rater)
    run.rounds, run.residual, run.exact = result.solution.rounds, result.solution.residual, result.exact
    run.graph_hash, run.result_hash = inputs.digest(parameters, frozen), result.digest()
