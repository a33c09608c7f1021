"""The parts of PNG, GIF and WebP files: what is shown, byte for byte, without what stands beside or behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: What a PNG is shown by: its dots, its colours, its size on paper, and how it moves.
_PNG = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT acTL fcTL fdAT".split()
)
_WEBP = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
#: What a WebP's header tells that it has: camera's data, other data.
_TOLD = 0x08 | 0x04
#: How often a GIF begins again; all else that programs add to one is about it.
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_IMAGE, _EXTENSION, _END = 0x2C, 0x21, 0x3B
_CONTROL, _PROGRAM = 0xF9, 0xFF


@dataclass(frozen=True)
class Shown:
    """What is left of a file; how many pictures it shows one after another, and the dots of the largest."""

    content: bytes
    frames: int
    dots: int


def png(content: bytes) -> Shown:
    """Raises ValueError where it is cut off, as the two below do."""
    kept, frames, at = [content[:8]], 0, 8
    dots = int.from_bytes(content[16:20]) * int.from_bytes(content[20:24])
    while True:
        name = content[at + 4 : at + 8]
        part = _taken(content, at, 12 + int.from_bytes(content[at : at + 4]))
        frames += name == b"fcTL"
        if name in _PNG:
            kept.append(part)
        if name == b"IEND":
            return Shown(b"".join(kept), max(frames, 1), dots)
        at += len(part)


def webp(content: bytes) -> Shown:
    kept, frames, dots, at = [], 0, 0, 12
    end = 8 + int.from_bytes(content[4:8], "little")
    _taken(content, 0, end)
    while at + 8 <= end:
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        part = _taken(content, at, 8 + size)
        frames += name == b"ANMF"
        if name == b"VP8X":
            wide, high = (int.from_bytes(_taken(part, n, 3), "little") + 1 for n in (12, 15))
            part, dots = part[:8] + bytes([part[8] & ~_TOLD]) + part[9:], wide * high
        if name in _WEBP:
            kept.append(part + b"\0" * (size % 2))
        at += 8 + size + size % 2
    body = b"WEBP" + b"".join(kept)
    return Shown(b"RIFF" + len(body).to_bytes(4, "little") + body, max(frames, 1), dots)


def gif(content: bytes) -> Shown:
    """A picture may go beyond the screen that the file names: then that grows."""
    head = 13 + _colours(_taken(content, 0, 13)[10])
    kept, frames = [_taken(content, 0, head)], 0
    wide, high = (int.from_bytes(content[n : n + 2], "little") for n in (6, 8))
    for part in _blocks(content, head):
        if part[0] == _IMAGE:
            left, top, width, height = (int.from_bytes(part[n : n + 2], "little") for n in (1, 3, 5, 7))
            wide, high, frames = max(wide, left + width), max(high, top + height), frames + 1
        elif not _shows(part):
            continue
        kept.append(part)
    return Shown(b"".join((*kept, bytes([_END]))), frames, wide * high)


def _blocks(content: bytes, at: int) -> Iterator[bytes]:
    while content[at : at + 1] not in (b"", bytes([_END])):
        kind = content[at]
        if kind == _IMAGE:
            begin = at + 11 + _colours(_taken(content, at, 10)[9])
        elif kind == _EXTENSION:
            begin = at + 2
        else:
            raise ValueError("no block begins here")
        part = content[at : _behind(content, begin)]
        yield part
        at += len(part)


def _behind(content: bytes, at: int) -> int:
    """Where the chain of small blocks that begins here is over."""
    while True:
        size = _taken(content, at, 1)[0]
        at += 1 + size
        if not size:
            return at


def _shows(extension: bytes) -> bool:
    kind = extension[1]
    return kind == _CONTROL or (kind == _PROGRAM and extension[3:14] in _LOOPS)


def _colours(flags: int) -> int:
    """Bytes of a table of colours, of which the last three bits tell the size."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _taken(content: bytes, at: int, size: int) -> bytes:
    found = content[at : at + size]
    if len(found) < size:
        raise ValueError("it is cut off")
    return found
