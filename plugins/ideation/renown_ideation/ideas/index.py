"""The full-text index of ideas: an FTS5 table on SQLite, a GIN index on PostgreSQL (migration 0002)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text

from renown.api import PluginContext
from renown_ideation.ideas import words
from renown_ideation.models import Idea

_BATCH = 1000


def put(ctx: PluginContext, *ideas: int) -> None:
    """Have these found by what they say now. For many at once too, as after an import."""
    for at in range(0, len(ideas), _BATCH):
        columns = select(Idea.id, Idea.title, Idea.body).where(Idea.id.in_(ideas[at : at + _BATCH]))
        rows = [{"id": one.id, "words": words.of(f"{one.title}\n{one.body}")} for one in ctx.session.execute(columns)]
        _forget(ctx, ideas[at : at + _BATCH])
        if rows:
            _add(ctx, rows)


def forget(ctx: PluginContext, idea: int) -> None:
    _forget(ctx, [idea])


def _add(ctx: PluginContext, rows: Sequence[dict[str, Any]]) -> None:
    if ctx.session.get_bind().dialect.name == "sqlite":
        rows = [{**row, "words": " ".join(row["words"])} for row in rows]
        ctx.session.execute(text("INSERT INTO ideation_idea_fts (rowid, words) VALUES (:id, :words)"), rows)
    else:
        insert = "INSERT INTO ideation_idea_fts (idea_id, words) VALUES (:id, array_to_tsvector(:words))"
        ctx.session.execute(text(insert), rows)


def _forget(ctx: PluginContext, ideas: Sequence[int]) -> None:
    key = "rowid" if ctx.session.get_bind().dialect.name == "sqlite" else "idea_id"
    ctx.session.execute(text(f"DELETE FROM ideation_idea_fts WHERE {key} = :id"), [{"id": one} for one in ideas])
