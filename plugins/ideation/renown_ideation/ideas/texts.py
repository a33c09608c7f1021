"""What people write into forms, checked: each error names its field and says what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from renown.api import clean_text

TITLE = 140
BODY = 20_000
COMMENT = 10_000
TAGS, TAG = 5, 40
_TAG = re.compile(r"[\w][\w .+#-]{0,38}[\w+#]|[\w]")


class Refused(ValueError):
    """What was written cannot be taken as it is. `errors` are by field, in sentences."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(said)}" for name, said in errors.items()))
        self.errors = errors


@dataclass(frozen=True)
class Draft:
    title: str
    body: str
    tags: tuple[str, ...] = field(default=())


def draft(given: Mapping[str, str]) -> Draft:
    """Raises Refused."""
    errors: dict[str, list[str]] = {}
    title = " ".join(clean_text(given.get("title", ""), 4 * TITLE).split())
    body = clean_text(given.get("body", ""), 2 * BODY)
    if not title:
        errors["title"] = ["Write in one line what you would like."]
    elif len(title) > TITLE:
        errors["title"] = [f"At most {TITLE} characters: this is {len(title)}. The rest belongs below."]
    if len(body) > BODY:
        errors["body"] = [f"At most {BODY} characters: this is {len(body)}. Attach the rest as a file."]
    names = tags(given.get("tags", ""), errors)
    if errors:
        raise Refused(errors)
    return Draft(title, body, names)


def rough(given: Mapping[str, str]) -> Draft:
    """As far as it is written, for a draft: whatever is too long is cut, nothing is refused."""
    title = " ".join(clean_text(given.get("title", ""), TITLE).split())
    return Draft(title, clean_text(given.get("body", ""), BODY), tags(given.get("tags", ""), {})[:TAGS])


def comment(given: Mapping[str, str]) -> str:
    """Raises Refused."""
    body = clean_text(given.get("body", ""), 2 * COMMENT)
    if not body:
        raise Refused({"body": ["Write something first."]})
    if len(body) > COMMENT:
        raise Refused({"body": [f"At most {COMMENT} characters: this is {len(body)}."]})
    return body


def reason(given: Mapping[str, str], name: str = "reason", most: int = 400) -> str:
    """Why something is done, for those it is done to. Raises Refused."""
    said = clean_text(given.get(name, ""), 2 * most)
    if not said or len(said) > most:
        raise Refused({name: [f"Say why, in at most {most} characters."]})
    return said


def tags(given: str, errors: dict[str, list[str]]) -> tuple[str, ...]:
    """Comma-separated, as they are kept: lower case, each once."""
    names = tuple(
        dict.fromkeys(" ".join(clean_text(one, 80).lower().split()) for one in given.split(",") if one.strip())
    )
    wrong = [one for one in names if not _TAG.fullmatch(one)]
    names = tuple(one for one in names if one not in wrong)
    if wrong:
        errors["tags"] = [f"Letters, digits and blanks, at most 40 characters: not {', '.join(wrong)}."]
    elif len(names) > TAGS:
        errors["tags"] = [f"At most {TAGS}."]
    return names
