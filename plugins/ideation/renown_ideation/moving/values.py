"""Single values of exports: each error says what is wrong, in a sentence; whoever reads a line names the field."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from renown.api import clean_text, from_datetime, to_datetime
from renown_ideation import numbers
from renown_ideation.ideas import texts

_MAIL = re.compile(r"[^@\s,;:<>()\[\]\"\\]{1,64}@[^@\s,;:<>()\[\]\"\\]+\.[^@\s,;:<>()\[\]\"\\]+")
#: 1990 and 2100: what is outside of them was no date.
_FIRST, _LAST = 631_152_000_000_000, 4_102_444_800_000_000
_NAME = 80
_NOT_A_TAG = re.compile(r"[^\w .+#-]+")
KEY = 128


class Wrong(ValueError):
    """`field` is its name there; the text says what is wrong."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field = field


def key(field: str, given: str) -> str:
    found = given.strip()
    if not found or len(found) > KEY or not found.isprintable():
        raise Wrong(field, f"An id of 1 to {KEY} characters is needed.")
    return found


def instant(field: str, given: str) -> int:
    """ISO 8601, or as `2018-03-23 19:33:22 UTC`; without a zone it is UTC."""
    said = re.sub(r"\s+UTC$", "+00:00", given.strip())
    try:
        found = datetime.fromisoformat(said)
        at = from_datetime(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise Wrong(field, f"“{given[:40]}” is no time, as 2026-05-31T12:00:00Z.") from None
    if not _FIRST <= at <= _LAST:
        raise Wrong(field, f"“{given[:40]}” is not between 1990 and 2100.")
    return at


def maybe_instant(field: str, given: str) -> int | None:
    return instant(field, given) if given.strip() else None


def iso(at: int | None) -> str:
    return "" if at is None else f"{to_datetime(at):%Y-%m-%dT%H:%M:%S.%fZ}"


def whole(field: str, given: str) -> int:
    """From 0 on; nothing is 0."""
    said = given.strip()
    if not said:
        return 0
    found = numbers.whole(said, 2**31 - 1)
    if found is None:
        raise Wrong(field, f"“{given[:40]}” is no whole number.")
    return found


def yes(field: str, given: str, default: bool) -> bool:
    said = given.strip().lower()
    if said in ("yes", "true", "1"):
        return True
    if said in ("no", "false", "0"):
        return False
    if said:
        raise Wrong(field, f"“{given[:40]}” is neither yes nor no.")
    return default


def email(field: str, given: str) -> str:
    found = given.strip().lower()
    if found and not (len(found) <= 254 and found.isprintable() and _MAIL.fullmatch(found)):
        raise Wrong(field, f"“{given[:80]}” is no e-mail address.")
    return found


def name(given: str) -> str:
    """In one line, cut where it is longer than names are."""
    return " ".join(clean_text(given, 400).split())[:_NAME].strip()


def title(field: str, given: str) -> str:
    """In one line. Raises Wrong where there is none; a long one is for `fitting`."""
    found = " ".join(clean_text(given, 4 * texts.BODY).split())
    if not found:
        raise Wrong(field, "There is no title.")
    return found


def fitting(whole_title: str, body: str) -> tuple[str, str]:
    """A title that is too long is cut, and stands whole above the text: nothing is lost."""
    if len(whole_title) <= texts.TITLE:
        return whole_title, body
    return whole_title[: texts.TITLE - 1].rstrip() + "…", f"{whole_title}\n\n{body}".strip()


def text(field: str, given: str, most: int, needed: bool = False) -> str:
    found = clean_text(given, 4 * most)
    if len(found) > most:
        raise Wrong(field, f"At most {most:,} characters: this is longer.")
    if needed and not found:
        raise Wrong(field, "There is no text.")
    return found


def tags(given: list[str]) -> tuple[str, ...]:
    """As they are written here: small letters, and a blank for what a tag cannot hold."""
    names = (" ".join(_NOT_A_TAG.sub(" ", clean_text(one, 200).lower()).split()).strip(" .-")[:40] for one in given)
    return tuple(sorted({one.strip(" .-") for one in names if one.strip(" .-")}))
