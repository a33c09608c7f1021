"""Arrays in the database, packed: a million numbers a row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, insert, select

from renown.api import PluginContext
from renown_influence.models import Packed

_CHUNK = 1_000_000
Arrays = Mapping[str, NDArray[Any]]


def save(ctx: PluginContext, owner: str, arrays: Arrays) -> None:
    """In the place of what `owner` had."""
    drop(ctx, owner)
    _write(ctx, owner, arrays, 0)


def append(ctx: PluginContext, owner: str, arrays: Arrays) -> None:
    """Behind what `owner` has, of arrays of one length each time: `pieces` reads all of it."""
    last = ctx.session.scalars(select(func.max(Packed.number)).where(Packed.owner == owner)).one()
    _write(ctx, owner, arrays, 0 if last is None else last + 1)


def _write(ctx: PluginContext, owner: str, arrays: Arrays, first: int) -> None:
    for name, array in arrays.items():
        flat = np.ascontiguousarray(array).reshape(-1)
        kind = flat.dtype.newbyteorder("<").str
        # One row a statement: a driver would hold all of them at once.
        for number, start in enumerate(range(0, max(len(flat), 1), _CHUNK), first):
            content = flat[start : start + _CHUNK].astype(kind, copy=False).tobytes()
            row = {"owner": owner, "name": name, "number": number, "kind": kind, "content": content}
            ctx.session.execute(insert(Packed), row)


def load(ctx: PluginContext, owner: str, names: Collection[str] = ()) -> dict[str, NDArray[Any]]:
    """Flat arrays by name, all or those named; none where nothing is kept."""
    wanted = select(Packed.name, Packed.kind, Packed.content).where(Packed.owner == owner)
    if names:
        wanted = wanted.where(Packed.name.in_(names))
    rows = ctx.session.execute(wanted.order_by(Packed.name, Packed.number))
    parts: dict[str, list[NDArray[Any]]] = {}
    for name, kind, content in rows:
        parts.setdefault(name, []).append(np.frombuffer(content, kind))
    return {name: many[0] if len(many) == 1 else np.concatenate(many) for name, many in parts.items()}


def part(ctx: PluginContext, owner: str, name: str, first: int, end: int) -> NDArray[Any] | None:
    """Numbers `first` to `end` (not included) of one array, without reading the rest; None where it is not kept."""
    begin = first // _CHUNK
    rows = ctx.session.execute(
        select(Packed.kind, Packed.content)
        .where(Packed.owner == owner, Packed.name == name, Packed.number.between(begin, max(end - 1, first) // _CHUNK))
        .order_by(Packed.number)
    ).all()
    if not rows:
        return None
    found = np.concatenate([np.frombuffer(content, kind) for kind, content in rows])
    return found[first - begin * _CHUNK : end - begin * _CHUNK]


def pieces(ctx: PluginContext, owner: str, names: Collection[str]) -> Iterator[dict[str, NDArray[Any]]]:
    """Arrays of one length, a million numbers of each at once: for who looks through them once and keeps little."""
    wanted = select(Packed.name, Packed.kind, Packed.content).where(Packed.owner == owner, Packed.name.in_(names))
    for number in count():
        rows = ctx.session.execute(wanted.where(Packed.number == number)).all()
        if not rows:
            return
        yield {name: np.frombuffer(content, kind) for name, kind, content in rows}


def drop(ctx: PluginContext, owner: str) -> None:
    ctx.session.execute(delete(Packed).where(Packed.owner == owner))
