"""Names that a new plugin cannot have here: plugins that are installed have them, or pages at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from renown.app import Renown, build, create_app
from renown.settings import Settings


def why_taken(name: str, made: Settings) -> str | None:
    """None where it is free. Looks at what is installed, and at no database."""
    if find_spec(f"renown_{name}") is not None:
        return f"there is a package renown_{name} already"
    with TemporaryDirectory() as scratch:
        # A site of nothing, for its addresses alone: the key seals nothing.
        renown = build(replace(made, data=Path(scratch), database_url=f"sqlite:///{scratch}/none", secret_key="none"))  # noqa: S106
        try:
            if name in renown.plugins:
                return "a plugin of this name is installed"
            owner = next((owner for owner, rule in _addresses(renown) if _first(rule) == name), None)
            return owner and f"{owner} has pages at /{name}"
        finally:
            renown.close()


def _addresses(renown: Renown) -> Iterator[tuple[str, str]]:
    """Of all plugins, on or off, with whose they are."""
    for rule in create_app(renown).url_map.iter_rules():
        owner = rule.endpoint.partition(".")[0].partition("_")[0]
        if owner in renown.plugins:
            yield owner, rule.rule


def _first(rule: str) -> str:
    """What comes first in a page's address, and next in an operation's."""
    return rule.removeprefix("/api/v1").split("/")[1].partition(".")[0]
