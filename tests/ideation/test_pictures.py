"""Of a picture what it shows is kept, and nothing that it says beside."""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageCms, PngImagePlugin

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


def test_what_moves_goes_on_moving() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (_RED, _BLUE, (0, 0, 0))]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0, comment=b"Telltale")
    kept = pictures.bare(out.getvalue(), "image/gif")
    assert b"Telltale" not in kept
    with Image.open(BytesIO(kept)) as shown:
        assert getattr(shown, "n_frames", 1) == 3
        assert (shown.info["duration"], shown.info["loop"]) == (80, 0)


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
        (_huge(8_000), "million dots"),
        (_huge(20_000), "million dots"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(content: bytes, word: str) -> None:
    kind = "image/jpeg" if content[:1] == b"\xff" else "image/png"
    with pytest.raises(Refused) as refused:
        pictures.bare(content, kind)
    assert word in refused.value.errors["file"][0]
