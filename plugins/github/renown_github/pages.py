"""What an address of GitHub's shows: an issue, a pull request or a discussion, by the number of its repository."""

from __future__ import annotations

import re
from collections.abc import Callable

_PAGE = re.compile(
    r"(?P<repo>https?://[^/?#]+/(?P<name>[\w.-]+/[\w.-]+))/(?:issues|pull|discussions)/(?P<number>\d{1,18})"
    r"(?:[/?#].*)?",
    re.ASCII,
)


def object_at(url: str, place: Callable[[str, str], str | None]) -> str | None:
    """None for another page, and where nothing came from the repository yet: only then its number is known."""
    found = _PAGE.fullmatch(url)
    repo = place(found["repo"], found["name"]) if found else None
    return f"{repo}#{int(found['number'])}" if found and repo else None
