"""E-mail addresses as they are kept: one spelling for each, so that one address is one person."""

from __future__ import annotations

import unicodedata

from renown.people.merge import Refused

#: RFC 5321: of the whole, and of what stands before the @.
_LONGEST, _LONGEST_LOCAL = 254, 64
_NEVER = frozenset(' ,;:<>()[]"\\')


def cleaned(text: str) -> str:
    """Small letters, nothing around. Raises Refused where it is no address."""
    mail = unicodedata.normalize("NFKC", text[: 4 * _LONGEST]).strip().lower()
    local, _, domain = mail.rpartition("@")
    names = domain.split(".")
    fits = 0 < len(local) <= _LONGEST_LOCAL and len(mail) <= _LONGEST and len(names) > 1 and all(names)
    if not fits or not mail.isprintable() or not _NEVER.isdisjoint(mail) or "@" in local:
        raise Refused("write an e-mail address, like ana@example.com")
    return mail


def mailbox(mail: str) -> str:
    """The address without what follows a plus: mail to ana+news@example.com arrives where ana@example.com's does."""
    local, _, domain = mail.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"
