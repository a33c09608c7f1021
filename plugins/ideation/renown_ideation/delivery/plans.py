"""How an idea is made real: the goal, who, by when, what it is expected to bring; and in the end, what it brought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import bindparam, select

from renown.api import PluginContext, Prepared, Viewer, clean_text, to_day
from renown_ideation import colleagues, gate, promises
from renown_ideation.delivery.roadmap import HORIZONS
from renown_ideation.ideas import voters
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Idea, Participant, Plan

TEXT = 4000
#: Who takes part in an idea so far that they write its plan with the others.
_PARTS = ("author", "coauthor", "expert", "stakeholder")
#: From here on what was expected stays as it was written.
_BEGUN = ("delivery", "delivered")
_GONE = ("draft", "merged", "withdrawn")


def of(ctx: PluginContext, idea: int, *, held: bool = False) -> Plan | None:
    """`held`: nobody else changes it or its steps until the transaction ends."""
    if held:
        return ctx.session.get(Plan, idea, with_for_update=True, populate_existing=True)
    found: Plan | None = _PLAN.scalar(ctx, idea=idea)
    return found


_PLAN = Prepared(select(Plan).where(Plan.idea_id == bindparam("idea")))


def works_on(ctx: PluginContext, viewer: Viewer, idea: Idea, plan: Plan | None) -> bool:
    """Whether the viewer changes the checklist: staff, the plan's owner, and who takes part in the idea by more than
    a vote, a comment or following it."""
    me = viewer.person_id
    if me is None:
        return False
    if gate.answers(viewer, idea) or (plan is not None and plan.owner_id == me):
        return True
    return any(ctx.session.get(Participant, (idea.id, me, role)) is not None for role in _PARTS)


def inside(ctx: PluginContext, viewer: Viewer, idea: Idea, plan: Plan | None) -> bool:
    """Whether the viewer reads the checklist: employees, and who works on it."""
    return viewer.employee or works_on(ctx, viewer, idea, plan)


def to_work_on(ctx: PluginContext, viewer: Viewer, idea: Idea) -> Plan:
    """The plan, held, for those who work on it; 404 for everybody else."""
    plan = of(ctx, idea.id, held=True)
    return plan if plan is not None and works_on(ctx, viewer, idea, plan) else gate.absent()


def write(ctx: PluginContext, idea: Idea, by: int, given: Mapping[str, str]) -> Plan:
    """Make or change it. Raises Refused."""
    voters.hold_all(ctx, idea.id)
    plan = of(ctx, idea.id, held=True)
    errors: dict[str, list[str]] = {}
    if idea.state in _GONE:
        errors["goal"] = ["It is a draft, or goes on elsewhere: nothing is planned here."]
    goal, expected = (_text(given.get(name, ""), name, errors) for name in ("goal", "expected"))
    if not goal and "goal" not in errors:
        errors["goal"] = ["Say what is to be reached."]
    if not expected and "expected" not in errors:
        errors["expected"] = ["Say what it is expected to bring: in the end it stands beside what it brought."]
    if plan is not None and idea.state in _BEGUN and expected != plan.expected:
        errors["expected"] = ["Delivery has begun: what was expected stays as it was written."]
    owner = colleagues.optional(ctx, given.get("owner", ""), "owner", errors)
    due = day(ctx, given.get("due", ""), "due", errors)
    horizon = given.get("horizon", "")
    if horizon and horizon not in HORIZONS:
        errors["horizon"] = ["Choose where on the roadmap it stands."]
    if errors:
        raise Refused(errors)
    if plan is None:
        plan = Plan(idea_id=idea.id, made_at=ctx.clock.now())
        ctx.session.add(plan)
    plan.goal, plan.expected, plan.owner_id = goal, expected, owner or idea.owner_id or by
    plan.due_at, plan.horizon = due, horizon
    idea.changed_at = ctx.clock.now()
    ctx.session.flush()
    ctx.audit.record("plan", by=by, target=f"idea:{idea.id}", details={"horizon": horizon})
    return plan


def conclude(ctx: PluginContext, idea: Idea, plan: Plan, by: int, said: str) -> None:
    """Write down what came of it, beside what was expected. Raises Refused."""
    errors: dict[str, list[str]] = {}
    outcome = _text(said, "outcome", errors)
    if not outcome and not errors:
        errors["outcome"] = ["Say what came of it, measured against what was expected."]
    if errors:
        raise Refused(errors)
    plan.outcome, plan.outcome_at = outcome, ctx.clock.now()
    idea.changed_at = ctx.clock.now()
    ctx.session.flush()
    ctx.audit.record("conclude", by=by, target=f"idea:{idea.id}")


def require_outcome(ctx: PluginContext, idea: int) -> None:
    """What was planned is delivered once it says what came of it. Raises Refused."""
    plan = of(ctx, idea)
    if plan is not None and not plan.outcome:
        raise Refused({"state": ["Write on its plan what came of it, beside what was expected; then it is delivered."]})


def day(ctx: PluginContext, typed: str, name: str, errors: dict[str, list[str]]) -> int | None:
    """The end of a day that was typed."""
    if not typed.strip():
        return None
    try:
        return promises.end_of(ctx, to_day(date.fromisoformat(typed.strip())))
    except (ValueError, OverflowError):
        errors[name] = ["A day, such as 2026-06-04."]
        return None


def _text(given: str, name: str, errors: dict[str, list[str]]) -> str:
    text = clean_text(given, 2 * TEXT)
    if len(text) > TEXT:
        errors[name] = [f"At most {TEXT} characters: this is {len(text)}."]
    return text
