"""What stands around every page: the organisation's name, unread notices, and whether a worker runs."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version

from flask import Flask
from sqlalchemy import select

from renown import clock
from renown.jobs.models import Worker
from renown.jobs.presence import fresh
from renown.notify import inbox
from renown.web.house import house, reading, setting, viewer, working

#: A worker that was not heard of for so long is gone (microseconds).
_SILENT = 60 * clock.SECOND


def init(app: Flask) -> None:
    app.jinja_env.globals.update(
        organisation=organisation,
        unread_count=unread_count,
        no_worker=no_worker,
        safe_mode=lambda: house().settings.safe,
        version=_version,
        employee=employee,
    )


def organisation() -> str:
    return setting("organisation", "Renown")


def employee() -> bool:
    """Whether the reader works here: others are spared the words of those who do."""
    return viewer().employee


def unread_count() -> int:
    person = viewer().person_id
    return inbox.unread(reading(), person, working()) if person else 0


def no_worker() -> bool:
    return reading().execute(select(Worker.name).where(fresh(_SILENT)).limit(1)).first() is None


@lru_cache
def _version() -> str:
    return version("renown")
