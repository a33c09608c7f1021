"""What readers of exports give, one after the other: ideas first, then what was said of them, at last the votes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from renown_ideation.states import State


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as an export names them. `staff`: they worked there, and are never made customers here."""

    email: str = ""
    name: str = ""
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that cannot be taken. `where` is file and line, `field` its name there, `said` what is wrong with it."""

    where: str
    field: str
    said: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of a line that is taken otherwise than it stands there."""

    where: str
    field: str
    said: str


@dataclass(frozen=True, slots=True)
class Post:
    """An idea. `key` is its id there, and `into` that of the one it was merged into; `state` is the one before that."""

    where: str
    key: str
    title: str
    body: str
    who: Who
    state: State
    at: int
    tags: tuple[str, ...] = ()
    standing: str = "shown"
    owner: str = ""
    #: When its next answer is due; None where the source promised none.
    due_at: int | None = None
    into: str = ""
    merged_at: int | None = None
    merge_reason: str = ""
    #: Votes of which nobody knows whose they were.
    earlier: int = 0
    follows: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """A public comment."""

    where: str
    key: str
    post: str
    body: str
    who: Who
    at: int
    standing: str = "shown"


@dataclass(frozen=True, slots=True)
class Note:
    """What staff wrote: to everybody with a step to `state`, or among themselves where that is None."""

    where: str
    key: str
    post: str
    text: str
    who: Who
    at: int
    state: State | None = None
    due_at: int | None = None
    late: int = 0


@dataclass(frozen=True, slots=True)
class Voice:
    """A vote for an idea."""

    where: str
    key: str
    post: str
    who: Who
    at: int
    follows: bool = True


Record: TypeAlias = Post | Said | Note | Voice | Bad | Remark
Reader: TypeAlias = Callable[[Path], Iterator[Record]]
