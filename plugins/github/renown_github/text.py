"""Markdown: how much somebody wrote, and whom they named."""

from __future__ import annotations

import re
from collections.abc import Mapping

from renown.api import Tag, count_words

_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ADDRESS = re.compile(r"https?://\S+")
_EMOJI = re.compile(r":[a-z0-9_+-]+:")
_NAMED = re.compile(r"(?<![\w/`@.-])@([a-zA-Z0-9](?:[a-zA-Z0-9-]{0,38}))(?![\w/])")
MOST_TAGS = 100


def _plain(text: str) -> str:
    for taken in (_COMMENT, _CODE, _QUOTE):
        text = taken.sub(" ", text)
    return text


def count(text: str) -> int:
    """The words somebody wrote: no code, no quotes of others, no addresses, no emoji, no comments of templates."""
    return count_words(_EMOJI.sub(" ", _ADDRESS.sub(" ", _plain(text))))


def mentions(text: str, accounts: Mapping[str, str]) -> list[Tag]:
    """A tag for each named account whose number the payload tells; `accounts` has it by login in lower case."""
    logins = dict.fromkeys(match[1].casefold() for match in _NAMED.finditer(_plain(text)))
    return [Tag(type="Mention", href=accounts[login]) for login in logins if login in accounts][:MOST_TAGS]
