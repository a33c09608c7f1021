"""Finds plugins by their entry points and reads their manifests. One that is broken is kept with its reason."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from renown.hooks import outgoing
from renown.hooks.importing import noted
from renown.hooks.manifest import NAME, Plugin, is_name
from renown.hooks.markers import API
from renown.hooks.states import Installed, State, Status

GROUP = "renown.plugins"
OUR_DISTRIBUTION = "renown"

BLOCKED = Status(State.BLOCKED, "blocked by RENOWN_BLOCKED_PLUGINS; it was not imported")
SAFE = Status(State.BLOCKED, "this process was started in safe mode; no plugin was imported")


def discover(
    blocked: frozenset[str] = frozenset(),
    points: Iterable[EntryPoint] | None = None,
    *,
    safe: bool = False,
    data: Path | None = None,
) -> list[Installed]:
    """All plugins that are installed, sorted by name. Blocked ones are not even imported; with `safe`, none is.

    In the folder `data` it is noted which is imported just now.
    """
    found: dict[str, Installed] = {}
    for point in sorted(entry_points(group=GROUP) if points is None else points, key=_bundled_first):
        if point.name in found:
            first, other = found[point.name], _distribution(point)
            if first.bundled:
                # Whoever installs another must not stop what counts already.
                first.rivals += (f"{other} brings a plugin of this name, too, which is left out",)
            else:
                text = f"two distributions bring it: {first.distribution} and {other}; remove one"
                first.fault = Status(State.FAILED, text)
            continue
        found[point.name] = _read(point, SAFE if safe else BLOCKED if point.name in blocked else None, data)
    return [found[name] for name in sorted(found)]


def in_order(installed: Sequence[Installed]) -> list[Installed]:
    """Those required before those that require them. A circle of requirements fails everybody in it."""
    by_name = {one.name: one for one in installed}
    done: dict[str, Installed] = {}

    def visit(one: Installed, path: tuple[str, ...]) -> None:
        if one.name in path:
            circle = (*path[path.index(one.name) :], one.name)
            for name in circle:
                by_name[name].fault = Status(State.FAILED, f"requires: goes in a circle, {' -> '.join(circle)}")
            return
        if one.name in done:
            return
        for name in one.manifest.requires if one.manifest else ():
            if name in by_name:
                visit(by_name[name], (*path, one.name))
        done.setdefault(one.name, one)

    for one in installed:
        visit(one, ())
    return list(done.values())


def _bundled_first(point: EntryPoint) -> tuple[bool, str, str]:
    return (_distribution(point) != OUR_DISTRIBUTION, _distribution(point), point.name)


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "unknown"


def _read(point: EntryPoint, blocked: Status | None, data: Path | None) -> Installed:
    distribution = _distribution(point)
    one = Installed(
        name=point.name,
        distribution=distribution,
        version=point.dist.version if point.dist is not None else "",
        bundled=distribution == OUR_DISTRIBUTION,
    )
    if blocked is not None:
        one.fault = blocked
        return one
    if not is_name(point.name):
        why = "is a name of Renown's own" if NAME.fullmatch(point.name) else f"a plugin's name is {NAME.pattern}"
        one.fault = Status(State.FAILED, f"entry point {point.name!r}: {why}")
        return one
    try:
        once = noted(point.name, data) if point.module not in sys.modules else nullcontext()
        with outgoing.importing(point.name, point.module) as one.refused, once:
            one.module = point.load()
    except (Exception, SystemExit) as error:
        one.fault = Status(State.FAILED, f"import: {describe(error)}")
        return one
    one.fault = _check(one)
    return one


def _check(one: Installed) -> Status | None:
    manifest = getattr(one.module, "plugin", None)
    if not isinstance(manifest, Plugin):
        return Status(State.FAILED, f"{getattr(one.module, '__name__', one.name)}: holds no `plugin = Plugin(...)`")
    if manifest.name != one.name:
        return Status(State.FAILED, f"name: the manifest says {manifest.name!r}, the entry point {one.name!r}")
    one.manifest = manifest
    if manifest.api != API:
        text = f"api: made for plugin contract {manifest.api}, this Renown offers {API}; install another version of it"
        return Status(State.INCOMPATIBLE, text)
    return None


def describe(error: BaseException) -> str:
    """One line for an administrator: the kind of error and its text."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}" if text else type(error).__name__
