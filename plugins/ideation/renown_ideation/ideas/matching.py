"""Questions to the full-text index, in each database's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, cast, column, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute

from renown.api import PluginContext, Prepared
from renown_ideation.ideas import lately
from renown_ideation.models import Idea

#: How far ideas that have a word are counted, where the database has no statistics of it.
_FAR = 1000


def all_of(ctx: PluginContext, words: Sequence[str], *, begun: bool = False) -> str:
    """What `found` is given, for ideas that have all of these; `begun`: of the last one, its beginning."""
    if lite(ctx):
        return " AND ".join(f'"{one}"' for one in words) + ("*" if begun else "")
    return " & ".join(f"'{one}'" for one in words) + (":*" if begun else "")


def any_of(ctx: PluginContext, words: Sequence[str]) -> str:
    """The same, for ideas that have one of these."""
    on_sqlite = lite(ctx)
    return (" OR " if on_sqlite else " | ").join(f'"{one}"' if on_sqlite else f"'{one}'" for one in words)


def found(on_sqlite: bool) -> ColumnElement[bool]:
    """Of Idea, which the index finds by `:words`."""
    full = table("ideation_idea_fts", column("rowid", BigInteger), column("idea_id", BigInteger))
    given = bindparam("words", type_=Text())
    if on_sqlite:
        return Idea.id.in_(select(full.c.rowid).where(column("ideation_idea_fts").op("MATCH")(given)))
    return Idea.id.in_(select(full.c.idea_id).where(column("words").op("@@")(cast(given, TSQUERY))))


def beside(on_sqlite: bool, column: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """A column that is asked for beside words: SQLite would rather walk through a whole board than look them up."""
    return column + 0 if on_sqlite else column.expression


def counts(ctx: PluginContext, words: Sequence[str]) -> Mapping[str, int]:
    """In about how many ideas each of these is, of those that are in any."""
    return lately.found(ctx, "words", words, lambda asked: _counted(ctx, asked))


def _counted(ctx: PluginContext, words: Sequence[str]) -> Mapping[str, int]:
    if lite(ctx):
        return _rows(ctx, _LITE, words)
    common = _rows(ctx, _COMMON, words)
    rest = [one for one in words if one not in common]
    return {**common, **_rows(ctx, _RARE, rest)}


def lite(ctx: PluginContext) -> bool:
    """Whether it is SQLite that is asked."""
    return ctx.dialect == "sqlite"


def _rows(ctx: PluginContext, statement: Prepared, words: Sequence[str]) -> Mapping[str, int]:
    if not words:
        return {}
    return {word: int(ideas) for word, ideas in statement.rows(ctx, words=[*words]) if ideas}


_LITE = Prepared(
    text("SELECT term, doc FROM ideation_idea_fts_words WHERE term IN (SELECT value FROM json_each(:words))")
)
#: What ANALYZE found: words that are in many.
_COMMON = Prepared(
    text("""
    SELECT u.word, u.share * greatest(c.reltuples, 1)
    FROM pg_stats s
    JOIN pg_class c ON c.oid = 'ideation_idea_fts'::regclass
    CROSS JOIN unnest(CAST(CAST(s.most_common_elems AS text) AS text[]), s.most_common_elem_freqs) AS u (word, share)
    WHERE s.schemaname = current_schema() AND s.tablename = 'ideation_idea_fts' AND s.attname = 'words'
      AND u.word = ANY(CAST(:words AS text[]))
""")
)
_RARE = Prepared(
    text(f"""
    SELECT w.word, (
        SELECT count(*) FROM (
            SELECT 1 FROM ideation_idea_fts f
            WHERE f.words @@ CAST(quote_literal(w.word) AS tsquery) LIMIT {_FAR}
        ) far
    )
    FROM unnest(CAST(:words AS text[])) AS w (word)
""")
)
