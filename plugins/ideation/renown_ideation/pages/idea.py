"""One idea: as a page, as data, as a feed of what was said to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from flask import Blueprint, Response, redirect, render_template, request
from sqlalchemy import bindparam, func, select
from werkzeug.wrappers import Response as Answer

from renown.api import FeedItem, PluginContext, Prepared, as_json, needs, viewer
from renown_ideation import feeds, gate, promises, showing, states
from renown_ideation.answers import followers, owing, promised
from renown_ideation.campaigns import answers, entering
from renown_ideation.delivery import links
from renown_ideation.experts import shown as judged
from renown_ideation.ideas import amending, authors, comments, files, merging, rendered, shown, writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Campaign, Entered, Idea, Moderation, Participant, Status
from renown_ideation.moderation import holding, proxy, spam
from renown_ideation.naming import Names
from renown_ideation.pages import common, voting
from renown_ideation.pages import plan as plans
from renown_ideation.pages.common import IDEA
from renown_ideation.states import STATES, STEPS, State


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(f"{IDEA}-<rest>")
    @needs("ideation.read")
    def idea(slug: str, number: int, rest: str) -> str | Answer:
        with common.reading(ctx, number) as (inner, found, board):
            if found.state == "draft":
                return redirect(f"/ideas/{board.slug}/new?draft={found.id}")
            if request.path != writing.path(board, found):
                return redirect(writing.path(board, found))
            return page(inner, board, found)

    @pages.get(f"{IDEA}.json")
    @needs("ideation.read")
    def idea_data(slug: str, number: int) -> Response:
        with common.reading(ctx, number) as (inner, found, board):
            return as_json(shown.data(inner, viewer(), board, found))

    @pages.get(f"{IDEA}.atom")
    @needs("ideation.read")
    def idea_feed(slug: str, number: int) -> Response:
        with common.reading(ctx, number) as (inner, found, board):
            return feeds.answer(inner, found.title, _items(inner, found, writing.path(board, found)))


def page(
    ctx: PluginContext, board: Board, idea: Idea, *, errors: common.Errors | None = None, given: Any = None
) -> str:
    """`given`: what was written into one of its forms and could not be taken, by the name of the form."""
    talk = comments.of(ctx, viewer(), idea, common.whole(request.args.get("before")))
    steps, proposals = shown.history(ctx, idea), amending.listed(ctx, idea.id, "open")
    people = [owing.owner(idea, board), *_people(idea, steps, talk, proposals)]
    writers = authors.of(ctx, idea.id)
    entered = proxy.of(ctx, idea.id) if gate.answers(viewer(), idea) else []
    of_votes = [person for one in entered for person in (one.person, one.by)]
    names = Names(ctx, viewer(), [*people, *of_votes, *(one.person_id for one in writers)])
    into = None if idea.into_id is None else ctx.session.get_one(Idea, idea.into_id)
    may = _may(ctx, idea)
    not_chosen = answers.not_chosen(ctx, idea.id) if any(one.answer for one in steps) else {}
    asides = [one for one in reversed(steps) if one.id in not_chosen and one.before == one.state]
    return render_template(
        "ideation/idea.html",
        idea=idea,
        board=board,
        base=writing.below(board, idea, "")[:-1],
        states=STATES,
        line=_line(idea, steps),
        body=rendered.text(idea.body),
        rendered=rendered.text,
        vote=voting.box(ctx, board, idea),
        experts=judged.box(ctx, viewer(), board, idea),
        answers=[one for one in reversed(steps) if one.answer and one not in asides],
        asides=asides,
        by_vote=[one for one, voted in not_chosen.items() if voted],
        writers=writers,
        names=names,
        talk=talk,
        changeable=[one.id for one in talk.comments if comments.changeable(ctx, one)],
        files=_files(ctx, idea, talk),
        limit=files.limit(ctx) // files.MEBI,
        kinds=files.KINDS,
        proposals=proposals,
        members=[one for one in merging.members(ctx, idea.id) if one.standing == "shown"],
        leader=into if into is not None and into.standing == "shown" else None,
        path_of=partial(writing.path, board),
        tags=showing.tags(ctx, [idea]).get(idea.id, ()),
        links=links.of(ctx, viewer(), idea.id),
        link_kinds=links.KINDS,
        **plans.box(ctx, idea),
        campaigns=_campaigns(ctx, idea),
        voted_on=entering.is_option(ctx, idea.id),
        participants=_count(ctx, idea),
        held=_held(ctx, idea),
        held_text=_held_text(ctx, idea),
        entered=entered,
        begun=spam.begin(ctx, given),
        day=partial(promises.day, ctx),
        owes=owing.owner(idea, board),
        promised=promised.before(steps),
        overdue=idea.due_at is not None and idea.due_at < ctx.clock.now(),
        step_options=[(one, STATES[one].title) for one in states.following(cast(State, idea.state))],
        suggested=promises.due(ctx, board.answer_days) if may["staff"] else None,
        may=may,
        me_id=viewer().person_id,
        reader_is_employee=viewer().employee,
        errors=errors or {},
        given=given or {},
    )


def refused(ctx: PluginContext, board: Board, idea: Idea, error: Refused, form: str) -> tuple[str, int]:
    """The page again, with what was written in the form that it was written into."""
    return page(ctx, board, idea, errors=error.errors, given={"form": form, **request.form.to_dict()}), 422


def _items(ctx: PluginContext, idea: Idea, path: str) -> Sequence[FeedItem]:
    """What was answered and said, the newest first."""
    talk = shown.said(ctx, viewer(), idea)
    names = Names(ctx, viewer(), [one.by_id for one in talk])
    answered = [
        FeedItem(f"answer-{one.id}", f"{STATES[cast(State, one.state)].title}: {idea.title}", path, one.at, one.answer)
        for one in shown.history(ctx, idea)
    ]
    said = [
        FeedItem(
            f"comment-{one.id}",
            f"{names.of(one.by_id, one.by_name).name}: {idea.title}",
            f"{path}#c{one.id}",
            one.at,
            one.body,
        )
        for one in talk
    ]
    return sorted([*answered, *said], key=lambda one: -one.at)


def _line(idea: Idea, steps: Sequence[Status]) -> tuple[Sequence[str], int]:
    """Its way as a line of steps, and where on it it is. What it passed over is left out."""
    been = {one.before for one in steps}
    here = STEPS.index(cast(State, idea.state)) if idea.state in STEPS else len(STEPS)
    before = [STATES[one].title for one in STEPS[:here] if one in been]
    after = [STATES[one].title for one in STEPS[here + 1 :]]
    return [*before, STATES[cast(State, idea.state)].title, *after], len(before) + 1


def _people(idea: Idea, steps: Sequence[Status], talk: comments.Page, proposals: Sequence[Any]) -> list[int | None]:
    return [idea.author_id, idea.owner_id, *(one.by_id for one in (*steps, *talk.comments, *proposals))]


def _may(ctx: PluginContext, idea: Idea) -> dict[str, bool]:
    who = viewer()
    author = gate.is_author(ctx, who, idea.id)
    writes = authors.writes(ctx, who, idea) if idea.state == "elaborating" else author
    signed_in = who.person_id is not None
    withdrawable = (idea.state in states.OPEN or idea.state == "parked") and not entering.in_vote(ctx, idea.id)
    living = idea.state not in ("merged", "withdrawn", "draft")
    return {
        "write": writes and living,
        "author": author,
        "first": author and idea.author_id == who.person_id,
        "staff": gate.answers(who, idea),
        "moderate": gate.answers(who, idea) and who.at_least("moderator"),
        "merge": living and gate.answers(who, idea) and not merging.stays(ctx, idea),
        "comment": signed_in and idea.state not in ("withdrawn", "draft"),
        "propose": signed_in and not writes and living and idea.standing == "shown",
        "withdraw": author and withdrawable,
        "take_up": author and idea.state == "withdrawn",
        "invited": authors.invited(ctx, who, idea.id),
        "follow": signed_in,
        "follows": signed_in and followers.follows(ctx, idea.id, who.person_id or 0),
        "report": signed_in and not author and idea.standing == "shown",
        "attach": author or gate.answers(who, idea),
    }


def _files(ctx: PluginContext, idea: Idea, talk: comments.Page) -> dict[int | None, list[Any]]:
    """By comment; None: beside the idea itself."""
    shown = {one.id for one in talk.comments} | {None}
    found: dict[int | None, list[Any]] = {}
    for one in files.of(ctx, idea.id):
        if one.comment_id in shown:
            found.setdefault(one.comment_id, []).append(one)
    return found


def _campaigns(ctx: PluginContext, idea: Idea) -> Sequence[Campaign]:
    return _CAMPAIGNS.scalars(ctx, idea=idea.id)


_CAMPAIGNS = Prepared(
    select(Campaign)
    .join(Entered, Entered.campaign_id == Campaign.id)
    .where(Entered.idea_id == bindparam("idea"), Campaign.state != "draft")
    .order_by(Campaign.id)
)


def _count(ctx: PluginContext, idea: Idea) -> int:
    """Who takes part otherwise than by a vote."""
    return int(_PARTICIPANTS.scalar(ctx, idea=idea.id))


_PARTICIPANTS = Prepared(
    select(func.count(Participant.person_id.distinct())).where(Participant.idea_id == bindparam("idea"))
)


def _held(ctx: PluginContext, idea: Idea) -> Moderation | None:
    """Why it waits, for those who see that it does."""
    if idea.standing == "shown":
        return None
    found = select(Moderation).where(
        Moderation.idea_id == idea.id, Moderation.comment_id.is_(None), Moderation.proposal_id.is_(None)
    )
    return ctx.session.scalar(found.order_by(Moderation.id.desc()).limit(1))


def _held_text(ctx: PluginContext, idea: Idea) -> tuple[int, int] | None:
    """A new text of the viewer's that waits: its number, and when that is decided."""
    found = holding.waiting(ctx, idea.id, viewer().person_id or 0)
    if not found:
        return None
    due = ctx.session.scalar(select(Moderation.due_at).where(Moderation.proposal_id == found[-1].id))
    return found[-1].id, due or 0
