"""Boards: made, changed, listed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from renown.api import PluginContext, Viewer, clean_text, to_datetime, to_day
from renown_ideation import colleagues, gate, promises
from renown_ideation.campaigns.held import BINDING
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Campaign, Idea
from renown_ideation.numbers import whole
from renown_ideation.portal import origins

AUDIENCES = {
    "public": "Everybody; customers write",
    "employees": "Employees",
    "team": "One team",
    "invited": "Those who are invited",
}
HELD = {
    "nobody": "Nobody: everything appears at once",
    "new": "Customers, until something of theirs was let through",
    "everybody": "Everybody",
}
#: Criteria of one board.
_CRITERIA = 8
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")
#: The first parts of addresses below /ideas that are no boards.
_TAKEN = frozenset({"new", "static", "search", "stop", "embed", "entered", "facts"})


def listed(ctx: PluginContext, viewer: Viewer) -> Sequence[Board]:
    """Those that the viewer may read, by title, closed ones last."""
    found = select(Board).where(gate.visible(ctx, viewer)).order_by(Board.closed_at.is_not(None), Board.title, Board.id)
    return ctx.session.scalars(found).all()


def add(ctx: PluginContext, given: Mapping[str, str]) -> Board:
    """Raises Refused, by field."""
    board = Board(created_at=ctx.clock.now(), origins=[])
    _fill(ctx, board, given)
    ctx.session.add(board)
    ctx.session.flush()
    return board


def change(ctx: PluginContext, board: Board, given: Mapping[str, str]) -> None:
    """Raises Refused, by field."""
    _fill(ctx, board, given)
    ctx.session.flush()


def close(ctx: PluginContext, board: Board, by: int | None, *, closed: bool) -> None:
    """From now on nobody brings or votes for ideas here; or they do again. Raises Refused during a campaign."""
    running = _campaign(ctx, board) if closed else None
    if running is not None:
        raise Refused({"close": [f"“{running}” takes place here: the board closes when that has ended."]})
    held = select(Idea.id).where(Idea.board_id == board.id).order_by(Idea.id).with_for_update()
    ctx.session.execute(held).all()
    board.closed_at = ctx.clock.now() if closed else None
    ctx.session.flush()
    ctx.audit.record("board-closed" if closed else "board-opened", by=by, target=f"board:{board.id}")


def _fill(ctx: PluginContext, board: Board, given: Mapping[str, str]) -> None:
    errors: dict[str, list[str]] = {}
    title = clean_text(given.get("title", ""), 200)
    if not title or len(title) > 80:
        errors["title"] = ["Between 1 and 80 characters."]
    slug = given.get("slug", "").strip().lower()
    if not _SLUG.fullmatch(slug) or slug in _TAKEN:
        errors["slug"] = ["Two to 40 small letters, digits and hyphens: it is part of the address."]
    elif ctx.session.scalar(select(Board.id).where(Board.slug == slug, Board.id != (board.id or 0))) is not None:
        errors["slug"] = ["Another board has this address."]
    audience, held = given.get("audience", ""), given.get("held", "new")
    if audience not in AUDIENCES:
        errors["audience"] = ["Choose who reads it."]
    if held not in HELD:
        errors["held"] = ["Choose whose ideas are looked at first."]
    team = given.get("team", "")
    if audience == "team" and whole(team) not in ctx.teams.all():
        errors["team"] = ["Choose a team."]
    days = {name: _days(given.get(name, ""), name, errors) for name in ("acknowledge_days", "answer_days")}
    criteria = _criteria(given["criteria"], errors) if "criteria" in given else board.criteria
    hidden = _hidden(ctx, board, given["hidden_until"], errors) if "hidden_until" in given else board.hidden_until
    steward, escalation = (
        colleagues.optional(ctx, given.get(name, ""), name, errors) for name in ("steward", "escalation")
    )
    allowed = origins.read(given.get("origins", ""), errors) if "origins" in given else board.origins
    team_id = whole(team) if audience == "team" else None
    running = _campaign(ctx, board) if _narrower(board, audience, team_id) else None
    if running is not None:
        errors["audience"] = [f"“{running}” takes place here: until it has ended, whoever reads the board goes on."]
    if errors:
        raise Refused(errors)
    board.origins = allowed
    board.title, board.slug, board.about = title, slug, clean_text(given.get("about", ""), 4000)
    board.audience, board.held = audience, held
    board.team_id = team_id
    board.acknowledge_days, board.answer_days = days["acknowledge_days"], days["answer_days"]
    board.steward_id, board.escalation_id, board.criteria = steward, escalation, criteria
    board.hidden_until = hidden


def hidden_day(ctx: PluginContext, board: Board) -> str:
    """The day on which numbers of votes appear again, as a form has it; empty: they are not hidden."""
    if board.hidden_until is None:
        return ""
    return to_datetime(board.hidden_until).astimezone(ctx.calendar.zone()).date().isoformat()


def _hidden(ctx: PluginContext, board: Board, given: str, errors: dict[str, list[str]]) -> int | None:
    """The beginning of that day. One that is over stays as it was kept."""
    typed = given.strip()
    if not typed or typed == hidden_day(ctx, board):
        return board.hidden_until if typed else None
    try:
        until = promises.end_of(ctx, to_day(date.fromisoformat(typed)) - 1)
    except (ValueError, OverflowError):
        until = 0
    if until <= ctx.clock.now():
        errors["hidden_until"] = ["Choose a day that is to come."]
    return until


def _narrower(board: Board, audience: str, team: int | None) -> bool:
    """Whether somebody who reads the board would do so no more, or might."""
    return board.id is not None and audience != "public" and (audience, team) != (board.audience, board.team_id)


def _campaign(ctx: PluginContext, board: Board) -> str | None:
    """One that was sealed and is not over, by its title: its charter says who takes part."""
    running = select(Campaign.title).where(Campaign.board_id == board.id, Campaign.state.in_(BINDING))
    return ctx.session.scalar(running.order_by(Campaign.id).limit(1))


def _criteria(given: str, errors: dict[str, list[str]]) -> list[str] | None:
    """What experts judge by, with commas or line ends between; None: reach, impact, confidence, effort."""
    names = list(dict.fromkeys(" ".join(clean_text(one, 100).split()) for one in re.split(r"[,\n]", given)))
    names = [one for one in names if one]
    if len(names) > _CRITERIA or any(len(one) > 40 for one in names):
        errors["criteria"] = [f"At most {_CRITERIA}, each of at most 40 characters."]
    return names or None


def _days(given: str, name: str, errors: dict[str, list[str]]) -> int:
    if 1 <= (days := whole(given) or 0) <= 250:
        return days
    errors[name] = ["A number of working days from 1 to 250."]
    return 0
