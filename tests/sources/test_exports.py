"""Exports that somebody made to hurt."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from renown.sources.connector import BadPayload
from renown.sources.exports import open_zip


@pytest.mark.parametrize("name", ["../up.json", "/etc/passwd", "C:/x", "a\\b", "."])
def test_a_member_outside_the_archive_is_refused_by_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), "[]")
    with pytest.raises(BadPayload, match="outside the archive"), open_zip(path):
        pass


def test_a_damaged_member_is_refused_whatever_packed_it(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("users.json", "[1, 2, 3]" * 50)
    raw = bytearray(path.read_bytes())
    raw[50:60] = b"\xff" * 10
    path.write_bytes(raw)
    with open_zip(path) as export, pytest.raises(BadPayload, match=r"users\.json cannot be read"):
        export.read("users.json")
