"""Which row here each imported one became, and what it said then: so that a second import doubles nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from renown.api import PluginContext
from renown_ideation.models import Origin

_HALF = 32


def digest(*said: Any) -> str:
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()[:_HALF]


def halves(both: str) -> tuple[str, str]:
    """Of an idea: the digest of its text, and of its state."""
    return both[:_HALF], both[_HALF:]


def of(ctx: PluginContext, source: str, kind: str, keys: Collection[str]) -> Mapping[str, Origin]:
    found = select(Origin).where(Origin.source == source, Origin.kind == kind, Origin.key.in_(keys))
    return {one.key: one for one in ctx.session.scalars(found)}


def ids(ctx: PluginContext, source: str, keys: Collection[str]) -> Mapping[str, int]:
    """The ideas of posts."""
    found = select(Origin.key, Origin.id).where(
        Origin.source == source, Origin.kind == "idea", Origin.key.in_(set(keys))
    )
    return {one.key: one.id for one in ctx.session.execute(found)}
