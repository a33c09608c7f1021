"""The organisation's logo: a small PNG or WebP picture, and nothing that a browser would run."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MOST_BYTES, MOST_PIXELS = 100_000, 2000


class NoLogo(ValueError):
    """A file that is not taken. The text says why."""


@dataclass(frozen=True)
class Logo:
    """What a file is by its own first bytes, whatever it is called. Sizes are in pixels."""

    mimetype: str
    width: int
    height: int


def read(content: bytes) -> Logo:
    """Raises NoLogo."""
    if not content:
        raise NoLogo("Choose a file.")
    if len(content) > MOST_BYTES:
        raise NoLogo(f"At most 100 kB: this is {len(content) // 1000} kB.")
    found = _png(content) or _webp(content)
    if found is None:
        raise NoLogo("A picture in PNG or WebP. SVG is not taken: it can hold programs.")
    if not (1 <= found.width <= MOST_PIXELS and 1 <= found.height <= MOST_PIXELS):
        raise NoLogo(f"At most {MOST_PIXELS} pixels wide and high: this is {found.width} by {found.height}.")
    return found


def _png(content: bytes) -> Logo | None:
    if len(content) < 33 or content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        return None
    return Logo("image/png", *struct.unpack(">II", content[16:24]))


def _webp(content: bytes) -> Logo | None:
    """Of the three forms, each has its size elsewhere."""
    if len(content) < 30 or content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    form = content[12:16]
    if form == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", content[26:30])
        return Logo("image/webp", width & 0x3FFF, height & 0x3FFF)
    if form == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        return Logo("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if form == b"VP8X":
        return Logo("image/webp", *(int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27)))
    return None
