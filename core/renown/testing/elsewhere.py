"""Scores in a process of its own, where texts hash otherwise, sets have another order, and clocks a zone."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

from renown.hooks.discovery import GROUP, discover
from renown.hooks.manager import Plugins
from renown.ledger.entries import Rules, ScoredEvent

_ZONE = "Pacific/Chatham"


def score_elsewhere(plugin: str, events: Sequence[ScoredEvent], rules: Rules, folder: Path) -> list[str]:
    """The entries that a new process gives, spelled and sorted. Raises RuntimeError with what it says."""
    asked, answered = folder / "asked", folder / "answered"
    asked.write_bytes(pickle.dumps((list(events), rules)))
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", __name__, plugin, str(asked), str(answered)],
        env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed, "TZ": _ZONE},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return answered.read_text(encoding="utf-8").splitlines()


def spelled(entries: Sequence[object]) -> list[str]:
    return sorted(repr(entry).replace("\n", " ") for entry in entries)


def _main(plugin: str, asked: str, answered: str) -> None:
    events, rules = pickle.loads(Path(asked).read_bytes())  # noqa: S301 - written by the process that waits for this
    plugins = Plugins(discover(points=[one for one in entry_points(group=GROUP) if one.name == plugin]))
    entries = [
        entry
        for _, function, parameters in plugins.all_implementations("score")
        for entry in function(
            **{name: value for name, value in (("events", events), ("rules", rules)) if name in parameters}
        )
        or ()
    ]
    Path(answered).write_text("\n".join(spelled(entries)), encoding="utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:])
