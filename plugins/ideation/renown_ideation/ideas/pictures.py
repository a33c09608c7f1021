"""What a picture says beside what it shows stays with who took it: where, when, with what, and whose it is."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from renown_ideation.ideas import parts
from renown_ideation.ideas.texts import Refused

#: Dots. A picture of few bytes may have a million times as many; and so may one that moves, picture by picture.
MOST, MOST_MOVING = 50_000_000, 500_000_000
#: Pictures of one that moves.
FRAMES = 500
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
_PARTS = {"image/png": parts.png, "image/gif": parts.gif, "image/webp": parts.webp}
_TURNED = 0x0112
#: What a JPEG is shown by: how it is held, its colours. All else in it is about it.
_SHOWN_BY = {"APP0", "APP14"}
_END = b"\xff\xd9"
#: Near enough to what was given, for another round through the same method.
_QUALITY = 92


def bare(content: bytes, kind: str) -> bytes:
    """The same picture, as it was meant to be turned; the same bytes where it tells nothing. `kind` is one of
    files.IMAGES. Only the first picture of one that moves is unfolded. Raises Refused where it cannot be read.
    """
    try:
        # Its size and its pictures are counted before any of it is unfolded.
        shown = _PARTS[kind](content) if kind in _PARTS else None
        with Image.open(BytesIO(content), formats=[_FORMATS[kind]]) as picture:
            _bounded(picture, shown)
            picture.load()
            if shown is None:
                return _again(picture, kind) if _tells(picture, content) else content
            turned = shown.frames == 1 and picture.getexif().get(_TURNED, 1) != 1
            return _again(picture, kind) if turned else shown.content
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(MOST) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refused({"file": ["This picture cannot be read: it may be cut off."]}) from error


def _bounded(picture: Image.Image, shown: parts.Shown | None) -> None:
    frames, dots = (shown.frames, shown.dots) if shown is not None else (1, 0)
    dots = max(dots, picture.width * picture.height)
    if dots > MOST:
        raise _too_large(MOST)
    if frames > FRAMES:
        raise Refused({"file": [f"It moves by more than {FRAMES} pictures: make it shorter."]})
    if dots * frames > MOST_MOVING:
        raise _too_large(MOST_MOVING)


def _too_large(most: int) -> Refused:
    return Refused({"file": [f"It has more than {most // 1_000_000} million dots: make it smaller."]})


def _tells(picture: Image.Image, content: bytes) -> bool:
    """Of a JPEG."""
    if picture.getexif() or picture.info.keys() & {"xmp", "comment", "photoshop"}:
        return True
    told = {name for name, data in getattr(picture, "applist", ()) if not data.startswith(b"ICC_PROFILE\0")}
    # Phones put a second picture, with all it says, behind the end of the first.
    behind = content.find(_END) + len(_END) < len(content.rstrip(b"\0"))
    return behind or bool(told - _SHOWN_BY)


def _again(picture: Image.Image, kind: str) -> bytes:
    kept = {"icc_profile": picture.info["icc_profile"]} if picture.info.get("icc_profile") else {}
    out = BytesIO()
    quality = {"quality": _QUALITY} if kind in ("image/jpeg", "image/webp") else {}
    _plain(ImageOps.exif_transpose(picture)).save(out, _FORMATS[kind], exif=b"", **quality, **kept)
    return out.getvalue()


def _plain(picture: Image.Image) -> Image.Image:
    """Without what the picture would take along when it is written."""
    picture.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    picture.getexif().clear()
    return picture
