"""Writes the beginnings of a plugin. The texts are in `templates/plugin`.

In their paths `package` stands for the package's name, `NAME` for the plugin's, and `dot-` for a dot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from errno import EEXIST
from pathlib import Path
from string import Template

_TEXTS = Path(__file__).parent / "templates" / "plugin"


def write(name: str, into: Path) -> Path:
    """The new folder, which may be there as a new clone has it. Raises OSError where it cannot be written.

    That is FileExistsError where it holds something, and nothing of it is written over.
    """
    folder = into / f"renown-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    if any(one.name != ".git" for one in folder.iterdir()):
        raise FileExistsError(EEXIST, "it is there already, and holds something", str(folder))
    words = {"name": name, "package": f"renown_{name}", "title": name.capitalize()}
    for text in sorted(_TEXTS.rglob("*.txt")):
        parts = text.relative_to(_TEXTS).with_suffix("").parts
        target = folder.joinpath(*(_named(part, words) for part in parts))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(text.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")
    return folder


def _named(part: str, words: Mapping[str, str]) -> str:
    if part == "package":
        return words["package"]
    return re.sub("^dot-", ".", part).replace("NAME", words["name"])
