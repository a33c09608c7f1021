"""Wheels, and clean environments to put them in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

HOUSE = Path(__file__).parents[1]


def run(*command: str | Path, environ: Mapping[str, str] | None = None) -> str:
    line = [str(part) for part in command]
    result = subprocess.run(line, capture_output=True, text=True, env={**os.environ, **(environ or {})}, timeout=300)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


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
    add(folder / "bin", *wanted)
    return folder / "bin"


def add(bin: Path, *wanted: str | Path) -> None:
    uv = shutil.which("uv")
    if uv:
        run(uv, "pip", "install", "-q", "--python", bin / "python", *wanted)
    else:
        run(bin / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted)
