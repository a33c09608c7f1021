"""Slack's own markup: who is mentioned, and how much somebody wrote."""

from __future__ import annotations

import re

from renown.api import Tag, count_words

# <@U02>, <@U02|ana>, <#C01|general>, <!here>, <https://example.org|a page>
_LINK = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_EMOJI = re.compile(r":[a-z0-9_+'-]+(?:::[a-z0-9_+-]+)?:", re.IGNORECASE)
# "<@U02|ana> uploaded a file: <https://...|plan.png> and commented: Here it is", as exports had it until 2018.
_UPLOADED = re.compile(r"^<@[^>]+> (?:uploaded|shared|commented on) .*?(?:and commented: (?P<said>.*))?$", re.DOTALL)
MOST_TAGS = 100


def mentions(text: str) -> list[Tag]:
    """A tag for each account that is named, in order, each once."""
    accounts = dict.fromkeys(match[2] for match in _LINK.finditer(text) if match[1] == "@" and len(match[2]) <= 32)
    return [Tag(type="Mention", href=account) for account in list(accounts)[:MOST_TAGS]]


def count(text: str) -> int:
    """The words somebody wrote: no code, no emoji, no addresses; a link counts by its title."""
    plain = _LINK.sub(lambda match: "" if match[1] or not match[3] else match[3], _CODE.sub(" ", text))
    return count_words(_EMOJI.sub(" ", plain))


def said_with_file(text: str) -> str:
    """What somebody wrote beside a file, without the sentence that old exports put before it."""
    match = _UPLOADED.match(text)
    return (match["said"] or "") if match else text
