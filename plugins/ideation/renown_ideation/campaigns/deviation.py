"""The report of where the decision left the vote: figures first, then every option, differences before the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from renown.api import DAY, PluginContext
from renown_ideation.campaigns import deciding, held, results, unfilled
from renown_ideation.campaigns.results import Standing
from renown_ideation.counting.charter import Seats
from renown_ideation.models import Campaign, Decision, Idea, Option


@dataclass(frozen=True)
class Line:
    """One option. `seat` is None while nothing is decided in public. `author`: a person, who may have several."""

    standing: Standing
    title: str
    idea: int
    author: int | None
    seat: str | None
    reason: str
    differs: bool


@dataclass(frozen=True)
class Report:
    """`promised`: seats that the charter gives to the vote. `chosen`: options that the vote selected, at most as many;
    `taken`: those that were chosen, whoever chose them; `granted`: those that were chosen for the vote. `by_board`:
    seats that were not given for the vote; `to_others`: those of options that the vote did not select.

    `first_out`: how many of the first places in a row were left out. `top_in`: of the first ten (or fewer, where there
    are fewer), how many were chosen, whoever chose them. `overdue_days`: days without the answer that was due, begun
    ones too. `empty`: seats that nobody got, though there was somebody; and why.
    """

    seats: int
    promised: int
    chosen: int
    taken: int
    granted: int
    by_board: int
    to_others: int
    board_promised: int
    first_out: int
    top: int
    top_in: int
    without: int
    overdue_days: int
    lines: Sequence[Line]
    empty: int = 0
    empty_why: str = ""

    @property
    def kept(self) -> bool:
        """Whether as many of those whom the vote chose got a seat as were promised, or all, where it chose fewer; and
        no seat stayed empty.
        """
        granted = self.granted == min(self.promised, self.chosen)
        return granted and self.by_board <= self.board_promised and not self.empty


def of(ctx: PluginContext, campaign: Campaign) -> Report:
    """Of a campaign that was counted. What is not published yet is not in it."""
    charter = held.sealed(campaign)
    public = held.reached(campaign) in ("decided", "reported")
    made = deciding.newest(ctx, campaign.id) if public else {}
    lines = _lines(ctx, campaign, made)
    by_place = sorted(lines, key=lambda one: one.standing.place)
    top = by_place[:10]
    end = campaign.decided_at if public else ctx.clock.now()
    late = (end or 0) - (campaign.decide_by or 0)
    return Report(
        seats=charter.seats.by_vote + charter.seats.by_board,
        promised=charter.seats.by_vote,
        chosen=sum(one.standing.selected for one in lines),
        taken=sum(one.standing.selected and bool(one.seat) for one in lines),
        granted=sum(one.seat == "vote" and one.standing.selected for one in lines),
        by_board=sum(one.seat == "board" or (one.seat == "vote" and not one.standing.selected) for one in lines),
        to_others=sum(bool(one.seat) and not one.standing.selected for one in lines),
        board_promised=charter.seats.by_board,
        first_out=_first_out(by_place) if public else 0,
        top=len(top),
        top_in=sum(bool(one.seat) for one in top),
        without=sum(one.seat is None for one in lines),
        overdue_days=max(0, -(-late // DAY)),
        lines=sorted(lines, key=lambda one: (not one.differs, one.standing.place)),
        empty=_empty(charter.seats, lines) if public else 0,
        empty_why=unfilled.reason(ctx, campaign) if public else "",
    )


def _lines(ctx: PluginContext, campaign: Campaign, made: Mapping[int, Decision]) -> list[Line]:
    found = (
        select(Option.number, Option.title, Option.idea_id, Idea.author_id)
        .join(Idea, Idea.id == Option.idea_id)
        .where(Option.campaign_id == campaign.id)
    )
    options = {one.number: one for one in ctx.session.execute(found)}
    lines = []
    for standing in results.standings(campaign):
        option, decision = options[standing.option], made.get(standing.option)
        seat = None if decision is None else decision.seat
        lines.append(
            Line(
                standing=standing,
                title=option.title,
                idea=option.idea_id,
                author=option.author_id,
                seat=seat,
                reason="" if decision is None else decision.reason,
                differs=seat is not None and deciding.differs(standing, seat),
            )
        )
    return lines


def _empty(seats: Seats, lines: Sequence[Line]) -> int:
    voted = {one.standing.option: one.standing.selected for one in lines}
    return unfilled.number(seats, voted, [one.seat for one in lines if one.seat])


def _first_out(by_place: Sequence[Line]) -> int:
    chosen = [at for at, one in enumerate(by_place) if one.seat]
    return chosen[0] if chosen else len(by_place)
