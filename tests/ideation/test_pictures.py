"""Of a picture what it shows is kept, and nothing that it says beside."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageSequence, PngImagePlugin

from renown_ideation.ideas import pictures
from renown_ideation.ideas.texts import Refused

_RED, _BLUE = (220, 20, 20), (20, 20, 220)
_MAKE, _TURNED, _PLACE, _LATITUDE = 0x010F, 0x0112, 0x8825, 2


def _picture() -> Image.Image:
    """Red, and its right half blue."""
    made = Image.new("RGB", (64, 32), _RED)
    made.paste(_BLUE, (32, 0, 64, 32))
    return made


def _exif(turned: int = 6) -> Image.Exif:
    exif = Image.Exif()
    exif[_MAKE], exif[_TURNED] = "Telltale Phones", turned
    exif.get_ifd(_PLACE)[_LATITUDE] = (48.0, 12.0, 30.0)
    return exif


def _written(kind: str, **values: object) -> bytes:
    out = BytesIO()
    _picture().save(out, kind, **values)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_and_with_what_it_was_taken_goes_and_it_stands_upright(kind: str) -> None:
    """A phone writes its pictures lying, and beside them how they are held."""
    taken = _written(kind, exif=_exif(), quality=95)
    assert b"Telltale" in taken
    kept = pictures.bare(taken, f"image/{kind.lower()}")
    assert b"Telltale" not in kept
    with Image.open(BytesIO(kept)) as shown:
        assert not shown.getexif()
        assert shown.size == (32, 64), "as it was held"
        for place, colour in (((16, 8), _RED), ((16, 56), _BLUE)):
            found = shown.convert("RGB").getpixel(place)
            assert isinstance(found, tuple)
            assert max(abs(a - b) for a, b in zip(found, colour, strict=True)) < 12


def test_words_in_it_go_and_its_colours_stay() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", "<place>At home</place>")
    text.add_text("Author", "Eve Telltale")
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = pictures.bare(_written("PNG", pnginfo=text, icc_profile=icc), "image/png")
    assert b"Telltale" not in kept
    assert b"At home" not in kept
    with Image.open(BytesIO(kept)) as shown:
        assert shown.info["icc_profile"] == icc
        assert shown.convert("RGB").tobytes() == _picture().tobytes()


def test_a_second_picture_behind_the_first_goes() -> None:
    """As phones add one for bright screens, with all it says."""
    both = _written("JPEG") + _written("JPEG", exif=_exif())
    assert b"Telltale" in both
    assert b"Telltale" not in pictures.bare(both, "image/jpeg")


def _moving(kind: str, number: int = 3, **values: object) -> bytes:
    """Each of its pictures stands for another time."""
    frames = [Image.new("RGB", (8, 8), (n % 256, 90 * (n % 3), n // 256)) for n in range(number)]
    out, times = BytesIO(), [80 + 40 * (n % 3) for n in range(number)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=times, loop=0, **values)
    return out.getvalue()


def _chunk(name: bytes, said: bytes) -> bytes:
    return len(said).to_bytes(4) + name + said + zlib.crc32(name + said).to_bytes(4)


_XMP = b"<x:xmpmeta>Telltale</x:xmpmeta>"
_XMP_OF_GIF = b"!\xff\x0bXMP DataXMP" + _XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"


def _in_gif(content: bytes, block: bytes) -> bytes:
    """Behind all its pictures, where no reader of the first one looks."""
    return content[:-1] + block + b";"


def _in_png(content: bytes, chunk: bytes) -> bytes:
    return content[:-12] + chunk + content[-12:]


def _in_webp(content: bytes, chunk: bytes) -> bytes:
    return b"RIFF" + (len(content) - 8 + len(chunk)).to_bytes(4, "little") + content[8:] + chunk


def _held(content: bytes) -> list[tuple[int, bytes]]:
    """Its pictures, and how long each stands."""
    with Image.open(BytesIO(content)) as shown:
        assert shown.info.get("loop") == 0
        dots = [one.convert("RGB").tobytes() for one in ImageSequence.Iterator(shown)]
        return list(zip(_times(shown), dots, strict=True))


def _times(shown: Image.Image) -> Iterator[int]:
    for one in ImageSequence.Iterator(shown):
        one.load()
        yield one.info["duration"]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("GIF", _moving("GIF", comment=b"Telltale")),
        ("GIF", _in_gif(_moving("GIF"), _XMP_OF_GIF)),
        ("GIF", _moving("GIF") + b"Telltale"),
        ("PNG", _in_png(_moving("PNG"), _chunk(b"tEXt", b"Author\0Telltale"))),
        ("PNG", _in_png(_moving("PNG"), _chunk(b"teLL", b"Telltale"))),
        ("PNG", _moving("PNG") + b"Telltale"),
        ("WEBP", _moving("WEBP", xmp=_XMP, lossless=True)),
        ("WEBP", _in_webp(_moving("WEBP", lossless=True), b"teLL\x08\0\0\0Telltale")),
        ("WEBP", _moving("WEBP", lossless=True) + b"Telltale"),
    ],
)
def test_what_is_said_anywhere_in_it_or_behind_it_goes_and_it_moves_as_it_did(kind: str, told: bytes) -> None:
    assert b"Telltale" in told
    kept = pictures.bare(told, f"image/{kind.lower()}")
    assert b"Telltale" not in kept
    assert kept == pictures.bare(kept, f"image/{kind.lower()}")
    assert len(_held(kept)) == 3
    assert _held(kept) == _held(told)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_what_moves_has_an_end(kind: str) -> None:
    """A small file can unfold to thousands of large pictures."""
    most = _moving(kind, pictures.FRAMES)
    assert pictures.bare(most, f"image/{kind.lower()}") == most
    with pytest.raises(Refused) as refused:
        pictures.bare(_moving(kind, pictures.FRAMES + 1), f"image/{kind.lower()}")
    assert "make it shorter" in refused.value.errors["file"][0]


@pytest.mark.parametrize("place", [6, -1])
def test_all_pictures_of_one_that_moves_are_bounded_together(place: int) -> None:
    """Whether the file tells how large it is, or one of its pictures goes beyond that."""
    content, size = _moving("GIF", 20), (7_000).to_bytes(2, "little")
    at = place if place > 0 else content.rindex(b",\0\0\0\0\x08\0\x08\0") + 5
    with pytest.raises(Refused) as refused:
        pictures.bare(content[:at] + size + size + content[at + 4 :], "image/gif")
    assert "500 million dots" in refused.value.errors["file"][0]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_tells_nothing_is_kept_to_the_byte(kind: str) -> None:
    taken = _written(kind)
    assert pictures.bare(taken, f"image/{kind.lower()}") == taken


def _huge(edge: int) -> bytes:
    """So many dots by as many, in two hundred bytes."""
    content, size = _written("PNG"), edge.to_bytes(4)
    header = b"IHDR" + size + size + content[24:29]
    return content[:12] + header + zlib.crc32(header).to_bytes(4) + content[33:]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (_written("PNG")[:60], "cut off"),
        (_written("JPEG")[:200], "cut off"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "cut off"),
        (_moving("GIF")[:-9], "cut off"),
        (_written("WEBP")[:-9], "cut off"),
        (_huge(8_000), "million dots"),
        (_huge(20_000), "million dots"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(content: bytes, word: str) -> None:
    kind = {b"\xff": "image/jpeg", b"G": "image/gif", b"R": "image/webp"}.get(content[:1], "image/png")
    with pytest.raises(Refused) as refused:
        pictures.bare(content, kind)
    assert word in refused.value.errors["file"][0]


@given(st.sampled_from(["PNG", "GIF", "WEBP", "JPEG"]), st.binary(max_size=30), st.integers(8, 300), st.integers(0, 30))
def test_a_picture_that_was_made_to_break_it_is_read_or_refused(kind: str, junk: bytes, at: int, out: int) -> None:
    content = _written(kind) if kind == "JPEG" else _moving(kind)
    with contextlib.suppress(Refused):
        pictures.bare(content[:at] + junk + content[at + out :], f"image/{kind.lower()}")
