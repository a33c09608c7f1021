"""When two accounts turn out to be one person, or two after all: all parts of the plugin, in their order."""

from __future__ import annotations

from collections.abc import Iterator

from renown.api import PluginContext
from renown_ideation.campaigns import people as voters
from renown_ideation.experts import people as judges
from renown_ideation.ideas import people as authors
from renown_ideation.intake import asked
from renown_ideation.models import Moved

#: The kind of what says that a merge holds.
_MERGE = "merge"


def merged(ctx: PluginContext, kept: int, gone: int) -> None:
    _together(ctx, kept, gone)
    voters.merged(ctx, kept, gone)
    asked.merged(ctx, kept, gone)


def split(ctx: PluginContext, kept: int, gone: int) -> None:
    """Where `kept` was merged in turn, what was theirs lies there: such merges are undone, and done again."""
    above = list(_above(ctx, kept))
    for over, under in reversed(above):
        _apart(ctx, over, under)
    _apart(ctx, kept, gone)
    for over, under in above:
        _together(ctx, over, under)
    voters.split(ctx, kept, gone)


def erased(ctx: PluginContext, person: int) -> None:
    authors.erased(ctx, person)
    judges.erased(ctx, person)
    voters.erased(ctx, person)
    asked.erased(ctx, person)


def _together(ctx: PluginContext, kept: int, gone: int) -> None:
    authors.merged(ctx, kept, gone)
    judges.merged(ctx, kept, gone)
    ctx.session.merge(Moved(kind=_MERGE, row_id=0, gone_id=gone, kept_id=kept))
    ctx.session.flush()


def _apart(ctx: PluginContext, kept: int, gone: int) -> None:
    judges.split(ctx, kept, gone)
    # It forgets what moved, so it comes last.
    authors.split(ctx, kept, gone)


def _above(ctx: PluginContext, person: int) -> Iterator[tuple[int, int]]:
    """The merges that hold over somebody, as who is kept and who is gone, the nearest first."""
    passed = {person}
    while (one := ctx.session.get(Moved, (_MERGE, 0, person))) is not None and one.kept_id not in passed:
        yield one.kept_id, person
        person = one.kept_id
        passed.add(person)
