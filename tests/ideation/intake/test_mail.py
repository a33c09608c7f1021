"""Mails bring ideas once the address that they are from says so; machines, lists and answers bring none."""

from __future__ import annotations

import contextlib
import mailbox
import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from renown import app, clock
from renown.access import customers
from renown.notify.models import Delivery
from renown_ideation.intake import mails, post
from renown_ideation.intake.commands import commands
from renown_ideation.intake.mails import Ignored
from renown_ideation.models import Attachment, Board, Idea, Intake
from tests.ideation.attacks.kit import at_once
from tests.ideation.company import Company, words
from tests.ideation.desk import png

SITE = "https://ideas.acme.example"


@pytest.fixture
def shop(company: Company) -> Company:
    """A company that knows its address, where customers may join."""
    settings = replace(company.renown.settings, url=SITE)
    company.renown.contexts.parts.settings = settings
    company.app = app.create_app(replace(company.renown, settings=settings))
    with company.db.write() as conn:
        customers.set_policy(conn, "open")
    company.board()
    return company


def mail(sender: str = "Zoe Quill <Zoe@Else.example>", body: str = "At night.", **headers: str) -> EmailMessage:
    made = EmailMessage()
    said = {"From": sender, "To": "ideas@acme.example", "Subject": "Dark mode", "Message-ID": "<1@else.example>"}
    for name, value in (said | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        made[name] = value
    made.set_content(body)
    return made


def _take(company: Company, made: EmailMessage) -> str:
    """Where the mail that asks leads."""
    with company.writing() as ctx:
        post.take(ctx, ctx.session.scalars(select(Board)).one(), made.as_bytes())
    with company.db.read() as conn:
        row = conn.execute(select(Delivery.address, Delivery.payload).order_by(Delivery.id.desc())).first()
    assert row is not None
    assert row.address == "zoe@else.example"
    found = re.search(rf"{SITE}(/ideas/mail/\S+)", row.payload["body"])
    assert found is not None
    return found[1]


def _kept(company: Company) -> list[Path]:
    folder = company.renown.settings.data / "files" / "ideation" / "intake"
    return [one for one in folder.rglob("*") if one.is_file()]


def test_a_confirmed_mail_is_a_draft_of_the_customer_who_comes_in_by_it(shop: Company) -> None:
    made = mail(body="At night.\n\n-- \nZoe")
    made.add_attachment(png(), maintype="image", subtype="png", filename="../look.png")
    made.add_attachment(b"MZ\0\0", maintype="application", subtype="octet-stream", filename="run.exe")
    link = _take(shop, made)
    [sealed] = _kept(shop)
    assert b"At night" not in sealed.read_bytes()
    browser = shop.browser(None)
    page = browser.get(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Dark mode At night. With 2 files" in words(page)
    with shop.reading() as ctx:
        assert ctx.session.scalar(select(Idea.id)) is None
        assert ctx.people.find("zoe@else.example") is None

    answer = browser.post(link, data={"answer": "yes"})
    assert answer.status_code == 303
    draft = browser.get(answer.headers["Location"])
    assert "Dark mode" in draft.get_data(as_text=True)
    assert "Left out. run.exe" in draft.get_data(as_text=True)
    with shop.reading() as ctx:
        zoe = ctx.people.find("zoe@else.example")
        idea = ctx.session.scalars(select(Idea)).one()
        assert zoe is not None
        assert (idea.state, idea.author_id, idea.body) == ("draft", zoe.id, "At night.")
        assert [one.name for one in ctx.session.scalars(select(Attachment))] == ["look.png"]
    assert _kept(shop) == []
    assert browser.post(link, data={"answer": "yes"}).status_code == 410
    with shop.writing() as ctx, pytest.raises(Ignored, match="before"):
        post.take(ctx, ctx.session.scalars(select(Board)).one(), made.as_bytes())


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_who_works_here_signs_in_as_always_and_a_refused_or_old_mail_is_gone(shop: Company) -> None:
    with shop.writing() as ctx:
        board = ctx.session.scalars(select(Board)).one()
        for name in ("eve", "emil", "mo"):
            post.take(ctx, board, mail(f"{name}@example.com", Message_ID=f"<{name}@x>").as_bytes())
    with shop.db.read() as conn:
        links = {
            row.address: row.payload["body"].split(SITE)[1].split()[0]
            for row in conn.execute(select(Delivery.address, Delivery.payload))
        }
    browser = shop.browser(None)
    answer = browser.post(links["eve@example.com"], data={"answer": "yes"})
    assert answer.headers["Location"].startswith("/login?next=/ideas/product/new?draft=")
    assert "Sign in" in words(browser.get("/me/privacy", follow_redirects=True))
    assert "forgotten" in words(browser.post(links["emil@example.com"], data={"answer": "no"}))
    shop.later(8)
    shop.settle()
    assert browser.get(links["mo@example.com"]).status_code == 410
    assert _kept(shop) == []
    with shop.reading() as ctx:
        found = ctx.session.scalars(select(Intake).order_by(Intake.id)).all()
        assert [(one.state, one.sender is None) for one in found] == [
            ("agreed", False),
            ("refused", True),
            ("refused", True),
        ]
        assert ctx.session.scalars(select(Idea.author_id)).all() == [shop.people["eve"]]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_nobody_is_flooded_by_mails_in_their_name_and_strangers_where_none_may_join(shop: Company) -> None:
    with shop.writing() as ctx:
        board = ctx.session.scalars(select(Board)).one()
        for number in range(3):
            post.take(ctx, board, mail(Message_ID=f"<{number}@x>").as_bytes())
        with pytest.raises(Ignored, match="too many"):
            post.take(ctx, board, mail(Message_ID="<4@x>").as_bytes())
    with shop.db.write() as conn:
        customers.set_policy(conn, "no")
    with shop.writing() as ctx, pytest.raises(Ignored, match="nobody known"):
        post.take(ctx, ctx.session.scalars(select(Board)).one(), mail("new@x.example", Message_ID="<5@x>").as_bytes())


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto-Submitted", "auto-generated"), ("Auto-Submitted", "auto-replied; x=y"), ("Precedence", "bulk"),
        ("List-Id", "<a.b>"), ("Return-Path", "<>"), ("In-Reply-To", "<0@x>"), ("References", "<0@x>"),
        ("X-Auto-Response-Suppress", "All"), ("Subject", "  "), ("From", "a@x.example, b@x.example"),
        ("From", "MAILER-DAEMON@x.example"), ("From", "nobody"),
    ],
)  # fmt: skip
def test_answers_lists_and_machines_bring_no_ideas(header: str, value: str) -> None:
    made = mail()
    del made[header]
    made[header] = value
    with pytest.raises(Ignored):
        mails.read(made.as_bytes())


def test_html_alone_is_read_as_text() -> None:
    made = mail(body="", Subject="Fwd: Re: Dark  mode")
    made.set_content(
        "<head><title>x</title></head><p>One &amp; <b>two</b></p><script>evil()</script><ul><li>a</li><li>b</li></ul>",
        subtype="html",
    )
    found = mails.read(made.as_bytes())
    assert (found.title, found.body) == ("Dark mode", "One & two\n\n- a\n- b")
    made = mail(Auto_Submitted="no")
    made.add_alternative("<p>Not this</p>", subtype="html")
    assert mails.read(made.as_bytes()).body == "At night."


@given(st.binary(max_size=300), st.integers(0, 200))
def test_a_mail_that_was_made_to_break_it_is_read_or_left_alone(junk: bytes, at: int) -> None:
    raw = mail().as_bytes()
    with contextlib.suppress(Ignored):
        mails.read(raw[:at] + junk + raw[at:])


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Path]:
    made = mailbox.mbox(tmp_path / "ideas.mbox")
    for number in range(2):
        made.add(mail(f"z{number}@else.example", Message_ID=f"<{number}@x>"))
    made.add(mail(Precedence="list"))
    made.close()
    return tmp_path / "ideas.mbox"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_command_takes_a_file_or_one_mail_of_a_mail_server(shop: Company, box: Path) -> None:
    [group] = commands(shop.renown.contexts.of("ideation"))
    run = CliRunner().invoke(group, ["mail", str(box), "--board", "product"])
    assert (run.exit_code, run.output) == (
        0,
        "     2  asked whether it was them\n     1  left alone: it was sent to many\n",
    )
    run = CliRunner().invoke(group, ["mail", str(box), "--board", "product"])
    assert "     2  left alone: it came before" in run.output
    run = CliRunner().invoke(group, ["mail", "-", "--board", "product"], input=mail(Message_ID="<9@x>").as_bytes())
    assert (run.exit_code, run.output) == (0, "     1  asked whether it was them\n")
    assert CliRunner().invoke(group, ["mail", str(box), "--board", "none"]).exit_code == 1


def test_two_clicks_at_once_make_one_draft(shop: Company) -> None:
    link = _take(shop, mail())
    browsers = [shop.browser(None) for _ in range(2)]
    calls = [partial(one.post, link, data={"answer": "yes"}) for one in browsers]
    assert sorted(one.status_code for one in at_once(calls)) == [303, 410]
    with shop.reading() as ctx:
        assert len(ctx.session.scalars(select(Idea.id)).all()) == 1


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_link_that_lay_about_confirms_but_signs_nobody_in(shop: Company) -> None:
    link = _take(shop, mail())
    shop.now += 31 * 60 * clock.SECOND
    browser = shop.browser(None)
    answer = browser.post(link, data={"answer": "yes"})
    assert answer.headers["Location"].startswith("/login?next=/ideas/product/new?draft=")
    assert "Sign in" in words(browser.get("/me/privacy", follow_redirects=True))
    with shop.reading() as ctx:
        assert ctx.session.scalars(select(Idea.state)).all() == ["draft"]
