"""Mail by SMTP, with settings that administrators change, and a test that shows what the server says."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any, Literal

from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import Connection

from renown.db import stored
from renown.notify.deliveries import Refused
from renown.sources.secrets import Keyring

TIMEOUT = 20
_OWNER, _NAME = "core", "mail"


class MailSchema(Schema):
    """The form of mail settings."""

    host = fields.String(required=True, validate=validate.Length(1, 255), metadata={"label": "Server"})
    port = fields.Integer(load_default=587, validate=validate.Range(1, 65535), metadata={"label": "Port"})
    security = fields.String(
        load_default="starttls",
        validate=validate.OneOf(("starttls", "tls", "none")),
        metadata={"label": "Encryption", "description": "STARTTLS on port 587, TLS on port 465."},
    )
    user = fields.String(load_default="", validate=validate.Length(max=255), metadata={"label": "User"})
    password = fields.String(load_default="", metadata={"label": "Password", "secret": True})
    sender = fields.Email(required=True, metadata={"label": "Sender", "description": "What mails come from."})


@dataclass(frozen=True)
class MailSettings:
    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""


class MailFailed(Exception):
    """The server could not be reached or did not take the mail. `said` is the talk with it, without the password."""

    def __init__(self, text: str, said: str) -> None:
        super().__init__(text)
        self.said = said


def load(conn: Connection, keyring: Keyring) -> MailSettings | None:
    """None where mail was never set up."""
    kept = stored.get(conn, _OWNER, _NAME)
    if not kept:
        return None
    return MailSettings(**{**kept, "password": keyring.open(kept["password"].encode()).decode()})


def read(conn: Connection, keyring: Keyring, data: Mapping[str, Any]) -> MailSettings:
    """What a form says, as it stands; an empty password is the one that is stored. Raises ValidationError."""
    loaded = MailSchema().load(dict(data))
    if any(ord(one) < 32 for one in loaded["host"]):
        raise ValidationError({"host": ["Not a valid server name."]})
    before = load(conn, keyring)
    if not loaded["password"] and before is not None:
        loaded["password"] = before.password
    return MailSettings(**loaded)


def save(conn: Connection, keyring: Keyring, settings: MailSettings) -> None:
    sealed = keyring.seal(settings.password.encode()).decode()
    stored.put(conn, _OWNER, _NAME, {**vars(settings), "password": sealed})


def shown(conn: Connection) -> dict[str, Any]:
    """What is stored, for the form, without the password."""
    return {name: value for name, value in (stored.get(conn, _OWNER, _NAME) or {}).items() if name != "password"}


def send(settings: MailSettings, address: str, payload: Mapping[str, Any]) -> str:
    """Send one message and give the talk with the server.

    Raises MailFailed, and Refused where trying again is of no use.
    """
    said: list[str] = []
    try:
        with _open(settings, said) as server:
            server.send_message(_compose(settings, address, payload))
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        text = f"{code} {_words(reply)}"
        if code >= 500:
            raise Refused(text) from error
        raise MailFailed(text, "\n".join(said)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailed(_reason(error), "\n".join(said)) from error
    return "\n".join(said)


def test(settings: MailSettings, address: str) -> str:
    """Send a mail that says that mail works. Raises as `send` does."""
    body = "Mail from Renown arrives. Nothing needs to be done."
    return send(settings, address, {"title": "A test from Renown", "body": body})


class _Plain(smtplib.SMTP):
    """Writes down what is said, but for what follows AUTH."""

    def __init__(self, said: list[str], host: str, port: int) -> None:
        self._said = said
        self._secret = False
        super().__init__(host, port, timeout=TIMEOUT)

    def putcmd(self, cmd: str, args: str = "") -> None:
        self._secret = self._secret or cmd.upper().startswith("AUTH")
        self._said.append("> AUTH ..." if self._secret else f"> {cmd} {args}".rstrip())
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        code, reply = super().getreply()
        # 334 asks for more of the same; everything else ends it.
        self._secret = self._secret and code == 334
        self._said.append(f"< {code} {_words(reply)}")
        return code, reply


class _Tls(_Plain, smtplib.SMTP_SSL):
    """The same from the first byte under TLS."""

    context = ssl.create_default_context()
    certfile = keyfile = None
    default_port = smtplib.SMTP_SSL_PORT


def _open(settings: MailSettings, said: list[str]) -> smtplib.SMTP:
    server = (_Tls if settings.security == "tls" else _Plain)(said, settings.host, settings.port)
    try:
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.user:
            server.login(settings.user, settings.password)
    except BaseException:
        server.close()
        raise
    return server


def _compose(settings: MailSettings, address: str, payload: Mapping[str, Any]) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = settings.sender, parseaddr(address)[1]
    mail["Subject"] = " ".join(str(payload["title"]).split())
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=settings.sender.partition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    lines = [str(payload.get("body") or "")]
    if payload.get("url"):
        lines.append(str(payload["url"]))
    if payload.get("unsubscribe"):
        mail["List-Unsubscribe"] = f"<{payload['unsubscribe']}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        lines.append(f"-- \nNo more of these: {payload['unsubscribe']}")
    mail.set_content("\n\n".join(filter(None, lines)))
    return mail


def _words(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_words(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"
