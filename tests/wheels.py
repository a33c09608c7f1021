"""Wheels, and clean environments to put them in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import fasteners
import pytest

HOUSE = Path(__file__).parents[1]


def run(*command: str | Path, environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    line, env = [str(part) for part in command], {**os.environ, **(environ or {})}
    result = subprocess.run(line, capture_output=True, text=True, env=env, cwd=cwd, timeout=300)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Path]) -> Path:
    """What `make` makes in a folder, made by the first test process of this run that wants it and kept for all."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    folder.mkdir(exist_ok=True)
    with fasteners.InterProcessLock(folder / "lock"):
        made = folder / "made"
        if not made.exists():
            made.write_text(str(make(folder)))
        return Path(made.read_text())


def installer() -> str:
    return "uv" if shutil.which("uv") else "pip"


def build(folder: Path, scratch: Path) -> Path:
    """A wheel of what the repository tracks in `folder`, so that nothing left over from another build gets in."""
    copy, out = copied(scratch / "tree" / folder.name, folder), scratch / "wheel"
    run(sys.executable, "-m", "build", "--wheel", "--installer", installer(), "--outdir", out, copy)
    return next(out.glob("*.whl"))


def copied(target: Path, folder: Path = HOUSE) -> Path:
    """What the repository holds of `folder`, copied to `target`: as a new clone has it."""
    tracked = run("git", "-C", folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, tracked):
        if (folder / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / name, target / name)
    return target


def environment(folder: Path, *wanted: str | Path) -> Path:
    """The bin folder of a new environment that has these and what they require."""
    uv = shutil.which("uv")
    run(*([uv, "venv", "-q", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]), folder)
    _install(folder / "bin", *wanted)
    return folder / "bin"


def add_beside(bin: Path, folder: Path, *wanted: str | Path) -> Path:
    """Install these alone into `folder`, which then belongs on the environment's PYTHONPATH."""
    _install(bin, "--no-deps", "--target", folder, *wanted)
    return folder


def _install(bin: Path, *wanted: str | Path) -> None:
    uv = shutil.which("uv")
    if uv:
        run(uv, "pip", "install", "-q", "--python", bin / "python", *wanted)
    else:
        run(bin / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted)
