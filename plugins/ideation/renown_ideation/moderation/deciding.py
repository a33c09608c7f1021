"""Deciding what waits: let through, or taken down with a word to its author. Once, and of the text that was read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select

from renown.api import PluginContext, clean_text
from renown_ideation import promises
from renown_ideation.ideas import amending, comments, texts, voters, writing
from renown_ideation.ideas.texts import Draft, Refused
from renown_ideation.models import Board, Comment, Idea, Moderation, Proposal, Tagged
from renown_ideation.moderation import holding, queue, trust
from renown_ideation.numbers import whole
from renown_ideation.rewards import gone

MODERATED = "ideation.moderated"
SHOWN, DOWN = "shown", "taken down"
WORD = 400
#: Of a row.
_LARGEST = 2**31 - 1


@dataclass(frozen=True)
class _Thing:
    idea: Idea
    board: Board
    #: What its author reads of it.
    title: str
    by_id: int | None
    seen: str
    #: Whether it had been taken down before.
    was_down: bool
    #: Does what is decided.
    act: Callable[[bool, str], None]


def decide(ctx: PluginContext, by: int, key: str, seen: str, *, shown: bool, word: str = "") -> None:
    """`key` and `seen` as the queue gave them. What is taken down needs a word. Raises Refused."""
    said = texts.reason({"word": word}, "word") if not shown else clean_text(word, WORD)
    acts = _take(ctx, key)
    if not acts:
        raise Refused({key: ["Somebody else decided this meanwhile."]})
    thing = _thing(ctx, key, acts[0], by)
    if thing.seen != seen:
        raise Refused({key: ["Its text was changed meanwhile. Read it once more."]})
    thing.act(shown, said)
    now = ctx.clock.now()
    for one in acts:
        one.decided, one.decided_by_id, one.decided_at, one.answer = SHOWN if shown else DOWN, by, now, said
    ctx.session.flush()
    _learn(ctx, thing, acts, shown)
    _tell(ctx, thing, acts, key, by, shown=shown, said=said)
    details = {"decided": SHOWN if shown else DOWN, "reason": said}
    ctx.audit.record("moderate", by=by, target=key, person=thing.by_id, details=details)


def _take(ctx: PluginContext, key: str) -> Sequence[Moderation]:
    """Those that wait; nobody else decides them until the transaction ends."""
    found = select(Moderation).where(_pending(key)).order_by(Moderation.id).with_for_update()
    return ctx.session.scalars(found).all()


def _pending(key: str) -> ColumnElement[bool]:
    """Raises Refused for what is no key."""
    kind, _, said = key.partition(":")
    number = whole(said, _LARGEST)
    if kind not in queue.KINDS or number is None:
        raise Refused({"key": ["There is no such thing."]})
    return and_(Moderation.decided.is_(None), _of(kind, number))


def _of(kind: str, number: int) -> ColumnElement[bool]:
    if kind in ("text", "proposal"):
        return and_(Moderation.proposal_id == number, Moderation.change.is_(kind == "text"))
    if kind == "idea":
        alone = and_(Moderation.comment_id.is_(None), Moderation.proposal_id.is_(None))
        return and_(Moderation.idea_id == number, alone)
    return and_(Moderation.comment_id == number, Moderation.change.is_(kind == "change"))


def _thing(ctx: PluginContext, key: str, act: Moderation, by: int) -> _Thing:
    voters.hold_all(ctx, act.idea_id)
    idea = ctx.session.get_one(Idea, act.idea_id, populate_existing=True)
    board, kind = ctx.session.get_one(Board, idea.board_id), key.partition(":")[0]
    if kind == "idea":
        return _Thing(
            idea, board, idea.title, idea.author_id, str(idea.revision), idea.standing == DOWN, _Ideas(ctx, board, idea)
        )
    if kind == "text":
        text = ctx.session.get_one(Proposal, act.proposal_id, populate_existing=True)
        return _Thing(idea, board, idea.title, text.by_id, str(text.id), False, _Texts(ctx, idea, text, by))
    if kind == "proposal":
        made = ctx.session.get_one(Proposal, act.proposal_id, populate_existing=True)
        title, does_it = f"your proposal for {idea.title}", _Proposals(ctx, board, idea, made)
        return _Thing(idea, board, title, made.by_id, str(made.id), _is_down(ctx, made), does_it)
    comment = ctx.session.get_one(Comment, act.comment_id, populate_existing=True, with_for_update=True)
    does = (_Changes if kind == "change" else _Comments)(ctx, idea, comment)
    title = f"your comment on {idea.title}"
    return _Thing(idea, board, title, comment.by_id, queue.seen_comment(comment, kind), comment.standing == DOWN, does)


@dataclass(frozen=True)
class _Ideas:
    ctx: PluginContext
    board: Board
    idea: Idea

    def __call__(self, shown: bool, said: str) -> None:
        before, self.idea.standing = self.idea.standing, SHOWN if shown else DOWN
        if before != self.idea.standing:
            self.idea.changed_at = self.ctx.clock.now()
        if shown:
            writing.announce(self.ctx, self.board, self.idea)
        gone.follow(self.ctx, self.idea)


@dataclass(frozen=True)
class _Comments:
    ctx: PluginContext
    idea: Idea
    comment: Comment

    def __call__(self, shown: bool, said: str) -> None:
        before, self.comment.standing = self.comment.standing, SHOWN if shown else DOWN
        if before == self.comment.standing or self.comment.staff:
            return
        if shown:
            comments.announce(self.ctx, self.idea, self.comment)
        elif before == SHOWN:
            comments.count(self.ctx, self.idea, -1)
        gone.follow(self.ctx, self.comment)


@dataclass(frozen=True)
class _Changes:
    ctx: PluginContext
    idea: Idea
    comment: Comment

    def __call__(self, shown: bool, said: str) -> None:
        if shown and self.comment.held is not None:
            self.comment.body, self.comment.edited_at = self.comment.held, self.ctx.clock.now()
        self.comment.held = None


@dataclass(frozen=True)
class _Texts:
    ctx: PluginContext
    idea: Idea
    text: Proposal
    by: int

    def __call__(self, shown: bool, said: str) -> None:
        """Where the idea's text went on meanwhile it becomes a proposal, so that nobody's words are written over."""
        if shown:
            amending.require_open(self.idea)
            amending.require_not_voted_on(self.ctx, self.idea)
        author = self.text.by_id or 0
        if shown and self.text.base != self.idea.revision:
            self.text.state, self.text.note = "open", self.text.note or "A change that waited for a moderator"
            return holding.reopen(self.ctx, self.idea.id, author)
        self.text.answered_by_id, self.text.answered_at, self.text.answer = self.by, self.ctx.clock.now(), said
        if not shown:
            self.text.state = holding.REFUSED
            return holding.reopen(self.ctx, self.idea.id, author)
        taken = holding.accepting(self.ctx, self.idea.id, author)
        self.text.state = holding.GONE if taken else "accepted"
        names = self.ctx.session.scalars(select(Tagged.tag).where(Tagged.idea_id == self.idea.id)).all()
        tags = tuple(names) if self.text.tags is None else texts.tags(self.text.tags, {})
        draft = Draft(self.text.title, self.text.body, tags)
        made = taken[0] if taken else self.text
        by = made.by_id or self.text.by_id or self.by
        writing.rewrite(self.ctx, self.idea, by, draft, self.text.note, made.id)
        for one in taken:
            amending.answer(self.ctx, self.idea, one, author, "accepted", one.answer)
        return None


@dataclass(frozen=True)
class _Proposals:
    ctx: PluginContext
    board: Board
    idea: Idea
    made: Proposal

    def __call__(self, shown: bool, said: str) -> None:
        """One that became a text of the idea goes and comes back as that text."""
        became = amending.became(self.ctx, self.made)
        if became is not None:
            if not shown and became.number == self.idea.revision:
                raise Refused({"key": ["It is what the idea says now: take the idea down instead."]})
            became.hidden = not shown
        elif not shown:
            self.made.state = holding.REFUSED
        elif self.made.state in holding.UNSEEN:
            answered = "declined" if self.made.answer else "withdrawn"
            self.made.state = "open" if self.made.answered_at is None else answered
            if self.made.state == "open":
                self.made.answered_by_id, self.made.answer = None, ""
                amending.announce(self.ctx, self.board, self.idea, self.made)


def _is_down(ctx: PluginContext, made: Proposal) -> bool:
    return made.state == holding.REFUSED or amending.hidden(ctx, made)


def _learn(ctx: PluginContext, thing: _Thing, acts: Sequence[Moderation], shown: bool) -> None:
    """What stays although it was reported says nothing new of its author."""
    held = any(one.by_id is None for one in acts)
    if thing.by_id is not None and (held or not shown):
        trust.learn(ctx, thing.by_id, shown)


def _tell(
    ctx: PluginContext, thing: _Thing, acts: Sequence[Moderation], key: str, by: int, *, shown: bool, said: str
) -> None:
    path, subject = writing.path(thing.board, thing.idea), f"moderated:{key}"
    once = f"{subject}:{acts[-1].id}"
    held = any(one.by_id is None for one in acts)
    if thing.by_id is not None and thing.by_id != by and (held or not shown or thing.was_down):
        title = f"{'Let through' if shown else 'Taken down'}: {thing.title}"
        url = path if shown else "/my/ideas#held"
        ctx.notify.tell(thing.by_id, MODERATED, subject, title, body=said, url=url, once=once)
    for reader in {one.by_id for one in acts} - {None, by}:
        title = f"{'It stays' if shown else 'Taken down'}: what you reported beside {thing.idea.title}"
        ctx.notify.tell(reader or 0, MODERATED, subject, title, body=said, url=path, once=f"{once}:{reader}")


def several(
    ctx: PluginContext, by: int, chosen: Mapping[str, str], *, shown: bool, word: str
) -> Mapping[str, Sequence[str]]:
    """Each of these, by key with what was seen of it. Gives why, by key, of those that could not be.

    Raises Refused where the word is missing, and decides nothing.
    """
    errors: dict[str, Sequence[str]] = {}
    about = {idea for key in chosen for idea in ctx.session.scalars(select(Moderation.idea_id).where(_pending(key)))}
    voters.hold_all(ctx, *about)
    for key in sorted(chosen, key=_order):
        try:
            decide(ctx, by, key, chosen[key], shown=shown, word=word)
        except Refused as error:
            if "word" in error.errors:
                raise
            errors[key] = [said for texts_ in error.errors.values() for said in texts_]
    return errors


def _order(key: str) -> tuple[str, int]:
    kind, _, number = key.partition(":")
    return kind, whole(number) or 0


def again(ctx: PluginContext, by: int, number: int) -> None:
    """What was taken down waits once more, as when that was a mistake. Raises LookupError where it is not down."""
    act = ctx.session.get(Moderation, number)
    if act is None or act.decided != DOWN or act.change:
        raise LookupError(number)
    idea = ctx.session.get_one(Idea, act.idea_id)
    comment = None if act.comment_id is None else ctx.session.get_one(Comment, act.comment_id)
    made = None if act.proposal_id is None else ctx.session.get_one(Proposal, act.proposal_id)
    down = (comment or idea).standing == DOWN if made is None else _is_down(ctx, made)
    waits = select(Moderation.id).where(_pending(queue.key(act))).limit(1)
    if not down or ctx.session.scalar(waits) is not None:
        raise LookupError(number)
    board = ctx.session.get_one(Board, idea.board_id)
    once_more = Moderation(
        idea_id=idea.id, comment_id=act.comment_id, proposal_id=act.proposal_id, by_id=by, at=ctx.clock.now(),
        reason="Taken down before, and looked at again", due_at=promises.due(ctx, board.acknowledge_days),
    )  # fmt: skip
    ctx.session.add(once_more)
    ctx.session.flush()
    ctx.audit.record("moderate-again", by=by, target=queue.key(act))
