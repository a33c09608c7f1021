"""Plugins as pip leaves them: code in a folder that is on the path, and a record of its entry points."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

MANIFEST = """
from renown.api import Plugin

plugin = Plugin("{name}", "{name}", "Made for a test.")
"""

#: Writes its name beside itself where anybody as much as imports it.
TRACE = """
from pathlib import Path

Path(__file__).with_suffix(".imported").touch()
"""


def installed(folder: Path, name: str, code: str = MANIFEST, *, commands: Mapping[str, str] | None = None) -> Path:
    """A plugin of one module, `made_<name>`, in a folder that is to be on the path. Gives the module's trace."""
    module = f"made_{name}"
    (folder / f"{module}.py").write_text(code.replace("{name}", name))
    for place, text in _info(module, "1", name, module, commands or {}).items():
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_text(text)
    return folder / f"{module}.imported"


def _info(distribution: str, version: str, name: str, module: str, commands: Mapping[str, str]) -> dict[str, str]:
    root = f"{distribution}-{version}.dist-info"
    lines = ["[renown.plugins]", f"{name} = {module}"]
    if commands:
        lines += ["[renown.commands]", *(f"{name}.{command} = {where}" for command, where in commands.items())]
    return {
        f"{root}/METADATA": f"Metadata-Version: 2.1\nName: {distribution.replace('_', '-')}\nVersion: {version}\n",
        f"{root}/entry_points.txt": "\n".join(lines) + "\n",
    }
