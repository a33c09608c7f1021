"""Opening exports that somebody sent us: no member may be huge, a bomb, encrypted, or lie outside the archive."""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from renown.sources.connector import BadPayload

#: What one member may hold, what all may hold together (bytes), and how many there may be.
MEMBER, TOTAL, MEMBERS = 256 << 20, 8 << 30, 1_000_000
#: Text packs to a tenth or a fiftieth; what packs further was made to burst.
RATIO, RATIO_FROM = 200, 1 << 20
LINE = 32 << 20


class Export:
    """A checked zip. `names` are its files in the order of their names."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        _check(infos)
        self._archive = archive
        self._infos = {info.filename: info for info in infos}
        self.names = sorted(self._infos)
        self.bytes = sum(info.file_size for info in infos)

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str) -> bytes:
        """One member. Raises BadPayload where it is damaged or not as long as it says."""
        info = self._infos[name]
        try:
            with self._archive.open(info) as member:
                raw = member.read(info.file_size + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise BadPayload(f"{name} cannot be read: {error}") from None
        if len(raw) > info.file_size:
            raise BadPayload(f"{name} is longer than the archive says")
        return raw


@contextmanager
def open_zip(path: Path) -> Iterator[Export]:
    """Raises BadPayload, naming the member, where the archive is not to be opened."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadPayload(f"{path.name} is not a zip archive that can be read: {error}") from None
    with archive:
        yield Export(archive)


def gzip_lines(path: Path) -> Iterator[bytes]:
    """The lines of a .gz (or plain) file, empty ones too. Raises BadPayload at damage, a line too long, or a bomb."""
    size = path.stat().st_size
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        total = 0
        with gzip.open(path) if packed else path.open("rb") as file:
            while line := file.readline(LINE + 1):
                total += len(line)
                if len(line) > LINE:
                    raise BadPayload(f"{path.name} has a line longer than {LINE >> 20} MiB")
                if packed and total > RATIO_FROM and total > size * RATIO:
                    raise BadPayload(f"{path.name} unpacks to more than {RATIO} times its size")
                yield line
    except (OSError, EOFError, zlib.error) as error:
        raise BadPayload(f"{path.name} cannot be read: {error}") from None


def _check(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MEMBERS:
        raise BadPayload(f"the archive holds more than {MEMBERS:,} files")
    if sum(info.file_size for info in infos) > TOTAL:
        raise BadPayload(f"the archive unpacks to more than {TOTAL >> 30} GiB")
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        path = PurePosixPath(name)
        if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in path.parts[0]:
            raise BadPayload(f"{name!r} lies outside the archive")
        if name in seen:
            raise BadPayload(f"{name} is there twice")
        seen.add(name)
        if info.flag_bits & 1:
            raise BadPayload(f"{name} is encrypted")
        if info.file_size > MEMBER:
            raise BadPayload(f"{name} is larger than {MEMBER >> 20} MiB")
        if info.file_size > RATIO_FROM and info.file_size > RATIO * max(1, info.compress_size):
            raise BadPayload(f"{name} unpacks to more than {RATIO} times its size")
