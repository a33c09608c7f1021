"""Words of a text as they are looked for: alike on both databases, whatever accents, case and ending they have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, pairwise

#: Letters of one word. Longer ones are no words.
_LONGEST = 40
_WORD = re.compile(r"[^\W_]+")
#: Scripts that write no blanks between words: there, each two letters that stand together are one.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_ENDINGS = (("ies", "y", 5), ("ing", "", 7), ("ed", "", 6), ("s", "", 4))


def of(text: str) -> list[str]:
    """Each once, in the order in which they come."""
    return list(dict.fromkeys(_all(text)))


def set_of(text: str) -> frozenset[str]:
    return frozenset(_all(text))


def may_have(text: str, several: Iterable[str]) -> bool:
    """False only where `set_of` has none of these, told at a glance: a stem begins its word, but for a y at its end."""
    plain = _plain(text)
    return any((one[:-1] if one[-1] == "y" else one) in plain for one in several)


def _all(text: str) -> Iterator[str]:
    return chain.from_iterable(map(_parts, _WORD.findall(_plain(text))))


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(one for one in parts if not unicodedata.category(one).startswith("M")))


@lru_cache(maxsize=16_384)
def _parts(word: str) -> tuple[str, ...]:
    if word.isascii() or not _UNSPACED.search(word):
        return (_stem(word),) if len(word) <= _LONGEST else ()
    found: list[str] = []
    at = 0
    for run in _UNSPACED.finditer(word):
        found += [word[at : run.start()]] if run.start() > at else []
        found += ["".join(two) for two in pairwise(run[0])] or [run[0]]
        at = run.end()
    found += [word[at:]] if at < len(word) else []
    return tuple(one for one in found if len(one) <= _LONGEST)


def _stem(word: str) -> str:
    """Without the commonest endings of English: exports, exported, exporting. Other languages lose little by it."""
    for ending, instead, least in _ENDINGS:
        if len(word) >= least and word.endswith(ending) and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word
