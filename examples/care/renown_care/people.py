"""What becomes of questions when people are merged, split or erased, and all that is held of somebody."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, or_, select, update

from renown.api import Explanation, PluginContext, Viewer, to_datetime
from renown_care import recording
from renown_care.models import Act, Case, Follow, Survey


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    for column in (Case.asker_id, Case.responder_id, Act.actor_id, Follow.person_id):
        ctx.session.execute(update(column.class_).where(column == gone).values({column.key: kept}))
    _again(ctx, kept)


def split(ctx: PluginContext, kept: int, gone: int) -> None:
    """Each act goes back to the account that did it, and that to whom it counts as: `kept` may be in another merge."""
    now = {person: found.id for person in (kept, gone) if (found := ctx.people.get(person))}
    accounts, back = ctx.people.accounts_of(gone), now.get(gone, gone)
    for column, account in (
        (Case.asker_id, Case.asker_identity),
        (Case.responder_id, Case.responder_identity),
        (Act.actor_id, Act.actor_identity),
    ):
        ctx.session.execute(update(column.class_).where(account.in_(accounts)).values({column.key: back}))
    moved = select(Follow.given_id).where(Follow.given_id != Follow.person_id).distinct()
    for person in ctx.session.scalars(moved).all():
        if (found := ctx.people.get(person)) is not None:
            ctx.session.execute(update(Follow).where(Follow.given_id == person).values(person_id=found.id))
    for person in {kept, gone, *now.values()}:
        _again(ctx, person)


def erased(ctx: PluginContext, person: int) -> None:
    """What they thought of it and what they followed goes, and with it what their links are signed for.

    That a question was asked, and when, stays true.
    """
    theirs = select(Case.id).where(Case.asker_id == person)
    ctx.session.execute(delete(Survey).where(Survey.case_id.in_(theirs)))
    ctx.session.execute(update(Case).where(Case.asker_id == person).values(quiet=True))
    ctx.session.execute(delete(Follow).where(or_(Follow.person_id == person, Follow.given_id == person)))


def held(ctx: PluginContext, viewer: Viewer, person: int) -> dict[str, Any]:
    """All that is held of somebody. What they answered is for their own eyes."""
    asked = ctx.session.execute(
        select(Case, Survey.effort)
        .outerjoin(Survey, Survey.case_id == Case.id)
        .where(Case.asker_id == person)
        .order_by(Case.asked_at)
    ).all()
    pages = ctx.sources.pages([case.object for case, _ in asked])
    own = viewer.person_id == person
    follows = ctx.session.scalar(select(func.count()).select_from(Follow).where(Follow.person_id == person))
    return {
        "asked": [
            {
                "at": f"{to_datetime(case.asked_at):%Y-%m-%dT%H:%M:%SZ}",
                "state": case.state,
                "url": pages.get(case.object),
            }
            | ({"effort": effort} if own else {})
            for case, effort in asked
        ],
        "answered_first": _answered(ctx, person)[0],
        "follows": follows or 0,
    }


def explained(ctx: PluginContext, person: int) -> Explanation | None:
    """Counts alone: how soon somebody answers is told of teams, not of people."""
    first, resolved = _answered(ctx, person)
    if not first:
        return None
    questions = "a customer's question" if first == 1 else f"{first} customers' questions"
    return Explanation(f"First to answer {questions}, of which {resolved} the asker called resolved. Of all time.")


def _answered(ctx: PluginContext, person: int) -> tuple[int, int]:
    """To how many questions they gave the first answer, and how many of those the asker called resolved."""
    states = select(Case.state, func.count()).where(Case.responder_id == person, Case.state != "gone")
    found: dict[str, int] = {row[0]: row[1] for row in ctx.session.execute(states.group_by(Case.state))}
    return sum(found.values()), found.get("resolved", 0)


def _again(ctx: PluginContext, person: int) -> None:
    """Tell anew what this person takes part in: a colleague's answer may now be the asker's own, or the reverse."""
    acted = select(Act.case_id).where(Act.actor_id == person, Act.case_id.is_not(None))
    asked = select(Case.id).where(Case.asker_id == person)
    cases = {one for query in (acted, asked) for one in ctx.session.scalars(query) if one is not None}
    recording.settle(ctx, cases)
