"""Files that administrators sent, between the dry run and the button that does it."""

from __future__ import annotations

import re
import secrets
import shutil
from pathlib import Path, PurePath

from renown.api import SECOND, PluginContext

_FOLDER = "moving"
#: Seconds for which one is kept.
KEPT = 3600
ENDS = (".zip", ".csv", ".json")


def put(ctx: PluginContext, name: str, content: bytes) -> str:
    """Under a name that nobody guesses; those that were forgotten go. Raises ValueError for another kind of file."""
    plain = re.sub(r"[^\w.-]+", "-", PurePath(name.replace("\\", "/")).name)[-80:].strip(".-")
    if not plain.lower().endswith(ENDS):
        raise ValueError(name)
    _tidy(ctx)
    key = f"{_FOLDER}/{secrets.token_hex(16)}/{plain}"
    ctx.files.write(key, content)
    return key


def path(ctx: PluginContext, key: str) -> Path:
    """Raises FileNotFoundError where it is gone."""
    found = ctx.files.path(key)
    if not found.is_file():
        raise FileNotFoundError(key)
    return found


def drop(ctx: PluginContext, key: str) -> None:
    shutil.rmtree(ctx.files.path(key).parent, ignore_errors=True)


def _tidy(ctx: PluginContext) -> None:
    folder, old = ctx.files.path(_FOLDER), ctx.clock.now() // SECOND - KEPT
    for one in folder.iterdir() if folder.is_dir() else ():
        if one.stat().st_mtime < old:
            shutil.rmtree(one, ignore_errors=True)
