"""Bringing an idea, changing it, and every text it ever had."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import func, insert, select

from renown.api import DAY, Data, ObjectRef, PluginContext, Viewer, count_words, text_digest
from renown_ideation import gate, promises
from renown_ideation.campaigns import entering
from renown_ideation.ideas import index, texts
from renown_ideation.ideas.texts import Draft, Refused
from renown_ideation.models import Board, Idea, Participant, Revision, Status, Tagged
from renown_ideation.moderation import holding, trust

SUBMITTED = "ideation.submitted.v1"
KIND = "ideation:idea"
RECEIPT = "ideation.receipt"
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


def submit(
    ctx: PluginContext,
    viewer: Viewer,
    board: Board,
    given: Mapping[str, str],
    draft: Idea | None = None,
    *,
    suspect: str | None = None,
) -> Idea:
    """An idea from a form, or what became of a draft. `suspect`: why a moderator looks at it in any case.

    Raises Refused, by field.
    """
    me = viewer.person_id or gate.absent()
    found = texts.draft(given)
    if board.closed_at is not None:
        raise Refused({"board": ["This board is closed: it takes no ideas any more."]})
    _room(ctx, me)
    due = promises.due(ctx, board.acknowledge_days)
    idea = _add(ctx, board, me, found, due) if draft is None else _complete(ctx, board, draft, me, found, due)
    index.put(ctx, idea.id)
    waits = suspect or trust.why(ctx, viewer, board, f"{found.title}\n{found.body}")
    _take_in(ctx, board, idea, due, waits, entering.of_board(ctx, idea, entering.unticked(given)))
    return idea


def rewrite(ctx: PluginContext, idea: Idea, by: int, found: Draft, note: str = "", proposal: int | None = None) -> int:
    """A new text for an idea; the one before stays readable, unless the idea is not shown as it is.

    Returns the revision's number.
    """
    if (idea.title, idea.body) != (found.title, found.body):
        if idea.standing != "shown":
            _hide(ctx, idea)
        idea.revision += 1
        idea.title, idea.body, idea.changed_at = found.title, found.body, ctx.clock.now()
        _keep(ctx, idea, by, note, proposal)
    tag(ctx, idea, found)
    ctx.session.flush()
    index.put(ctx, idea.id)
    return idea.revision


@lru_cache(maxsize=4096)
def slug(title: str) -> str:
    """For addresses, which are found by number: only for people to read."""
    return _NO_LETTERS.sub("-", title.lower()).lstrip("-")[:60].strip("-") or "idea"


def path(board: Board, idea: Idea) -> str:
    return numbered(board.slug, idea.id, idea.title)


def numbered(board: str, idea: int, title: str) -> str:
    """The same, from the board's slug, its number and a title that it has or had."""
    return f"/ideas/{board}/{idea}-{slug(title)}"


def below(board: Board, idea: Idea, rest: str) -> str:
    """The address of something that belongs to an idea."""
    return f"/ideas/{board.slug}/{idea.id}/{rest}"


def address(ctx: PluginContext, idea: Idea) -> str:
    """`path`, where the board is not at hand."""
    return path(ctx.session.get_one(Board, idea.board_id), idea)


def _add(ctx: PluginContext, board: Board, author: int, found: Draft, due: int) -> Idea:
    now = ctx.clock.now()
    idea = Idea(
        board_id=board.id, author_id=author, title=found.title, body=found.body, state="submitted", standing="shown",
        submitted_at=now, changed_at=now, heat=now, revision=1, owner_id=board.steward_id,
        due_at=due,
    )  # fmt: skip
    ctx.session.add(idea)
    ctx.session.flush()
    _keep(ctx, idea, author)
    tag(ctx, idea, found)
    ctx.session.add(Participant(idea_id=idea.id, person_id=author, role="author", follows=True, at=now))
    return idea


def _complete(ctx: PluginContext, board: Board, idea: Idea, by: int, found: Draft, due: int) -> Idea:
    """A draft is kept once, as it is sent; one that was withdrawn before goes on with its texts and voters."""
    now = ctx.clock.now()
    if ctx.session.get(Revision, (idea.id, idea.revision)) is not None:
        if idea.standing != "shown":
            _hide(ctx, idea)
        idea.revision += 1
    idea.title, idea.body, idea.state, idea.due_at = found.title, found.body, "submitted", due
    idea.submitted_at = idea.changed_at = idea.heat = now
    idea.owner_id = idea.owner_id or board.steward_id
    _keep(ctx, idea, by)
    tag(ctx, idea, found)
    return idea


def _take_in(ctx: PluginContext, board: Board, idea: Idea, due: int, waits: str | None, entered: str) -> None:
    """What follows at once: it waits for a moderator or is announced, and its author has a receipt."""
    now, author = ctx.clock.now(), idea.author_id
    said = f"It will be acknowledged by {promises.day(ctx, due)}."
    if waits is None:
        if idea.standing == "shown":
            announce(ctx, board, idea)
    else:
        holding.idea(ctx, board, idea, waits)
        said = f"A moderator looks at it first, by {promises.day(ctx, due)}. {waits}."
    ctx.session.add(Status(idea_id=idea.id, before="draft", state="submitted", by_id=author, at=now, due_at=due))
    ctx.session.flush()
    if author is not None:
        title, subject = f"Your idea arrived: {idea.title}", f"idea:{idea.id}"
        url, once = path(board, idea), f"receipt:{idea.id}"
        body = " ".join(filter(None, (said, entered)))
        ctx.notify.tell(author, RECEIPT, subject, title, body=body, url=url, once=once)


def announce(ctx: PluginContext, board: Board, idea: Idea) -> None:
    """Into the event log, once it is to be seen. Its text stays here."""
    if idea.event_key is not None or idea.author_id is None:
        return
    author = ctx.people.actor(idea.author_id)
    thing = ObjectRef(
        id=f"idea:{idea.id}", kind=KIND, url=None, attributedTo=author,
        words=count_words(f"{idea.title}\n{idea.body}"), digest=text_digest(idea.body),
    )  # fmt: skip
    idea.event_key = ctx.events.append(
        SUBMITTED, Data(type="Create", actor=author, object=thing), key=f"submitted:{idea.id}"
    )


def _hide(ctx: PluginContext, idea: Idea) -> None:
    """What nobody let through stays unseen when a later text is."""
    before = ctx.session.get(Revision, (idea.id, idea.revision))
    if before is not None:
        before.hidden = True


def _keep(ctx: PluginContext, idea: Idea, by: int, note: str = "", proposal: int | None = None) -> None:
    ctx.session.add(
        Revision(
            idea_id=idea.id,
            number=idea.revision,
            title=idea.title,
            body=idea.body,
            by_id=by,
            at=ctx.clock.now(),
            note=note,
            proposal_id=proposal,
        )
    )


def tag(ctx: PluginContext, idea: Idea, found: Draft) -> None:
    """Exactly those of `found`."""
    has = set(ctx.session.scalars(select(Tagged.tag).where(Tagged.idea_id == idea.id)))
    for one in has - set(found.tags):
        ctx.session.delete(ctx.session.get_one(Tagged, (idea.id, one)))
    new = [{"idea_id": idea.id, "tag": one} for one in found.tags if one not in has]
    if new:
        ctx.session.execute(insert(Tagged), new)


def _room(ctx: PluginContext, person: int) -> None:
    most = ctx.settings["most_ideas"]
    since = ctx.clock.now() - DAY
    brought = ctx.session.scalar(
        select(func.count()).select_from(Idea).where(Idea.author_id == person, Idea.submitted_at > since)
    )
    if (brought or 0) >= most:
        raise Refused({"title": [f"At most {most} ideas in a day. What you wrote is kept here: send it tomorrow."]})
