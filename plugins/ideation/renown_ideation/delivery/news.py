"""The changelog: what is new, which ideas it came from, and thanks to those who were for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from renown.api import PluginContext, Viewer, clean_text
from renown_ideation import boards, gate, listing, numbers, showing
from renown_ideation.answers import followers
from renown_ideation.ideas.texts import BODY, TITLE, Refused
from renown_ideation.models import Board, Idea, News, NewsOf
from renown_ideation.showing import Line

PUBLISHED = "ideation.news"
PAGE = 20
#: Ideas that one entry names.
_MOST = 20


@dataclass(frozen=True)
class Entry:
    id: int
    board: Board
    title: str
    body: str
    at: int
    ideas: Sequence[Line]

    @property
    def voters(self) -> int | None:
        """Whom it thanks; None where numbers are hidden."""
        counted = [one.voters for one in self.ideas]
        return None if None in counted else sum(one or 0 for one in counted)


@dataclass(frozen=True)
class Page:
    entries: Sequence[Entry]
    after: int | None


def write(ctx: PluginContext, board: Board, by: int, given: Mapping[str, str]) -> News:
    """Raises Refused. Everybody who follows one of its ideas is told."""
    errors: dict[str, list[str]] = {}
    title, body = clean_text(given.get("title", ""), 2 * TITLE), clean_text(given.get("body", ""), 2 * BODY)
    if not title or len(title) > TITLE:
        errors["title"] = [f"Between 1 and {TITLE} characters."]
    if len(body) > BODY:
        errors["body"] = [f"At most {BODY} characters: this is {len(body)}."]
    ideas = _ideas(ctx, board, given.get("ideas", ""), errors)
    if errors:
        raise Refused(errors)
    made = News(board_id=board.id, title=title, body=body, by_id=by, at=ctx.clock.now())
    ctx.session.add(made)
    ctx.session.flush()
    ctx.session.add_all(NewsOf(news_id=made.id, idea_id=one.id) for one in ideas)
    ctx.session.flush()
    for one in ideas:
        followers.tell(
            ctx, one.id, PUBLISHED, f"New: {title}", f"It came from an idea that you follow: {one.title}", by
        )
    ctx.audit.record("publish", by=by, target=f"news:{made.id}", details={"ideas": [one.id for one in ideas]})
    return made


def listed(ctx: PluginContext, viewer: Viewer, after: int | None = None) -> Page:
    """The newest first, of all boards that the viewer may read."""
    readable = boards.listed(ctx, viewer)
    found = select(News).where(News.board_id.in_([one.id for one in readable]))
    if after is not None:
        found = found.where(News.id < after)
    rows = ctx.session.scalars(found.order_by(News.id.desc()).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    lines = _lines(ctx, viewer, readable, [one.id for one in shown])
    by_board = {one.id: one for one in readable}
    entries = [
        Entry(one.id, by_board[one.board_id], one.title, one.body, one.at, lines.get(one.id, ())) for one in shown
    ]
    return Page(entries, shown[-1].id if len(rows) > PAGE else None)


def _ideas(ctx: PluginContext, board: Board, given: str, errors: dict[str, list[str]]) -> Sequence[Idea]:
    """By number or address, with blanks or commas between."""
    wanted: list[int] = []
    for word in given.replace(",", " ").split():
        number = numbers.of_idea(word)
        if number is None:
            errors["ideas"] = [f"Numbers or addresses of ideas, not {word[:40]}."]
            return []
        wanted.append(number)
    found = ctx.session.scalars(
        select(Idea).where(
            Idea.id.in_(wanted), Idea.board_id == board.id, Idea.standing == "shown", Idea.state != "draft"
        )
    ).all()
    missing = sorted(set(wanted) - {one.id for one in found})
    if missing:
        errors["ideas"] = [f"Not on this board: {', '.join(map(str, missing))}."]
    elif len(found) > _MOST:
        errors["ideas"] = [f"At most {_MOST}."]
    return found


def _lines(
    ctx: PluginContext, viewer: Viewer, readable: Sequence[Board], news: Sequence[int]
) -> Mapping[int, Sequence[Line]]:
    wanted = (
        select(NewsOf.news_id, *listing.COLUMNS)
        .join(Idea, Idea.id == NewsOf.idea_id)
        .where(NewsOf.news_id.in_(news), gate.shown(viewer), Idea.standing == "shown")
        .order_by(Idea.id)
    )
    rows = ctx.session.execute(wanted).all()
    found: dict[int, list[Line]] = {}
    for line, row in zip(showing.lines(ctx, viewer, readable, rows), rows, strict=True):
        found.setdefault(row.news_id, []).append(line)
    return found
