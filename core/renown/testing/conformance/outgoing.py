"""What goes out goes through the context, as far as imports tell. When it runs, `hooks.outgoing` refuses the rest."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

from renown.hooks.states import Installed
from renown.testing.conformance.base import Base
from renown.testing.conformance.imports import names_used

#: Modules that are there to reach other machines.
OUT = frozenset({
    "aiohttp", "asyncssh", "boto3", "botocore", "ftplib", "httplib2", "http.client", "httpx", "imaplib", "kafka",
    "ldap3", "niquests", "nntplib", "paramiko", "pika", "poplib", "pycurl", "redis", "requests", "smtplib", "socket",
    "telnetlib", "urllib.request", "urllib3", "websocket", "websockets", "xmlrpc.client",
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
        for _, name in names_used(ast.parse(path.read_text(encoding="utf-8")), folder.name)
        if any(name == one or name.startswith(f"{one}.") for one in OUT) and not _is_error(name)
    )


def _is_error(name: str) -> bool:
    """Who catches what `ctx.http` raises needs its name, which goes nowhere: `http.client.HTTPException`."""
    module, _, last = name.rpartition(".")
    try:
        found = getattr(import_module(module), last, None) if module else None
    except ImportError:
        return False
    return isinstance(found, type) and issubclass(found, Exception)
