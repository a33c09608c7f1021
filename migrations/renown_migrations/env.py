"""Run by Alembic for one owner, on the connection and for the tables of that owner alone."""

from __future__ import annotations

from typing import Any

from alembic import context

import renown.access.models
import renown.audit.models
import renown.events.models
import renown.jobs.models
import renown.ledger.models
import renown.notify.models
import renown.people.models
import renown.sources.models  # noqa: F401
from renown.db.base import metadata

owner: str = context.config.attributes["owner"]
connection = context.config.attributes["connection"]
prefix = f"{owner}_"


def ours(name: str | None) -> bool:
    # Full-text shadow tables of SQLite (name_fts_data, ...) belong to their virtual table.
    return name is not None and name.startswith(prefix) and "_fts" not in name


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    return ours(name) if kind == "table" else True


def include_object(item: Any, name: str | None, kind: str, reflected: bool, against: Any) -> bool:
    return ours(name) if kind == "table" else True


context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=f"alembic_version_{owner}",
    include_name=include_name,
    include_object=include_object,
    render_as_batch=connection is not None and connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
