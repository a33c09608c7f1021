"""Sites that may show a board in a frame: whole origins, exactly as browsers write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from renown.api import NotConfigured, PluginContext
from renown_ideation.models import Board

MOST = 20
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
#: Where pages come without TLS: while somebody tries it out.
_HERE = frozenset({"localhost", "127.0.0.1"})


def read(given: str, errors: dict[str, list[str]]) -> list[str]:
    """One a line, each once; what is wrong with which goes into `errors`."""
    found, wrong = dict[str, None](), []
    for line in (one.strip() for one in given.splitlines()):
        if line:
            try:
                found[origin(line)] = None
            except ValueError as error:
                wrong.append(f"{line[:100]}: {error}")
    if len(found) > MOST:
        wrong.append(f"At most {MOST}.")
    if wrong:
        errors["origins"] = wrong
    return list(found)


def origin(text: str) -> str:
    """As a policy names it: `https://shop.example`. Raises ValueError, with what to do."""
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except (ValueError, UnicodeError):
        raise ValueError("is no address of a site") from None
    if "*" in text:
        raise ValueError("name each site by itself, without a star")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None or "@" in text:
        raise ValueError("only the site, without what comes after it: https://shop.example")
    if not _HOST.fullmatch(host):
        raise ValueError("is no address of a site, like https://shop.example")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _HERE):
        raise ValueError("must begin with https://")
    usual = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def doubts(ctx: PluginContext, board: Board) -> Sequence[str]:
    """Why the widget of a board would not be seen, in sentences."""
    if not board.origins:
        return ["No site may show it so far."]
    found = [] if board.audience == "public" else ["Only a board for everybody is shown elsewhere: this one is not."]
    try:
        here = ctx.urls.absolute("")
    except NotConfigured:
        return [*found, "RENOWN_URL is not set, so the tag below lacks the address of this site."]
    if here.startswith("http://") and any(one.startswith("https://") for one in board.origins):
        found.append("This site has no TLS: browsers show nothing of it on a page that has.")
    return found
