"""Texts of others, such as what a plugin raised, as both databases keep them."""

from __future__ import annotations

_NUL, _SHOWN = "\0", "\N{REPLACEMENT CHARACTER}"


def storable(text: str, most: int = 2_000) -> str:
    """Without NUL and lone surrogates, at most that many characters."""
    return text[:most].replace(_NUL, _SHOWN).encode("utf-8", "replace").decode()


def of_error(error: BaseException) -> str:
    """The kind of error and what it says, storable."""
    return storable(f"{type(error).__name__}: {error}")
