"""What became of each option, beside what the vote said; and each difference has a reason that everybody reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from renown.api import PluginContext
from renown_ideation.campaigns import held, results, unfilled
from renown_ideation.campaigns.held import NotNow
from renown_ideation.campaigns.results import Standing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Campaign, Decision

Seat = Literal["vote", "board", ""]
SEATS: Sequence[Seat] = ("vote", "board", "")


@dataclass(frozen=True)
class Verdict:
    """`seat`: chosen by the vote, by those who decide, or "": not chosen."""

    seat: Seat
    reason: str = ""


class Moved(ValueError):
    """Others decided since: nothing was written."""


def decide(
    ctx: PluginContext, campaign: int, verdicts: Mapping[int, Verdict], by: int, drawn: int | None = None
) -> None:
    """Write down what became of options, by number; the newest counts. Raises NotNow, Moved, Refused by option.

    `drawn` is what `last` said of the decisions that somebody had before them, where somebody did.
    """
    found = held.alone(ctx, campaign)
    if found.state != "counted":
        raise NotNow("Decisions are made once the ballots are counted, and before they are published.")
    if drawn is not None and drawn != last(ctx, campaign):
        raise Moved
    numbers = {one.option for one in results.standings(found)}
    errors = {
        str(number): ["There is no such option."] if number not in numbers else ["Choose whose seat it has."]
        for number, verdict in verdicts.items()
        if number not in numbers or verdict.seat not in SEATS
    }
    if errors:
        raise Refused(errors)
    now = ctx.clock.now()
    ctx.session.add_all(
        Decision(
            campaign_id=campaign,
            option=number,
            selected=one.seat != "",
            seat=one.seat,
            reason=one.reason.strip(),
            by_id=by,
            at=now,
        )
        for number, one in sorted(verdicts.items())
    )
    ctx.session.flush()


def publish(ctx: PluginContext, campaign: int, by: int, empty: str = "") -> None:
    """Make all decisions public at once. `empty`: why seats were given to nobody, where some were.

    Raises NotNow, and Refused where one is missing or unexplained.
    """
    found, seats = ready(ctx, campaign)
    if seats and not empty.strip():
        raise Refused({unfilled.NOTE: [unfilled.MISSING]})
    made = newest(ctx, campaign)
    if seats:
        held.note(ctx, found, unfilled.NOTE, empty.strip(), by)
    found.state, found.decided_at = "decided", ctx.clock.now()
    held.note(ctx, found, "decided", by=by)
    ctx.session.flush()
    ctx.jobs.wake("decided")
    ctx.audit.record("decide", by=by, target=found.slug, details={"options": len(made)})


def ready(ctx: PluginContext, campaign: int) -> tuple[Campaign, int]:
    """What can be published, held alone; and how many seats nobody got. Raises NotNow, Refused by option."""
    found = held.alone(ctx, campaign)
    if found.state != "counted":
        raise NotNow("Decisions are published once, after the count.")
    made, standings = newest(ctx, campaign), results.standings(found)
    errors = {str(one.option): [said] for one in standings if (said := _missing(one, made.get(one.option))) is not None}
    if errors:
        raise Refused(errors)
    voted = {one.option: one.selected for one in standings}
    return found, unfilled.number(held.sealed(found).seats, voted, [one.seat for one in made.values() if one.seat])


def open_to_staff(campaign: Campaign) -> bool:
    """Whether staff see places and what is decided of them: neither before the count, nor of what was ended."""
    return campaign.state in ("counted", "decided", "reported")


def newest(ctx: PluginContext, campaign: int, until: int | None = None) -> Mapping[int, Decision]:
    """By option; `until` is the id of the last one to look at."""
    latest = select(func.max(Decision.id)).where(Decision.campaign_id == campaign).group_by(Decision.option)
    if until is not None:
        latest = latest.where(Decision.id <= until)
    return {one.option: one for one in ctx.session.scalars(select(Decision).where(Decision.id.in_(latest)))}


def last(ctx: PluginContext, campaign: int) -> int:
    """The id of the newest decision; 0 before the first."""
    return ctx.session.scalar(select(func.max(Decision.id)).where(Decision.campaign_id == campaign)) or 0


def differs(standing: Standing, seat: str) -> bool:
    """Whether a decision is another one than the vote's. A seat that the board may give is one as well: it says why."""
    return seat != ("vote" if standing.selected else "")


def _missing(standing: Standing, decision: Decision | None) -> str | None:
    if decision is None:
        return "It has no decision: everybody who brought one is owed an answer."
    if differs(standing, decision.seat) and not decision.reason:
        return f"It was {standing.ordinal} in the vote, and is decided otherwise: say why, everybody reads it."
    return None
