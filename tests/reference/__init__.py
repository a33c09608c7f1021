"""The pages that are written from the code, and the list of the contract. `python -m tests.reference` writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.reference import api, grown, hooks, looks

#: What makes each file.
FILES: Mapping[Path, Callable[[], str]] = {
    hooks.HOUSE / "docs" / "hooks.md": hooks.page,
    hooks.HOUSE / "docs" / "api.md": api.page,
    hooks.HOUSE / "docs" / "looks.md": looks.page,
    grown.LIST: grown.page,
}
