"""What modules of the API share: the ways in to an idea, and how refusals are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from apiflask import abort
from flask import request

from renown.api import PluginContext, viewer
from renown_ideation import gate, listing, showing
from renown_ideation.campaigns import entering
from renown_ideation.campaigns.held import NotNow
from renown_ideation.ideas import amending
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea

NUMBER = "<int(max=9223372036854775807):number>"


@contextmanager
def told(sent: str = "json") -> Iterator[None]:
    """422 by field where what is sent is refused, 409 where it is not the time for it, or somebody was quicker.

    `sent`: where the fields were, "json" or "query".
    """
    try:
        yield
    except Refused as error:
        abort(422, detail={sent: dict(error.errors)})
    except amending.Changed as error:
        abort(409, f"revision: the text is at {error} by now")
    except NotNow as error:
        abort(409, str(error))


@contextmanager
def changing(ctx: PluginContext) -> Iterator[PluginContext]:
    """A transaction that changes something. What is refused is told."""
    with told(), ctx.writing() as inner:
        yield inner


@contextmanager
def reading(ctx: PluginContext, number: int) -> Iterator[tuple[PluginContext, Idea, Board]]:
    """An idea that the caller may read."""
    with ctx.reading() as inner:
        yield (inner, *gate.idea(inner, viewer(), number))


@contextmanager
def writing_to(ctx: PluginContext, number: int) -> Iterator[tuple[PluginContext, Idea, Board, int]]:
    """The same, to change something of it; with the person who does."""
    with changing(ctx) as inner:
        idea, board = gate.idea(inner, viewer(), number)
        yield inner, idea, board, viewer().person_id or gate.absent()


def require_staff(idea: Idea) -> None:
    """404 for whoever does not speak for the organisation here."""
    if not gate.answers(viewer(), idea):
        gate.absent()


def page(ctx: PluginContext, readable: Any, found: listing.Page) -> dict[str, Any]:
    lines = showing.lines(ctx, viewer(), readable, found.ideas)
    return {"sort": found.sort, "ideas": [showing.data(ctx, one) for one in lines], "after": found.after}


def form(given: dict[str, Any]) -> dict[str, str]:
    """As a form would send it."""
    return {**given, "tags": ",".join(given.get("tags", ()))}


def without(ctx: PluginContext, board: Board, campaigns: Sequence[str] | None) -> dict[str, str]:
    """A form that offers what collects here, with ticks for all but these; None: it offers nothing. Raises Refused."""
    if campaigns is None:
        return {}
    here = [one.slug for one in entering.collecting(ctx, board)]
    wrong = sorted(set(campaigns) - set(here))
    if wrong:
        raise Refused({"without": [f"No campaign that collects on this board: {', '.join(wrong)}."]})
    return {"campaigns": " ".join(here)} | {f"enter-{one}": "1" for one in here if one not in campaigns}


def refuse_unstorable() -> None:
    """422 for text that no database takes: it has a NUL character, or half of one."""
    try:
        sent = request.get_json(silent=True) if request.is_json else None
    except RecursionError:
        abort(422, detail={"json": {"body": ["It is nested too deep."]}})
    fields = sent if isinstance(sent, dict) else {"body": sent}
    wrong = [name if _storable(name) else "body" for name, value in fields.items() if not _all_storable([name, value])]
    if wrong:
        abort(422, detail={"json": {name: ["It has a character that cannot be kept."] for name in wrong}})


def _all_storable(waiting: list[Any]) -> bool:
    """Of all text in it, however deep; without a call for each level."""
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and not _storable(one):
            return False
    return True


def _storable(text: str) -> bool:
    return not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in text)
