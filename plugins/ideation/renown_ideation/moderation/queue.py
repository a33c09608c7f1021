"""What waits for a moderator: held ideas, comments and new texts, and what readers report. Overdue first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select

from renown.api import PluginContext, text_digest
from renown_ideation.campaigns import entering, held
from renown_ideation.ideas import writing
from renown_ideation.models import Board, Campaign, Comment, Entered, Idea, Moderation, Proposal, Trust
from renown_ideation.moderation import holding, trust

KINDS = {
    "idea": "New idea", "comment": "Comment", "text": "New text of an idea", "change": "Changed comment",
    "proposal": "Proposed change",
}  # fmt: skip
_Columns = TypeVarTuple("_Columns")
#: Acts of moderation that are read at once. What is decided leaves, so the rest follows.
_PAGE = 60


@dataclass(frozen=True)
class Item:
    """One thing that is decided at once, for all the reasons why it waits."""

    #: As `idea:12`, `comment:7`, `change:7`; of proposals `proposal:3`, or `text:3` by an author.
    key: str
    kind: str
    idea: Idea
    board: Board
    path: str
    title: str
    body: str
    #: What it says meanwhile, where it is a change.
    before: tuple[str, str] | None
    tags: str
    by_id: int | None
    #: Whether it is shown while it waits.
    shown: bool
    acts: Sequence[Moderation]
    #: Which text this is, so that another one is not decided by mistake.
    seen: str
    links: int
    accepted: int = 0
    refused: int = 0
    #: The campaign that its idea takes part in and whose vote opens next: what is not decided by then is no option.
    campaign: Campaign | None = None

    @property
    def kind_title(self) -> str:
        return "Reported" if self.shown and self.before is None else KINDS[self.kind]

    @property
    def due_at(self) -> int:
        return min(one.due_at for one in self.acts)

    @property
    def at(self) -> int:
        return min(one.at for one in self.acts)


def waiting(ctx: PluginContext) -> Sequence[Item]:
    """The first of them, what is due first before the rest."""
    rows = ctx.session.execute(
        _open(select(Moderation, Idea, Board)).order_by(*_pressing(), Moderation.due_at, Moderation.id).limit(_PAGE)
    ).all()
    grouped: dict[str, list[Moderation]] = {}
    about: dict[str, tuple[Idea, Board]] = {}
    for act, idea, board in rows:
        grouped.setdefault(key(act), []).append(act)
        about[key(act)] = (idea, board)
    found = [one for name, acts in grouped.items() if (one := _item(ctx, name, *about[name], acts)) is not None]
    return _with_votes(ctx, _with_trust(ctx, found))


def number(ctx: PluginContext) -> int:
    """How many things wait, each once for all who report it."""
    things = _open(select(Moderation.idea_id, Moderation.comment_id, Moderation.proposal_id, Moderation.change))
    return ctx.session.scalar(select(func.count()).select_from(things.distinct().subquery())) or 0


def decided(ctx: PluginContext) -> Sequence[tuple[Moderation, Idea, str]]:
    """What moderators decided last, each with its idea and that one's address."""
    found = (
        select(Moderation, Idea, Board)
        .join(Idea, Idea.id == Moderation.idea_id)
        .join(Board, Board.id == Idea.board_id)
        .where(Moderation.decided.in_(("shown", "taken down")))
        .order_by(Moderation.decided_at.desc(), Moderation.id.desc())
        .limit(_PAGE)
    )
    return [(act, idea, writing.path(board, idea)) for act, idea, board in ctx.session.execute(found)]


def key(act: Moderation) -> str:
    if act.proposal_id is not None:
        return f"{'text' if act.change else 'proposal'}:{act.proposal_id}"
    if act.comment_id is not None:
        return f"{'change' if act.change else 'comment'}:{act.comment_id}"
    return f"idea:{act.idea_id}"


def seen_comment(comment: Comment, kind: str) -> str:
    return text_digest((comment.held or "") if kind == "change" else comment.body)[:16]


def _open(statement: Select[*_Columns]) -> Select[*_Columns]:
    """Without ideas that were taken back before anybody looked: when they are sent again they wait again."""
    hidden = and_(Idea.standing == "waiting", Idea.state.in_(("draft", "withdrawn")))
    return (
        statement.join(Idea, Idea.id == Moderation.idea_id)
        .join(Board, Board.id == Idea.board_id)
        .where(Moderation.decided.is_(None), or_(not_(hidden), Moderation.comment_id.is_not(None)))
    )


def _pressing() -> tuple[ColumnElement[int], ColumnElement[int | None]]:
    """To sort by: texts that a vote is about to freeze come first, the next vote's before the others'."""
    opens = (
        select(func.min(Campaign.vote_from))
        .join(Entered, Entered.campaign_id == Campaign.id)
        .where(
            Entered.idea_id == Moderation.idea_id,
            Moderation.comment_id.is_(None),
            or_(Moderation.proposal_id.is_(None), Moderation.change),
            Campaign.state.in_(held.BEFORE_VOTE),
        )
        .correlate(Moderation)
        .scalar_subquery()
    )
    return case((opens.is_(None), 1), else_=0), opens


def _with_votes(ctx: PluginContext, items: Sequence[Item]) -> Sequence[Item]:
    found = entering.soon(ctx, {one.idea.id for one in items if one.kind in ("idea", "text")})
    return [replace(one, campaign=found.get(one.idea.id)) if one.kind in ("idea", "text") else one for one in items]


def _item(ctx: PluginContext, name: str, idea: Idea, board: Board, acts: Sequence[Moderation]) -> Item | None:
    kind, path = name.partition(":")[0], writing.path(board, idea)
    if kind == "idea":
        text = f"{idea.title}\n{idea.body}"
        return Item(
            name, kind, idea, board, path, idea.title, idea.body, None, "", idea.author_id, idea.standing == "shown",
            acts, str(idea.revision), trust.links(text),
        )  # fmt: skip
    if kind == "proposal":
        made = ctx.session.get_one(Proposal, acts[0].proposal_id)
        body, path = f"{made.note}\n\n{made.body}", writing.below(board, idea, f"proposals/{made.id}")
        return Item(
            name, kind, idea, board, path, made.title, body, None, "", made.by_id,
            made.state not in holding.UNSEEN, acts, str(made.id), trust.links(f"{made.title}\n{body}"),
        )  # fmt: skip
    if kind == "text":
        text_ = ctx.session.get_one(Proposal, acts[0].proposal_id)
        return Item(
            name, kind, idea, board, path, text_.title, text_.body, (idea.title, idea.body), text_.tags or "",
            text_.by_id, True, acts, str(text_.id), trust.links(f"{text_.title}\n{text_.body}"),
        )  # fmt: skip
    comment = ctx.session.get_one(Comment, acts[0].comment_id)
    body = comment.held or "" if kind == "change" else comment.body
    before = ("", comment.body) if kind == "change" else None
    return Item(
        name, kind, idea, board, f"{path}#c{comment.id}", idea.title, body, before, "", comment.by_id,
        comment.standing == "shown", acts, seen_comment(comment, kind), trust.links(body),
    )  # fmt: skip


def _with_trust(ctx: PluginContext, items: Sequence[Item]) -> Sequence[Item]:
    people = {one.by_id for one in items if one.by_id is not None}
    found: Mapping[int, Trust] = {
        one.person_id: one for one in ctx.session.scalars(select(Trust).where(Trust.person_id.in_(people)))
    }
    return [
        replace(one, accepted=known.accepted, refused=known.refused)
        if (known := found.get(one.by_id or 0)) is not None
        else one
        for one in items
    ]
