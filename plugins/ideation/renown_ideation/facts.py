"""What is known already about what a board is for, so that all decide on the same: written by staff, read by all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from renown.api import PluginContext, Prepared, clean_text
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Fact

#: Each with what it is called among others, and what its outcome is.
KINDS = {
    "constraint": ("What cannot be changed", "Why"),
    "issue": ("Known issues", "How it was resolved, or will be"),
    "rating": ("What was found out", "What it says"),
}
MOST, _TEXT = 100, 400


def of(ctx: PluginContext, board: Board) -> Mapping[str, Sequence[Fact]]:
    """By kind, in the order of KINDS; kinds without any are left out."""
    rows = _FACTS.scalars(ctx, board=board.id)
    by_kind = {kind: [one for one in rows if one.kind == kind] for kind in KINDS}
    return {kind: found for kind, found in by_kind.items() if found}


_FACTS = Prepared(select(Fact).where(Fact.board_id == bindparam("board")).order_by(Fact.id))


def one(ctx: PluginContext, board: Board, number: int) -> Fact | None:
    found = ctx.session.get(Fact, number)
    return found if found is not None and found.board_id == board.id else None


def put(ctx: PluginContext, board: Board, by: int, given: Mapping[str, str], fact: Fact | None = None) -> Fact:
    """A new one, or another text for one. Raises Refused."""
    errors: dict[str, list[str]] = {}
    kind = given.get("kind", "")
    if kind not in KINDS:
        errors["kind"] = ["Choose what it is."]
    text, outcome = (clean_text(given.get(name, ""), 2 * _TEXT) for name in ("text", "outcome"))
    if not 1 <= len(text) <= _TEXT:
        errors["text"] = [f"Between 1 and {_TEXT} characters."]
    if len(outcome) > _TEXT:
        errors["outcome"] = [f"At most {_TEXT} characters."]
    if fact is None and sum(map(len, of(ctx, board).values())) >= MOST:
        errors["text"] = [f"A board has at most {MOST}: nobody reads more."]
    if errors:
        raise Refused(errors)
    made = fact or Fact(board_id=board.id)
    made.kind, made.text, made.outcome, made.at = kind, text, outcome, ctx.clock.now()
    ctx.session.add(made)
    ctx.session.flush()
    ctx.audit.record("fact", by=by, target=f"board:{board.id}", details={"fact": made.id, "text": text})
    return made


def remove(ctx: PluginContext, board: Board, by: int, fact: Fact) -> None:
    number, said = fact.id, fact.text
    ctx.session.delete(fact)
    ctx.session.flush()
    ctx.audit.record("fact-removed", by=by, target=f"board:{board.id}", details={"fact": number, "text": said})
