"""Campaigns of a lively site, on a board of their own: one in each state that has pages of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import select

from renown import clock
from renown.access.viewer import Viewer
from renown.app import Renown
from renown.context import PluginContext
from renown.jobs.worker import drain_all
from renown_ideation import boards
from renown_ideation.campaigns import casting, clockwork, deciding, entering, results, sealing
from renown_ideation.campaigns.deciding import Seat, Verdict
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Campaign, Idea
from tests.ideation.charters import charter

TALKS = (
    "What our support learned in a year",
    "Accessibility from the first line on",
    "A data warehouse for three people",
    "Ein sehr langer Titel: Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen",
    "Why we write less",
)
BUDGET = {"kind": "budget", "budget": 100, "most_per_option": None, "most_options": None}
RANK = {"kind": "rank", "most_options": 4}
_DAY = 86_400


def hold(renown: Renown, people: dict[str, int]) -> None:
    """`keynotes` is open, `talks` reported, `workshops` counted, `posters` a draft, `tours` void, `poems` collects."""
    # Charters know whole seconds: the next one, when everybody is known here.
    now = (clock.now() // clock.SECOND + 1) * clock.SECOND
    by, voters = people["U1"], [people[one] for one in ("U0", "U1", "U4", "K0")]
    with clock.set_to(lambda: now - 40 * clock.DAY), renown.contexts.of("ideation").writing() as ctx:
        board = _board(ctx, people)
        talks = _seal(ctx, board, by, "talks", now, 2)
        workshops = _seal(ctx, board, by, "workshops", now, 2, ballot=RANK, count__method="schulze")
        keynotes = _seal(ctx, board, by, "keynotes", now, 9 * _DAY, ballot=BUDGET)
        tours = _seal(ctx, board, by, "tours", now, 9 * _DAY)
        at = board.id
        sealing.void(ctx, tours, "Nobody had the time to guide one.", by)
    with clock.set_to(lambda: now), renown.contexts.of("ideation").writing() as ctx:
        _turn(ctx)
        for nth, voter in enumerate(voters):
            casting.cast(ctx, talks, voter, {str(1 + nth % 3): 1, "5": 1})
            casting.cast(ctx, workshops, voter, {str(1 + nth % 5): 1, str(1 + (nth + 1) % 5): 2})
        casting.cast(ctx, keynotes, voters[0], {"1": 60, "2": 40})
        casting.cast(ctx, keynotes, people["cleo"], {"3": 100})
    with clock.set_to(lambda: now + 3 * clock.SECOND), renown.contexts.of("ideation").writing() as ctx:
        _turn(ctx)
        _decide(ctx, talks, by)
        there = ctx.session.get_one(Board, at)
        sealing.draft(ctx, there, _charter("posters", now, 9 * _DAY, 5 * _DAY), by)
        collecting = sealing.draft(ctx, there, _charter("poems", now, 9 * _DAY, 5 * _DAY), by)
        sealing.seal(ctx, collecting.id, by)
        first = select(Idea.id).where(Idea.board_id == at).order_by(Idea.id).limit(1)
        entering.enter(ctx, collecting.id, ctx.session.scalars(first).one(), by)
    drain_all(renown.db, renown.drains)


def _board(ctx: PluginContext, people: dict[str, int]) -> Board:
    given = {"slug": "conference", "title": "Conference", "audience": "public", "held": "nobody"}
    board = boards.add(ctx, given | {"acknowledge_days": "2", "answer_days": "10"})
    for title in TALKS:
        writing.submit(ctx, Viewer(people["U2"], "member"), board, {"title": title})
    return board


def _seal(ctx: PluginContext, board: Board, by: int, slug: str, now: int, until: int, **changes: Any) -> int:
    """One whose vote opens at `now` and closes so many seconds later."""
    made = sealing.draft(ctx, board, _charter(slug, now, until, 0, **changes), by).id
    sealing.seal(ctx, made, by)
    for idea in ctx.session.scalars(select(Idea.id).where(Idea.board_id == board.id).order_by(Idea.id)):
        entering.enter(ctx, made, idea, by)
    return made


def _charter(slug: str, now: int, until: int, first: int, **changes: Any) -> dict[str, Any]:
    def at(seconds: int) -> str:
        return f"{clock.to_datetime(now) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"

    end = first + until
    phases = {"time_zone": "Europe/Vienna", "elaborate": None, "vote": {"from": at(first), "to": at(end)}}
    collect = {"from": at(first - 39 * _DAY if not first else first - _DAY), "to": at(first - 3600)}
    decision = {"who": "The programme committee", "due": at(end + 14 * _DAY)[:10]}
    return charter(slug, phases=phases | {"collect": collect}, decision=decision, **changes)


def _turn(ctx: PluginContext) -> None:
    while clockwork.turn(ctx):
        pass


def _decide(ctx: PluginContext, campaign: int, by: int) -> None:
    """As the vote said, but for its first one, and its last."""
    standings = results.standings(ctx.session.get_one(Campaign, campaign))
    made = {one.option: Verdict(cast(Seat, "vote" if one.selected else "")) for one in standings}
    made[standings[0].option] = Verdict("", "It was given here last year.")
    made[standings[-1].option] = Verdict("board", "Nobody else tells of so small a team.")
    deciding.decide(ctx, campaign, made, by)
    deciding.publish(ctx, campaign, by, "The room was taken.")
