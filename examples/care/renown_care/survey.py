"""One question about each resolved case: how easy was it? Answers are shown as one number of many, never singly.

Only who may sign in is asked: others, known from a network alone, are reached by no notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from renown.api import DAY, PluginContext, PublicSpace, day_of, to_date
from renown_care import waiting
from renown_care.models import Case, Survey

NOTICE = "care.effort"
STATEMENT = "It was easy to get my question answered."
#: From 1 to 7.
CHOICES = (
    "Strongly disagree", "Disagree", "Rather disagree", "Neither agree nor disagree",
    "Rather agree", "Agree", "Strongly agree",
)  # fmt: skip
#: Fewer answers give no number.
FEWEST = 5
#: For how long one may answer, and change the answer.
OPEN = 30 * DAY
#: Asked when the word has stood for so long, and not of what was resolved longer ago.
_SOONEST, _LATEST = DAY // 24, 14 * DAY
_BATCH = 100


@dataclass(frozen=True)
class About:
    """Which question it is that was answered, and until which day one may say how easy that was.

    Days are since 1970. `place` and `url` where they are known and public.
    """

    asked: int
    until: int
    place: PublicSpace | None
    url: str | None


class Closed(ValueError):
    """The time to answer is over. The text is for whoever wanted to."""


@dataclass(frozen=True)
class Net:
    """How many answered, and how many of them found it easy (6 or 7) and not (1 to 4). 5 counts for neither."""

    answers: int
    easy: int
    hard: int

    @property
    def score(self) -> int | None:
        """The share of easy less the share of not, in percent: -100 to 100. None with fewer than FEWEST answers."""
        return round(100 * (self.easy - self.hard) / self.answers) if self.answers >= FEWEST else None


def work(ctx: PluginContext) -> bool:
    """The job: ask about what was resolved. Whether there may be more to do."""
    if not ctx.settings["survey"]:
        return False
    due = _due(ctx)
    for case, place in {one.asker_id: (one, place) for one, place in due[:_BATCH]}.values():
        asked = Survey(case_id=case.id, sent_at=ctx.clock.now())
        ctx.session.add(asked)
        ctx.session.flush()
        subject, url = f"care:{case.id}", f"/care/effort/{token(ctx, asked)}"
        title = "Your question was answered. How easy was that?"
        ctx.notify.tell(case.asker_id, NOTICE, subject, title, body=_which(ctx, case, place), url=url, once="effort")
    return len(due) > _BATCH


def token(ctx: PluginContext, survey: Survey) -> str:
    return ctx.sign.make("effort", survey.key)


def opened(ctx: PluginContext, token: str) -> Survey | None:
    """Which one a link is for; None where it is gone. Raises NotSigned, Closed."""
    key = ctx.sign.read("effort", token, max_age=365 * 86_400)
    found = ctx.session.scalar(select(Survey).where(Survey.key == key))
    if found is not None and found.sent_at + OPEN < ctx.clock.now():
        raise Closed("The time to answer is over.")
    return found


def answer(ctx: PluginContext, survey: Survey, effort: int) -> None:
    """Raises ValueError for what is not 1 to 7."""
    if not 1 <= effort <= len(CHOICES):
        raise ValueError(f"effort: choose one of the {len(CHOICES)} answers")
    survey.effort = effort
    ctx.session.flush()
    case = ctx.session.get_one(Case, survey.case_id)
    ctx.notify.withdraw([case.asker_id], NOTICE, f"care:{case.id}")


def about(ctx: PluginContext, survey: Survey) -> About:
    """What whoever has its link is told."""
    case = ctx.session.get_one(Case, survey.case_id)
    zone = ctx.calendar.zone()
    asked, until = day_of(case.asked_at, zone), day_of(survey.sent_at + OPEN, zone)
    public = list(waiting.among(ctx, [case]))
    if not public:
        return About(asked, until, None, None)
    [(_, place)] = public
    url = ctx.sources.pages([case.object]).get(case.object) or (place.url if place else None)
    return About(asked, until, place, url)


def answered(ctx: PluginContext) -> tuple[int, int]:
    """How many were asked, and how many of them answered, of all time."""
    counted = ctx.session.execute(select(func.count(), func.count(Survey.effort)).select_from(Survey)).one()
    return counted[0], counted[1]


def _which(ctx: PluginContext, case: Case, place: PublicSpace | None) -> str:
    day = to_date(day_of(case.asked_at, ctx.calendar.zone()))
    where = f" in {place.name}" if place else ""
    return f"It is about what you asked{where} on {day.day} {day:%B %Y}. One question."


def _due(ctx: PluginContext) -> Sequence[tuple[Case, PublicSpace | None]]:
    """What is to be asked about, the longest resolved first: of who can be reached, and not of places that became
    private."""
    now, other = ctx.clock.now(), aliased(Case)
    lately = (
        exists()
        .where(Survey.case_id == other.id, other.asker_id == Case.asker_id)
        .where(Survey.sent_at > now - ctx.settings["rest"] * DAY)
    )
    query = (
        select(Case)
        .where(Case.state == "resolved", Case.answered_at.is_not(None), Case.quiet.is_(False))
        .where(Case.settled_at.between(now - _LATEST, now - _SOONEST))
        .where(~exists().where(Survey.case_id == Case.id), ~lately)
    )
    reached = set(ctx.people.who_sign_in()[0])
    cases = ctx.session.scalars(query.order_by(Case.settled_at, Case.id))
    return list(waiting.among(ctx, [one for one in cases if one.asker_id in reached]))
