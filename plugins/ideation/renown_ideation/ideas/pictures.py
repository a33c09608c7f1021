"""What a picture says beside what it shows stays with who took it: where, when, with what, and whose it is."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, ImageSequence

from renown_ideation.ideas.texts import Refused

#: Dots. A picture of few bytes may have a million times as many.
MOST = 50_000_000
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
#: What a JPEG is shown by: how it is held, its colours. All else in it is about it.
_SHOWN_BY = {"APP0", "APP14"}
_END = b"\xff\xd9"
#: Near enough to what was given, for another round through the same method.
_QUALITY = 92


def bare(content: bytes, kind: str) -> bytes:
    """The same picture, as it was meant to be turned; the same bytes where it tells nothing. `kind` is one of
    files.IMAGES. Raises Refused where it cannot be read.
    """
    try:
        # Its size is read before any of it is unfolded.
        with Image.open(BytesIO(content), formats=[_FORMATS[kind]]) as picture:
            if picture.width * picture.height > MOST:
                raise Image.DecompressionBombError
            picture.load()
            return _again(picture, kind) if _tells(picture, content) else content
    except Image.DecompressionBombError as error:
        raise Refused({"file": [f"It has more than {MOST // 1_000_000} million dots: make it smaller."]}) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refused({"file": ["This picture cannot be read: it may be cut off."]}) from error


def _tells(picture: Image.Image, content: bytes) -> bool:
    if picture.getexif() or getattr(picture, "text", None) or picture.info.keys() & {"xmp", "comment", "photoshop"}:
        return True
    parts = {name for name, data in getattr(picture, "applist", ()) if not data.startswith(b"ICC_PROFILE\0")}
    # Phones put a second picture, with all it says, behind the end of the first.
    behind = picture.format == "JPEG" and content.find(_END) + len(_END) < len(content.rstrip(b"\0"))
    return behind or bool(parts - _SHOWN_BY)


def _again(picture: Image.Image, kind: str) -> bytes:
    kept = {"icc_profile": picture.info["icc_profile"]} if picture.info.get("icc_profile") else {}
    out = BytesIO()
    if getattr(picture, "n_frames", 1) > 1 and kind != "image/jpeg":
        times = {name: picture.info[name] for name in ("duration", "loop") if name in picture.info}
        frames = [_plain(frame.copy()) for frame in ImageSequence.Iterator(picture)]
        frames[0].save(out, _FORMATS[kind], save_all=True, append_images=frames[1:], **times, **kept)
    else:
        quality = {"quality": _QUALITY} if kind in ("image/jpeg", "image/webp") else {}
        _plain(ImageOps.exif_transpose(picture)).save(out, _FORMATS[kind], exif=b"", **quality, **kept)
    return out.getvalue()


def _plain(picture: Image.Image) -> Image.Image:
    """Without what the picture would take along when it is written."""
    picture.info = {name: value for name, value in picture.info.items() if name in ("transparency", "duration")}
    picture.getexif().clear()
    return picture
