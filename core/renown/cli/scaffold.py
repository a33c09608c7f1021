"""Writes the beginnings of a plugin. The texts are in `templates/plugin`; `package` stands for the package's name."""

from __future__ import annotations

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
        target = folder.joinpath(*(words["package"] if part == "package" else part for part in parts))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(text.read_text()).substitute(words))
    return folder
