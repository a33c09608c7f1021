"""Hosts inside the house that plugins may send requests to: administrators name them, one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address

from sqlalchemy import Connection

from renown import audit
from renown.db import stored

#: The name of the setting, and of its field.
NAME = "outgoing_hosts"
#: So many at most.
MOST = 100

_NAME = re.compile(r"(?!.{254})(?:(?!-)[\w-]{1,63}(?<!-)\.)*(?!-)[\w-]{1,63}(?<!-)")
#: What some resolvers take for an address in another spelling: 10.1, 0x7f.1, 2130706433.
_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0[xX][0-9a-fA-F]*)")


class NoHost(ValueError):
    """It is no host. The text begins with the name of the field."""


def allowed(conn: Connection) -> list[str]:
    found: list[str] = stored.get(conn, "core", NAME, [])
    return found


def allow(conn: Connection, hosts: Sequence[str], *, actor_id: int | None, via: str) -> list[str]:
    """These, and no others. Gives them as they are kept. Raises NoHost."""
    before, after = allowed(conn), list(dict.fromkeys(_checked(one) for one in hosts))
    if len(after) > MOST:
        raise NoHost(f"{NAME}: {len(after)} are too many; {MOST} can be named")
    if before != after:
        stored.put(conn, "core", NAME, after)
        details = {"before": before, "after": after}
        audit.record(conn, "settings.outgoing-hosts", actor_id=actor_id, via=via, details=details)
    return after


def plain(host: str) -> str:
    """One spelling of each: small letters, no dot at the end, addresses as the standard writes them."""
    text = host.lower().removesuffix(".")
    return _address(text) or text


def _checked(given: str) -> str:
    text = given.strip()
    host = plain(text[1:-1] if text.startswith("[") and text.endswith("]") else text)
    if _address(host) or (_NAME.fullmatch(host) and not _NUMBER.fullmatch(host)):
        return host
    raise NoHost(
        f"{NAME}: {text[:80]!r} is not the name or address of one host: write git.acme.example or 10.0.0.7, "
        "without https://, port and path"
    )


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
