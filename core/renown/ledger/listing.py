"""Which measures have boards in which generation. It is settled when a generation begins, and holds for good."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, insert, literal, select, text

from renown.ledger.models import Generation, Measure, Unlisted


def settle(conn: Connection, generation: int, like: int | None) -> None:
    """A generation begins: its measures have boards as in the one it is `like`, else as their manifest says now."""
    given = literal(generation).label("generation")
    plugin = select(Generation.plugin).where(Generation.id == generation).scalar_subquery()
    without = select(given, Measure.id).where(Measure.plugin == plugin, Measure.listed.is_(False))
    if like is not None:
        without = select(given, Unlisted.measure).where(Unlisted.generation == like)
    conn.execute(insert(Unlisted).from_select(["generation", "measure"], without))


def add(conn: Connection, measures: Collection[int]) -> None:
    """Measures are new in the generations that their plugin has already."""
    if measures:
        conn.execute(text(_ADD), [{"measure": measure} for measure in measures])


_ADD = """
    INSERT INTO core_unlisted (generation, measure)
    SELECT g.id, m.id FROM core_measure m JOIN core_generation g ON g.plugin = m.plugin
    WHERE m.id = :measure AND m.listed = false AND g.state <> 'dropped'
    ON CONFLICT (generation, measure) DO NOTHING
"""


def measures(conn: Connection, plugin: str, generation: int) -> tuple[dict[str, int], frozenset[int]]:
    """The plugin's measures by name, and those of which the generation keeps entries alone."""
    here = (Unlisted.measure == Measure.id) & (Unlisted.generation == generation)
    of_plugin = select(Measure.name, Measure.id, Unlisted.measure).outerjoin(Unlisted, here)
    rows = conn.execute(of_plugin.where(Measure.plugin == plugin)).all()
    return {name: number for name, number, _ in rows}, frozenset(number for _, _, number in rows if number is not None)


def unlisted(conn: Connection, generation: int) -> frozenset[int]:
    """The measures of which the generation keeps entries alone."""
    return frozenset(conn.scalars(select(Unlisted.measure).where(Unlisted.generation == generation)))


def listed(conn: Connection, generation: int) -> list[int]:
    """The sums that have boards in the generation."""
    plugin = select(Generation.plugin).where(Generation.id == generation).scalar_subquery()
    sums = select(Measure.id).where(Measure.plugin == plugin, Measure.generation.is_not(None)).order_by(Measure.id)
    without = unlisted(conn, generation)
    return [measure for measure in conn.scalars(sums) if measure not in without]


#: Of the generation `g` and the measure `m`, in SQL.
LISTED = "NOT EXISTS (SELECT 1 FROM core_unlisted u WHERE u.generation = g.id AND u.measure = m.id)"
