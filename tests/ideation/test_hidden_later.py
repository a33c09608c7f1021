"""A board that was read before its numbers were hidden tells none of them afterwards."""

from __future__ import annotations

import pytest

from renown_ideation import gate, showing, totals
from renown_ideation.models import Board, Campaign, Idea
from renown_ideation.totals import Hidden
from tests.ideation.company import Company
from tests.ideation.desk import bring, vote


def _voting(company: Company, board: int) -> Campaign:
    return Campaign(
        slug="spring", title="Spring", board_id=board, state="voting", hides="close", charter="{}",
        charter_sha256="0" * 64, created_at=0,
    )  # fmt: skip


@pytest.mark.parametrize("by_idea", [False, True])
def test_in_another_view_of_the_database_it_is_asked_anew(company: Company, by_idea: bool) -> None:
    number = company.board()
    idea = bring(company, "Dark mode")
    vote(company, idea, "cleo")
    with company.reading() as ctx:
        eve = company.viewer("eve")
        board: Board = gate.idea(ctx, eve, idea)[1] if by_idea else gate.board(ctx, eve, "product")
        assert totals.shown(ctx, board, [idea]) == {idea: 1}
    with company.writing() as ctx:
        ctx.session.add(_voting(company, number))
        ctx.session.flush()
        assert isinstance(totals.shown(ctx, board, [idea]), Hidden)
        [line] = showing.lines(ctx, company.viewer("mo"), [board], [ctx.session.get_one(Idea, idea)])
        assert (line.voters, line.hidden is not None) == (None, True)
    with company.reading() as ctx:
        assert isinstance(totals.shown(ctx, board, [idea]), Hidden)
        assert isinstance(totals.hidden(ctx, gate.board(ctx, company.viewer("mo"), "product")), Hidden)


def test_where_it_is_written_it_is_asked_each_time(company: Company) -> None:
    number = company.board()
    with company.writing() as ctx:
        board = gate.board(ctx, company.viewer("eve"), "product")
        assert totals.hidden(ctx, board) is None
        ctx.session.add(_voting(company, number))
        assert isinstance(totals.hidden(ctx, board), Hidden)
