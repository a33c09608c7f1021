"""A draft's dry run, as a run that a worker does: the whole history is counted with it, beside what is live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from renown.db.engine import Database
from renown.jobs import runs
from renown.jobs.models import Run
from renown.ledger import drafts, generations, recount
from renown.ledger.models import Generation
from renown.ledger.score import Scorer

KIND = "rule-dry-run"


def begin(conn: Connection, draft: drafts.Draft, title: str, since: int, *, by: int | None) -> int:
    """Have the draft tried over days from `since` on. Its former dry run is given up. Returns the run's id."""
    forget(conn, draft)
    generation = recount.draft(conn, draft.plugin, {draft.name: draft.body})
    drafts.tried(conn, draft.plugin, draft.name, generation, since)
    parameters = {"plugin": draft.plugin, "rule": draft.name, "generation": generation}
    return runs.start(conn, KIND, title, parameters, person_id=by)


def forget(conn: Connection, draft: drafts.Draft) -> None:
    """Give up the draft's dry run, if it has one."""
    if draft.generation is None or _state(conn, draft.generation) != "draft":
        return
    for run in _runs(conn, draft.generation):
        runs.stop(conn, run.id)
    generations.discard(conn, draft.generation)


def run_of(conn: Connection, draft: drafts.Draft) -> Row[Any] | None:
    """The run that counts the draft, None where there is none or its result is gone."""
    if draft.generation is None or _state(conn, draft.generation) != "draft":
        return None
    return next(iter(_runs(conn, draft.generation)), None)


def work(scorer: Callable[[str], Scorer]) -> runs.Work:
    """What a worker does for one."""

    def count(db: Database, progress: runs.Progress, parameters: Mapping[str, Any]) -> None:
        def tell(position: int, end: int) -> None:
            progress.advance(position - progress.done, total=end)

        with db.read() as conn:
            if _state(conn, parameters["generation"]) != "draft":
                raise runs.Stopped
        recount.count(db, scorer(parameters["plugin"]), parameters["generation"], tell)

    return count


def _state(conn: Connection, generation: int) -> str | None:
    return conn.scalar(select(Generation.state).where(Generation.id == generation))


def _runs(conn: Connection, generation: int) -> list[Row[Any]]:
    """Newest first. There are few of a kind, so they are read and not searched."""
    rows = conn.execute(select(Run.__table__).where(Run.kind == KIND).order_by(Run.id.desc()).limit(200))
    return [row for row in rows if row.parameters.get("generation") == generation]
