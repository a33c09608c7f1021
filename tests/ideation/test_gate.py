"""Who may read a board and an idea: of one, of many at once, and in a list, by the same rules."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from renown.api import PluginContext, Viewer
from renown.people import teams
from renown_ideation import gate
from renown_ideation.models import Board, Idea, Invited, Participant
from tests.ideation.company import Company
from tests.ideation.desk import bring

_STANDINGS = tuple(product(("shown", "waiting", "taken down"), ("submitted", "draft", "merged")))


@pytest.mark.parametrize("audience", ["public", "employees", "team", "invited"])
def test_an_idea_is_read_by_those_who_find_it_in_lists_and_by_nobody_else(company: Company, audience: str) -> None:
    with company.db.write() as conn:
        team = teams.add(conn, "Search")
        teams.place(conn, company.people["eve"], team, 0)
    company.board(audience=audience, team=str(team))
    idea = bring(company, "Dark mode", by="mo")
    with company.writing() as ctx:
        board, found = company.boarded(ctx), ctx.session.get_one(Idea, idea)
        ctx.session.add(Invited(board_id=board.id, person_id=company.people["carl"]))
        ctx.session.add(
            Participant(idea_id=idea, person_id=company.people["carl"], role="coauthor", follows=True, at=0)
        )
        read = set()
        for found.standing, found.state in _STANDINGS:
            ctx.session.flush()
            seen = {name for name in (*company.people, None) if _listed(ctx, company.viewer(name), idea)}
            assert seen == {name for name in (*company.people, None) if _opened(ctx, company.viewer(name), idea)}
            known = {company.people[name] for name in seen if name is not None}
            assert gate.readers(ctx, board, list(company.people.values()), found) == known
            read.add(frozenset(seen))
        assert len(read) > 1, "it makes a difference how it stands"


def _listed(ctx: PluginContext, viewer: Viewer, idea: int) -> bool:
    found = select(Idea.id).join(Board, Board.id == Idea.board_id).where(Idea.id == idea)
    board = select(Board.id).where(gate.visible(ctx, viewer))
    assert (ctx.session.scalar(board) is not None) == _board(ctx, viewer)
    return ctx.session.scalar(found.where(gate.visible(ctx, viewer), gate.shown(viewer))) is not None


def _board(ctx: PluginContext, viewer: Viewer) -> bool:
    try:
        return gate.board(ctx, viewer, "product").slug == "product"
    except NotFound:
        return False


def _opened(ctx: PluginContext, viewer: Viewer, idea: int) -> bool:
    try:
        return gate.idea(ctx, viewer, idea)[0].id == idea
    except NotFound:
        return False
