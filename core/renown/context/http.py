"""Requests that plugins send out: with time-outs, a cap on the answer, no redirects, and never into the house.

A name is resolved once, every address it has must be a public one, and the connection goes to the address that was
checked. Hosts inside (a company's own GitLab) are asked where an administrator named them: `context.hosts`.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from renown.context import hosts

if TYPE_CHECKING:
    from renown.context.base import PluginContext

#: Seconds for connecting, and for each wait on the other side.
TIMEOUT = 10.0
#: Bytes of an answer.
MOST = 10 << 20

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Forbidden(ValueError):
    """An address that is not requested: not http(s), or inside the house. The text says which."""


class TooLarge(ValueError):
    """The answer is longer than was asked for."""


@dataclass(frozen=True)
class Response:
    """Header names are lower case. A redirect is an answer like any other."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpService:
    """`ctx.http`. Keep no transaction open around a request: it may take seconds."""

    def __init__(self, ctx: PluginContext) -> None:
        self._db = ctx._parts.db

    def get(self, url: str, headers: Mapping[str, str] | None = None, *, timeout: float = TIMEOUT) -> Response:
        return self.request("GET", url, headers=headers, timeout=timeout)

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str] | None = None, *, timeout: float = TIMEOUT
    ) -> Response:
        return self.request("POST", url, body, headers, timeout=timeout)

    def request(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        timeout: float = TIMEOUT,
        most: int = MOST,
    ) -> Response:
        """Raises Forbidden, TooLarge, and OSError or http.client.HTTPException where the other side fails."""
        # Each time: a context of load lives as long as the process, and what is allowed may change meanwhile.
        with self._db.read() as conn:
            inside = hosts.allowed(conn)
        return request(method, url, body, headers, inside=inside, timeout=timeout, most=most)


def request(
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    inside: Collection[str] = (),
    timeout: float = TIMEOUT,
    most: int = MOST,
) -> Response:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Forbidden(f"{url[:200]!r} is no http or https address")
    if parts.username is not None:
        raise Forbidden("an address with a user name in it is not requested")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    sock = _connect(parts.hostname, port, inside, timeout)
    try:
        if parts.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=parts.hostname)
        connection = http.client.HTTPConnection(parts.hostname, port, timeout=timeout)
        connection.sock = sock
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body, {"User-Agent": "Renown", **(headers or {})})
        answer = connection.getresponse()
        content = answer.read(most + 1)
        if len(content) > most:
            raise TooLarge(f"the answer of {parts.hostname} is longer than {most} bytes")
        return Response(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)
    finally:
        sock.close()


def _connect(host: str, port: int, inside: Collection[str], timeout: float) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if hosts.plain(host) not in inside:
        for address in addresses:
            if not public(ipaddress.ip_address(address.partition("%")[0])):
                raise Forbidden(
                    f"{host} is {address}, which is not a public address: an administrator may name it among the hosts "
                    "inside the house, on the page of the organisation or by `renown organisation hosts`"
                )
    failure: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    raise failure or OSError(f"{host} has no address")


def public(address: _Address) -> bool:
    """Whether an address is one of the open internet, looking through IPv6 forms that carry an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            carried.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(one is not None and not public(one) for one in carried):
            return False
        if address.ipv4_mapped is not None:
            return True
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast
