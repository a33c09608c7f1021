"""Changing a text together: who may not write it proposes another, and its authors take or leave that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache

from sqlalchemy import bindparam, func, select

from renown.api import DAY, PluginContext, Prepared, Viewer
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
    ctx: PluginContext,
    viewer: Viewer,
    board: Board,
    idea: Idea,
    given: Mapping[str, str],
    base: int,
    suspect: str | None = None,
) -> Proposal:
    """Another text, written from revision `base`; it may wait for a moderator, `suspect`: for that reason.

    Raises Refused.
    """
    by = viewer.person_id or gate.absent()
    found, note = texts.draft(given), texts.reason(given, "note", 200)
    require_open(idea)
    before = ctx.session.get(Revision, (idea.id, base)) or gate.absent()
    if (before.title, before.body) == (found.title, found.body):
        raise Refused({"body": ["This says the same as before."]})
    if len(listed(ctx, idea.id, "open", holding.WAITS)) >= _MOST:
        raise Refused({"body": [f"{_MOST} proposals wait for its authors already. Write a comment."]})
    now = ctx.clock.now()
    made = Proposal(idea_id=idea.id, base=base, title=found.title, body=found.body, note=note, by_id=by, at=now)
    ctx.session.add(made)
    ctx.session.flush()
    waits = suspect or trust.why(ctx, viewer, board, f"{note}\n{found.title}\n{found.body}")
    if waits is None:
        announce(ctx, board, idea, made)
    else:
        holding.proposal(ctx, board, made, waits)
    return made


def announce(ctx: PluginContext, board: Board, idea: Idea, made: Proposal) -> None:
    """Its authors hear of it, once."""
    title, url = f"A change is proposed: {idea.title}", writing.below(board, idea, f"proposals/{made.id}")
    for one in authors.of(ctx, idea.id):
        if one.person_id != made.by_id:
            subject, once = f"idea:{idea.id}", f"proposed:{made.id}"
            ctx.notify.tell(one.person_id, PROPOSED, subject, title, body=made.note, url=url, once=once)


def accept(
    ctx: PluginContext, viewer: Viewer, board: Board, idea: Idea, found: Proposal, given: Mapping[str, str], seen: int
) -> Proposal | None:
    """Take it over. Where the text went on since it was written, `given` is what its authors made of both.

    `seen` is the revision that the one who accepts had before them. What waits for a moderator is given back, as by
    `revise`: then the proposal is answered when that is decided. Raises Refused, Changed.
    """
    by = viewer.person_id or gate.absent()
    _hold(ctx, idea)
    _open(ctx, found)
    if idea.revision != seen:
        raise Changed(str(idea.revision))
    tags = ctx.session.scalars(select(Tagged.tag).where(Tagged.idea_id == idea.id)).all()
    both = texts.draft({**given, "tags": ", ".join(tags)}) if found.base != seen else None
    text = both or Draft(found.title, found.body, tuple(tags))
    _room(ctx, idea, text)
    why = None if both is None else _looked_at_first(ctx, viewer, board, idea, both)
    said = given.get("answer", "").strip()[:400]
    if why is not None:
        held = holding.text(ctx, board, idea, by, text, found.note, why)
        found.state, found.answer, found.answered_by_id = holding.ACCEPTING, said, by
        ctx.session.flush()
        return held
    writing.rewrite(ctx, idea, found.by_id or by, text, found.note, found.id)
    answer(ctx, idea, found, by, "accepted", said)
    return None


def decline(ctx: PluginContext, idea: Idea, found: Proposal, by: int, given: Mapping[str, str]) -> None:
    """With a reason, which its author is told. Raises Refused."""
    voters.hold_all(ctx, idea.id)
    _open(ctx, found)
    answer(ctx, idea, found, by, "declined", texts.reason(given, "answer"))


def take_back(ctx: PluginContext, found: Proposal, by: int) -> None:
    """By whoever proposed it, or whose new text waits; 404 for others. Raises Refused."""
    if found.by_id != by:
        gate.absent()
    voters.hold_all(ctx, found.idea_id)
    ctx.session.refresh(found)
    if found.state == holding.HELD:
        return holding.drop(ctx, found.idea_id, found.by_id or 0)
    if found.state == holding.WAITS:
        return holding.take_back(ctx, found)
    _open(ctx, found)
    found.state, found.answered_at = "withdrawn", ctx.clock.now()
    return ctx.session.flush()


def one(ctx: PluginContext, viewer: Viewer, idea: Idea, number: int) -> Proposal:
    """One for an idea. 404 where the viewer may not see it."""
    found = ctx.session.get(Proposal, number)
    if found is None or found.idea_id != idea.id or not seen(ctx, viewer, found):
        gate.absent()
    return found


def listed(ctx: PluginContext, idea: int, *states: str) -> Sequence[Proposal]:
    """Those in one of these states, or in any."""
    return _in(states).scalars(ctx, idea=idea)


@cache
def _in(states: tuple[str, ...]) -> Prepared:
    found = select(Proposal).where(Proposal.idea_id == bindparam("idea")).order_by(Proposal.id)
    return Prepared(found.where(Proposal.state.in_(states)) if states else found)


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


def seen(ctx: PluginContext, viewer: Viewer, found: Proposal) -> bool:
    """Whether they may read it. What waits, or was taken down, or away as a text, is for moderators and its author."""
    if viewer.at_least("moderator") or (viewer.person_id is not None and found.by_id == viewer.person_id):
        return True
    return found.state not in holding.UNSEEN and not hidden(ctx, found)


def hidden(ctx: PluginContext, found: Proposal) -> bool:
    """Whether a moderator took away the text that it became."""
    text = became(ctx, found)
    return text is not None and text.hidden


def became(ctx: PluginContext, found: Proposal) -> Revision | None:
    """The text of the idea with which it was taken over."""
    by_it = Revision.idea_id == found.idea_id, Revision.proposal_id == found.id
    return ctx.session.scalars(select(Revision).where(*by_it).order_by(Revision.number.desc()).limit(1)).one_or_none()


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


def _open(ctx: PluginContext, found: Proposal) -> None:
    """The caller holds the idea."""
    ctx.session.refresh(found)
    if found.state == holding.ACCEPTING:
        raise Refused({"answer": ["A moderator looks first at what its authors made of both."]})
    if found.state != "open":
        raise Refused({"answer": [f"This was {found.state} already."]})


def answer(ctx: PluginContext, idea: Idea, found: Proposal, by: int, state: str, said: str) -> None:
    """Set, and its author is told."""
    found.state, found.answer, found.answered_by_id, found.answered_at = state, said, by, ctx.clock.now()
    ctx.session.flush()
    if found.by_id is not None and found.by_id != by:
        title, once = f"Your change was {state}: {idea.title}", f"proposed:{found.id}:{state}"
        url = writing.address(ctx, idea)
        ctx.notify.tell(found.by_id, PROPOSED, f"idea:{idea.id}", title, body=said, url=url, once=once)
