"""What goes out goes through the context, as far as imports tell. When it runs, `hooks.outgoing` refuses the rest."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from renown.hooks.states import Installed
from renown.testing.conformance.base import Base

#: Modules that are there to reach other machines.
OUT = frozenset({
    "aiohttp", "asyncssh", "boto3", "ftplib", "httplib2", "http.client", "httpx", "imaplib", "ldap3", "niquests",
    "nntplib", "paramiko", "poplib", "pycurl", "requests", "smtplib", "socket", "telnetlib", "urllib.request",
    "urllib3", "websocket", "websockets", "xmlrpc.client",
})  # fmt: skip


class Outgoing(Base):
    def test_what_goes_out_goes_through_the_context(self, installed: Installed) -> None:
        assert installed.folder is not None, f"{self.plugin} is no module in a folder, so it cannot be looked through"
        found = ways_out(installed.folder)
        assert not found, f"{'; '.join(found)}: requests go out by ctx.http, mail by ctx.mail"


def ways_out(folder: Path) -> list[str]:
    """The files of a plugin's package that import what reaches other machines, each with what."""
    return sorted(
        f"{path.relative_to(folder)} imports {name}"
        for path in folder.rglob("*.py")
        for name in _imported(path)
        if any(name == one or name.startswith(f"{one}.") for one in OUT)
    )


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            within = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from [name for name in within if name in OUT] or [node.module]
