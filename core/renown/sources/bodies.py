"""Bodies as they were packed by the sender: never larger unpacked than they may be."""

from __future__ import annotations

import zlib

from renown.sources.connector import Inbound


class BadBody(Exception):
    """The body cannot be taken; `status` is HTTP's word for why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def unpacked(inbound: Inbound, cap: int) -> bytes:
    """The body without its Content-Encoding. Raises BadBody where that is none we know, or more than `cap` bytes."""
    encoding = inbound.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return inbound.body
    if encoding != "gzip":
        raise BadBody(415, f"the content encoding is {encoding}, none of identity, gzip")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        body = unpacker.decompress(inbound.body, cap + 1)
    except zlib.error:
        raise BadBody(400, "the body is not gzip") from None
    if len(body) > cap:
        raise BadBody(413, f"the body is larger than {cap:,} bytes when unpacked")
    if not unpacker.eof:
        raise BadBody(400, "the body ends before its gzip stream does")
    return body
