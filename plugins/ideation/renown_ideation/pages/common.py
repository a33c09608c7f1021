"""What the modules of pages share: addresses of ideas, and the ways in to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from flask import abort, flash, redirect, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, viewer
from renown_ideation import gate, numbers
from renown_ideation.ideas import writing
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea

IDEA = "/ideas/<slug>/<int(max=9223372036854775807):number>"
#: A number below an idea; of what there is more of, as comments.
SUB = "<int(max=2147483647):one>"
LONG = "<int(max=9223372036854775807):one>"

Errors = Mapping[str, Sequence[str]]


@contextmanager
def reading(ctx: PluginContext, number: int) -> Iterator[tuple[PluginContext, Idea, Board]]:
    """An idea that the viewer may read."""
    with ctx.reading() as inner:
        yield (inner, *gate.idea(inner, viewer(), number))


@contextmanager
def writing_to(ctx: PluginContext, number: int) -> Iterator[tuple[PluginContext, Idea, Board, int]]:
    """The same, to change something of it; with the person who does."""
    with ctx.writing() as inner:
        idea, board = gate.idea(inner, viewer(), number)
        yield inner, idea, board, viewer().person_id or gate.absent()


def done(board: Board, idea: Idea, said: str = "", anchor: str = "") -> Answer:
    """Back to the idea's page."""
    if said:
        flash(said, "good")
    return redirect(writing.path(board, idea) + (f"#{anchor}" if anchor else ""))


def attempt(work: Callable[[], Answer], board: Board, idea: Idea, anchor: str = "") -> Answer:
    """For forms of one field: where it is refused, the idea's page says why."""
    try:
        return work()
    except Refused as error:
        return refused(board, idea, error, anchor)


def refused(board: Board, idea: Idea, error: Refused, anchor: str = "") -> Answer:
    flash(" ".join(text for texts in error.errors.values() for text in texts), "bad")
    return done(board, idea, anchor=anchor)


def require_author(ctx: PluginContext, idea: Idea) -> None:
    if not gate.is_author(ctx, viewer(), idea.id):
        gate.absent()


def require_staff(idea: Idea) -> None:
    if not gate.answers(viewer(), idea):
        gate.absent()


def whole(text: str | None, most: int = numbers.MOST) -> int | None:
    """A number from an address or form. 404 for what is none."""
    if not text:
        return None
    found = numbers.whole(text, most)
    return abort(404) if found is None else found


def form_number(name: str) -> int:
    """A number that our own form sends along. 422 without it."""
    found = numbers.whole(request.form.get(name, ""), numbers.SMALL)
    return abort(422, f"{name}: is not a number") if found is None else found
