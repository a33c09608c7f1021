"""Changing a text together: who may not write it proposes another, and its authors take or leave that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from sqlalchemy import func, select

from renown.api import DAY, PluginContext, Viewer
from renown_ideation import gate
from renown_ideation.campaigns import entering
from renown_ideation.ideas import authors, texts, voters, writing
from renown_ideation.ideas.texts import Draft, Refused
from renown_ideation.models import Board, Idea, Proposal, Revision, Tagged
from renown_ideation.moderation import holding, trust

PROPOSED = "ideation.proposed"
#: An idea that is one of these is what it is.
_SET = frozenset({"delivered", "declined", "merged", "withdrawn"})
#: Open proposals for one idea; and texts of one in a day.
_MOST, _A_DAY = 50, 30
#: Texts on one page.
PAGE = 10
#: Lines that are compared one by one, of each side; of more, all before and all after are shown.
_LINES = 150


class Changed(ValueError):
    """The text was changed by somebody else meanwhile: what was written has to be looked at again."""


def revise(
    ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea, given: Mapping[str, str], seen: int
) -> Proposal | None:
    """A new text by one of its writers, who had revision `seen` before them.

    What waits for a moderator, while the text that was there stays shown, is given back. Raises Refused, Changed.
    """
    by = viewer.person_id or gate.absent()
    found, note = texts.draft(given), given.get("note", "").strip()[:200]
    _hold(ctx, idea)
    if idea.revision != seen and (found.title, found.body) != (idea.title, idea.body):
        raise Changed(str(idea.revision))
    _room(ctx, idea, found)
    why = _looked_at_first(ctx, viewer, board, idea, found)
    if why is not None:
        return holding.text(ctx, board, idea, by, found, note, why)
    holding.drop(ctx, idea.id, by)
    writing.rewrite(ctx, idea, by, found, note)
    return None


def propose(
    ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea, given: Mapping[str, str], base: int
) -> Proposal:
    """Another text, written from revision `base`. Raises Refused, also where what they write is looked at first."""
    by = viewer.person_id or gate.absent()
    found, note = texts.draft(given), texts.reason(given, "note", 200)
    require_open(idea)
    if trust.why(ctx, viewer, board, f"{found.title}\n{found.body}") is not None:
        raise Refused({"body": ["What you write here is looked at first. Send it as a comment: it is shown then."]})
    before = ctx.session.get(Revision, (idea.id, base)) or gate.absent()
    if (before.title, before.body) == (found.title, found.body):
        raise Refused({"body": ["This says the same as before."]})
    if len(listed(ctx, idea.id, "open")) >= _MOST:
        raise Refused({"body": [f"{_MOST} proposals wait for its authors already. Write a comment."]})
    now = ctx.clock.now()
    made = Proposal(idea_id=idea.id, base=base, title=found.title, body=found.body, note=note, by_id=by, at=now)
    ctx.session.add(made)
    ctx.session.flush()
    title, url = f"A change is proposed: {idea.title}", writing.below(board, idea, f"proposals/{made.id}")
    for one in authors.of(ctx, idea.id):
        if one.person_id != by:
            subject, once = f"idea:{idea.id}", f"proposed:{made.id}"
            ctx.notify.tell(one.person_id, PROPOSED, subject, title, body=note, url=url, once=once)
    return made


def accept(
    ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea, found: Proposal, given: Mapping[str, str], seen: int
) -> Proposal | None:
    """Take it over. Where the text went on since it was written, `given` is what its authors made of both.

    `seen` is the revision that the one who accepts had before them. What waits for a moderator is given back, as by
    `revise`. Raises Refused, Changed.
    """
    by = viewer.person_id or gate.absent()
    _hold(ctx, idea)
    _open(found)
    if idea.revision != seen:
        raise Changed(str(idea.revision))
    tags = ctx.session.scalars(select(Tagged.tag).where(Tagged.idea_id == idea.id)).all()
    both = texts.draft({**given, "tags": ", ".join(tags)}) if found.base != seen else None
    text = both or Draft(found.title, found.body, tuple(tags))
    _room(ctx, idea, text)
    why = None if both is None else _looked_at_first(ctx, viewer, board, idea, both)
    held = None if why is None else holding.text(ctx, board, idea, by, text, found.note, why)
    if held is None:
        writing.rewrite(ctx, idea, found.by_id or by, text, found.note, found.id)
    _answer(ctx, idea, found, by, "accepted", given.get("answer", "").strip()[:400])
    return held


def decline(ctx: PluginContext, idea: Idea, found: Proposal, by: int, given: Mapping[str, str]) -> None:
    """With a reason, which its author is told. Raises Refused."""
    _open(found)
    _answer(ctx, idea, found, by, "declined", texts.reason(given, "answer"))


def take_back(ctx: PluginContext, found: Proposal, by: int) -> None:
    """By whoever proposed it, or whose new text waits; 404 for others. Raises Refused."""
    if found.by_id != by:
        gate.absent()
    if found.state == holding.HELD:
        holding.drop(ctx, found.idea_id, found.by_id or 0)
        return
    _open(found)
    found.state, found.answered_at = "withdrawn", ctx.clock.now()
    ctx.session.flush()


def one(ctx: PluginContext, viewer: Viewer, idea: Idea, number: int) -> Proposal:
    """One for an idea. 404 where the viewer may not see it."""
    found = ctx.session.get(Proposal, number)
    if found is None or found.idea_id != idea.id or not visible(viewer, found):
        gate.absent()
    return found


def visible(viewer: Viewer, found: Proposal) -> bool:
    """What waits for a moderator, or was taken down, is for them and whoever wrote it."""
    mine = viewer.person_id is not None and found.by_id == viewer.person_id
    return found.state not in (holding.HELD, holding.REFUSED) or mine or viewer.at_least("moderator")


def listed(ctx: PluginContext, idea: int, state: str | None = None) -> Sequence[Proposal]:
    found = select(Proposal).where(Proposal.idea_id == idea)
    if state is not None:
        found = found.where(Proposal.state == state)
    return ctx.session.scalars(found.order_by(Proposal.id)).all()


def revisions(ctx: PluginContext, idea: int, before: int | None = None) -> Sequence[Revision]:
    """The newest first, or those before one: PAGE of them, and one more where there are more."""
    found = select(Revision).where(Revision.idea_id == idea).order_by(Revision.number.desc())
    if before is not None:
        found = found.where(Revision.number < before)
    return ctx.session.scalars(found.limit(PAGE + 1)).all()


def hide(ctx: PluginContext, idea: Idea, number: int, by: int, *, hidden: bool) -> None:
    """Have moderators alone read an earlier text; or everybody again. Raises Refused for the one that is shown."""
    found = ctx.session.get(Revision, (idea.id, number)) or gate.absent()
    if number == idea.revision:
        raise Refused({"text": ["This is what the idea says now: take the idea down instead."]})
    found.hidden = hidden
    ctx.session.flush()
    target = f"idea:{idea.id}"
    ctx.audit.record("hide-text" if hidden else "show-text", by=by, target=target, details={"text": number})


def readable(viewer: Viewer, text: Revision) -> bool:
    return not text.hidden or viewer.at_least("moderator")


def difference(before: tuple[str, str], after: tuple[str, str]) -> Sequence[tuple[str, str]]:
    """Between two texts (title, body), line by line, each with "+", "-" or " ".

    The time it takes is bounded, whatever somebody wrote: where much of the middle differs, all of that is one change.
    """
    old, new = ([one[0], *one[1].splitlines()] for one in (before, after))
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    ends = [(" ", line) for line in old[:head]], [(" ", line) for line in old[len(old) - tail :]]
    return [*ends[0], *_middle(old[head : len(old) - tail], new[head : len(new) - tail]), *ends[1]]


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """With how many lines that are the same both begin."""
    pairs = zip(old, new, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))


def _middle(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, str]]:
    if max(len(old), len(new)) > _LINES:
        return [*(("-", line) for line in old), *(("+", line) for line in new)]
    found: list[tuple[str, str]] = []
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [(" ", line) for line in old[first:last]]
        else:
            found += [("-", line) for line in old[first:last]] + [("+", line) for line in new[start:end]]
    return found


def _room(ctx: PluginContext, idea: Idea, found: Draft) -> None:
    if (found.title, found.body) == (idea.title, idea.body):
        return
    since = ctx.clock.now() - DAY
    written = select(func.count()).where(Revision.idea_id == idea.id, Revision.at > since)
    if (ctx.session.scalar(written) or 0) >= _A_DAY:
        raise Refused(
            {"body": [f"It was changed {_A_DAY} times in a day. What you wrote is kept here: send it tomorrow."]}
        )


def _looked_at_first(ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea, found: Draft) -> str | None:
    """Why a new text waits. Of an idea that nobody sees yet, or that says the same, none does."""
    tags = frozenset(ctx.session.scalars(select(Tagged.tag).where(Tagged.idea_id == idea.id)))
    same = (found.title, found.body, frozenset(found.tags)) == (idea.title, idea.body, tags)
    if same or idea.standing != "shown":
        return None
    return trust.why(ctx, viewer, board, f"{found.title}\n{found.body}")


def _hold(ctx: PluginContext, idea: Idea) -> None:
    voters.hold_all(ctx, idea.id)
    ctx.session.refresh(idea)
    require_open(idea)
    require_not_voted_on(ctx, idea)


def require_open(idea: Idea) -> None:
    """Raises Refused where an idea's text is what it is."""
    if idea.state in _SET:
        raise Refused({"body": ["Its text is not changed any more."]})


def require_not_voted_on(ctx: PluginContext, idea: Idea) -> None:
    """Raises Refused while it is an option of a vote that is open. The caller holds the idea."""
    if entering.is_option(ctx, idea.id):
        raise Refused({"body": ["It is being voted on: its text stays as it is until the vote closes."]})


def _open(found: Proposal) -> None:
    if found.state != "open":
        raise Refused({"answer": [f"This was {found.state} already."]})


def _answer(ctx: PluginContext, idea: Idea, found: Proposal, by: int, state: str, said: str) -> None:
    found.state, found.answer, found.answered_by_id, found.answered_at = state, said, by, ctx.clock.now()
    ctx.session.flush()
    if found.by_id is not None and found.by_id != by:
        title, once = f"Your change was {state}: {idea.title}", f"proposed:{found.id}:{state}"
        url = writing.address(ctx, idea)
        ctx.notify.tell(found.by_id, PROPOSED, f"idea:{idea.id}", title, body=said, url=url, once=once)
