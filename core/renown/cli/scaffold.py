"""Writes the beginnings of a plugin. The texts are in `templates/plugin`.

In their paths `package` stands for the package's name, `NAME` for the plugin's, and `dot-` for a dot.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

_TEXTS = Path(__file__).parent / "templates" / "plugin"


def write(name: str, into: Path) -> Path:
    """The new folder. Raises FileExistsError where it is there already."""
    folder = into / f"renown-{name}"
    folder.mkdir(parents=True)
    words = {"name": name, "package": f"renown_{name}", "title": name.capitalize()}
    for text in sorted(_TEXTS.rglob("*.txt")):
        parts = text.relative_to(_TEXTS).with_suffix("").parts
        target = folder.joinpath(*(_named(part, words) for part in parts))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(text.read_text()).substitute(words))
    return folder


def _named(part: str, words: Mapping[str, str]) -> str:
    known = {"package": words["package"], "NAME": words["name"]}
    return known.get(part, f".{part.removeprefix('dot-')}" if part.startswith("dot-") else part)
