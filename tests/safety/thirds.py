"""The examples as pip leaves them: their code on the path, and a record of their entry points."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.wheels import HOUSE

_GROUP = "renown.plugins"


def install(into: Path, patch: pytest.MonkeyPatch) -> None:
    """All examples, for as long as the patch holds. Nothing of them is on."""
    for folder in _folders():
        project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
        info = into / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        )
        lines = [f"{name} = {where}" for name, where in _points(folder).items()]
        (info / "entry_points.txt").write_text("\n".join([f"[{_GROUP}]", *lines, ""]))
        patch.syspath_prepend(str(folder))
    patch.syspath_prepend(str(into))


def _folders() -> list[Path]:
    return sorted(file.parent for file in (HOUSE / "examples").glob("*/pyproject.toml"))


def _points(folder: Path) -> dict[str, str]:
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    found: dict[str, str] = project.get("entry-points", {}).get(_GROUP, {})
    return found
