"""A mail as an idea could be made from it, or why it is none: answers, lists and machines do not bring ideas."""

from __future__ import annotations

import email.policy
import hashlib
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from html.parser import HTMLParser

from renown.api import clean_text
from renown_ideation.ideas import texts
from renown_ideation.moving import values

#: Bytes of one mail.
MOST = 25 << 20
FILES = 5
_REPLY = re.compile(r"^\s*((re|aw|fwd?|wg|sv|antw|tr)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
#: A client's own line before what it signs with.
_SIGNED = re.compile(r"^-- ?$", re.MULTILINE)
#: Headers that only lists and machines set.
_MACHINES = ("list-id", "list-unsubscribe", "x-auto-response-suppress", "x-autoreply", "x-loop", "feedback-id")


class Ignored(ValueError):
    """The text says why."""


@dataclass(frozen=True)
class Mail:
    """`key` is its Message-ID, or a digest where it has none."""

    key: str
    sender: str
    name: str
    title: str
    body: str
    files: tuple[tuple[str, bytes], ...] = ()


def read(raw: bytes) -> Mail:
    """Raises Ignored."""
    if len(raw) > MOST:
        raise Ignored(f"it is larger than {MOST >> 20} MiB")
    try:
        said = BytesParser(policy=email.policy.default).parsebytes(raw)
        _check(said)
        sender, name = _sender(said)
        title, body = values.fitting(_title(said), _text(said))
        key = _header(said, "message-id") or f"sha256:{hashlib.sha256(raw).hexdigest()}"
        return Mail(key[:256], sender, name, title, clean_text(body, texts.BODY), _files(said))
    except Ignored:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, RecursionError) as error:
        # The parser of the standard library raises many things at mails that were made to break it.
        raise Ignored(f"it cannot be read: {type(error).__name__}") from None


def _check(said: EmailMessage) -> None:
    automatic = _header(said, "auto-submitted").partition(";")[0].strip().lower()
    if automatic not in ("", "no"):
        raise Ignored("a machine sent it")
    if _header(said, "precedence").lower() in ("bulk", "junk", "list", "auto_reply"):
        raise Ignored("it was sent to many")
    if any(name in said for name in _MACHINES) or _header(said, "return-path") == "<>":
        raise Ignored("a list or a machine sent it")
    if "in-reply-to" in said or "references" in said:
        raise Ignored("it answers another mail")
    if said.get_content_type() in ("multipart/report", "message/delivery-status"):
        raise Ignored("it reports of another mail")


def _header(said: EmailMessage, name: str) -> str:
    found = said.get(name)
    return "" if found is None else clean_text(" ".join(str(found).split()), 998)


def _sender(said: EmailMessage) -> tuple[str, str]:
    found = getaddresses([str(one) for one in said.get_all("from", [])])
    if len(found) != 1:
        raise Ignored("it does not say who sent it")
    name, address = found[0]
    try:
        mail = values.email("from", address)
    except values.Wrong:
        mail = ""
    if not mail or mail.partition("@")[0] in ("mailer-daemon", "postmaster", "noreply", "no-reply"):
        raise Ignored("nobody can be asked at the address that it is from")
    return mail, values.name(name)


def _title(said: EmailMessage) -> str:
    found = " ".join(_REPLY.sub("", _header(said, "subject")).split())
    if not found:
        raise Ignored("it has no subject")
    return found


def _text(said: EmailMessage) -> str:
    """What is written, without a signature below it; HTML only where there is nothing else."""
    part = said.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    found = str(part.get_content())
    plain = _without_marks(found) if part.get_content_type() == "text/html" else found
    return _SIGNED.split(plain.replace("\r\n", "\n"))[0].strip()


def _files(said: EmailMessage) -> tuple[tuple[str, bytes], ...]:
    found: list[tuple[str, bytes]] = []
    for part in said.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content and len(found) < FILES:
            found.append((clean_text(part.get_filename() or "file", 200), content))
    return tuple(found)


class _Words(HTMLParser):
    """Text of HTML: paragraphs stay apart, what is not shown is left out."""

    _APART = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote"})
    _UNSEEN = frozenset({"script", "style", "head", "title", "template"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self._UNSEEN
        if tag in self._APART:
            self.parts.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in self._UNSEEN))
        if tag in ("p", "h1", "h2", "h3", "h4", "table"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(re.sub(r"\s+", " ", data))


def _without_marks(html: str) -> str:
    words = _Words()
    words.feed(html)
    words.close()
    lines = (line.strip() for line in "".join(words.parts).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
