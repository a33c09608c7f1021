from __future__ import annotations

import base64

import pytest
from marshmallow import ValidationError

from renown.db.engine import Database
from renown.notify import mail
from renown.notify.deliveries import Refused
from renown.notify.mail import MailFailed, MailSettings
from renown.sources.secrets import Keyring
from tests.notify.smtp import MailServer

KEYS = Keyring("test")
WORD = base64.b64encode(b"\0ana\0secret")


def settings(port: int, **changes: str) -> MailSettings:
    return MailSettings("127.0.0.1", "renown@example.test", port, "none", **changes)


def test_a_test_mail_shows_what_the_server_said_without_the_password() -> None:
    with MailServer(password=WORD) as server:
        said = mail.test(settings(server.port, user="ana", password="secret"), "ana@example.test")
    assert "< 250 taken" in said
    assert "> rcpt TO:<ana@example.test>" in said
    assert "> AUTH ..." in said
    assert WORD.decode() not in said
    assert "Subject: A test from Renown" in server.mails[0]


def test_a_wrong_password_is_told_in_the_servers_words() -> None:
    with MailServer(password=WORD) as server, pytest.raises(MailFailed, match="535 wrong password") as caught:
        mail.test(settings(server.port, user="ana", password="other"), "ana@example.test")
    assert "< 535 wrong password" in caught.value.said


@pytest.mark.parametrize(("reply", "kind"), [(b"550 nobody here", Refused), (b"450 later", MailFailed)])
def test_a_refused_address_is_given_up_and_a_busy_server_is_not(reply: bytes, kind: type[Exception]) -> None:
    with MailServer(refuse=reply) as server, pytest.raises(kind, match=reply.decode()):
        mail.test(settings(server.port), "ana@example.test")


def test_a_server_that_is_not_there_is_told_as_such() -> None:
    with MailServer() as server:
        gone = server.port
    with pytest.raises(MailFailed, match="ConnectionRefusedError"):
        mail.test(settings(gone), "ana@example.test")


def test_a_title_cannot_add_headers() -> None:
    with MailServer() as server:
        mail.send(settings(server.port), "ana@example.test", {"title": "Hi\r\nBcc: all@example.test", "body": "x"})
    assert "Subject: Hi Bcc: all@example.test" in server.mails[0]


def test_the_password_is_kept_sealed_and_an_empty_one_leaves_it(db: Database) -> None:
    form = {"host": "mail.example.test", "sender": "renown@example.test", "user": "ana", "password": "secret"}
    with db.write() as conn:
        assert mail.load(conn, KEYS) is None
        mail.save(conn, KEYS, mail.read(conn, KEYS, form))
        mail.save(conn, KEYS, mail.read(conn, KEYS, {**form, "password": "", "port": 25}))
        loaded = mail.load(conn, KEYS)
        assert loaded is not None
        assert (loaded.password, loaded.port) == ("secret", 25)
        assert "password" not in mail.shown(conn)
        with pytest.raises(ValidationError) as caught:
            mail.read(conn, KEYS, {"host": "", "sender": "nobody", "port": 0})
    assert set(caught.value.messages_dict) == {"host", "sender", "port"}
