"""Comments and files: who reads them, who changes them, and what becomes of what is no picture."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from renown import clock
from renown_ideation.ideas import files
from renown_ideation.models import Attachment, Comment, Idea, Moderation
from renown_ideation.moderation import spam
from tests.ideation.company import Company, begun, proof, submit
from tests.ideation.desk import act, address, below, bring, data, get, page, png, put, told, vote

PNG = png()


def _say(company: Company, name: str, idea: int, body: str, **values: str) -> int:
    assert act(company, name, below(idea, "comments"), body=body, **values) == 302
    with company.reading() as ctx:
        return int(ctx.session.scalar(select(Comment.id).order_by(Comment.id.desc()).limit(1)) or 0)


def _attach(client: FlaskClient, path: str, content: bytes, name: str, **values: str) -> TestResponse:
    form = {"csrf_token": proof(client), "file": FileStorage(io.BytesIO(content), name), **values}
    # Made here: what the client makes itself of much is a file that it leaves open.
    boundary, body = encode_multipart(form)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_staff_talk_among_themselves_and_nobody_else_reads_it(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    put(company, idea, owner_id=company.people["emil"])
    _say(company, "carl", idea, "I want it too")
    _say(company, "mo", idea, "Costs a week", staff="yes")
    assert act(company, "carl", below(idea, "comments"), body="Between us", staff="yes") == 422
    for name in ("mo", "emil", "ada"):
        seen = page(company, name, address(company, idea))
        assert "Costs a week" in seen
        assert "Staff only" in seen
    for other in ("cleo", "carl", "eve", None):
        assert "Costs a week" not in page(company, other, address(company, idea))
    for name in ("mo", "cleo", None):
        for kind in (".json", ".atom"):
            said = company.browser(name).get(f"/ideas/product/{idea}{kind}").get_data(as_text=True)
            assert "I want it too" in said
            assert "Costs a week" not in said
    assert get(company, idea).comments == 1
    assert "A comment on: Dark mode" in told(company, "cleo")


def test_a_comment_is_changed_for_a_quarter_of_an_hour_and_deleted_any_time(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    one = _say(company, "carl", idea, "Yes")
    where = below(idea, f"comments/{one}")
    assert act(company, "cleo", f"{where}/edit", body="No") == 404
    assert act(company, "carl", f"{where}/edit", body="Yes, please") == 302
    seen = page(company, None, address(company, idea))
    assert "Yes, please" in seen
    assert ", edited" in seen
    company.now += 16 * 60 * clock.SECOND
    late = submit(company.browser("carl"), f"{where}/edit", body="Or no, in many words")
    assert late.status_code == 422
    assert "Or no, in many words" in late.get_data(as_text=True)
    assert act(company, "mo", f"{where}/delete") == 404
    assert act(company, "carl", f"{where}/delete") == 302
    assert "Yes, please" not in page(company, "ada", address(company, idea))
    assert get(company, idea).comments == 0


def test_a_comment_that_is_held_back_says_so_to_its_author(company: Company) -> None:
    company.board(held="new")
    idea = bring(company, "Dark mode", by="eve")
    _say(company, "carl", idea, "Buy my watches")
    assert "Buy my watches" not in page(company, "cleo", address(company, idea))
    assert "Buy my watches" not in company.browser("cleo").get(f"/ideas/product/{idea}.atom").get_data(as_text=True)
    mine = page(company, "carl", address(company, idea))
    assert "Not shown yet: a moderator looks at it first, by " in mine
    assert "What somebody new writes is looked at first" in mine
    assert "Buy my watches" in page(company, "mo", address(company, idea))
    assert get(company, idea).comments == 0
    assert not any("A comment on" in one for one in told(company, "eve"))
    with company.reading() as ctx:
        held = ctx.session.scalars(select(Moderation)).one()
        assert held.comment_id is not None
        assert held.due_at > company.now
    mine = page(company, "carl", "/my/ideas")
    assert "Looked at by moderators" in mine
    assert "You know by " in mine


def test_no_more_comments_than_a_day_bears(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode")
    with company.writing() as ctx:
        ctx.session.add_all(
            Comment(idea_id=idea, by_id=company.people["carl"], body="x", standing="shown", at=company.now)
            for _ in range(60)
        )
    answer = submit(company.browser("carl"), below(idea, "comments"), body="One more")
    assert answer.status_code == 422
    assert "One more" in answer.get_data(as_text=True)
    company.later(1)
    assert act(company, "carl", below(idea, "comments"), body="One more") == 302


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PNG, "page.html", "image/png"),
        (b"\xff\xd8\xff\xe0rest", "a.jpg", "image/jpeg"),
        (b"GIF89a...", "a.gif", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a.webp", "image/webp"),
        (b"%PDF-1.7 ...", "a.exe", "application/pdf"),
        (b"a,b\n1,2\n", "table.csv", "text/csv"),
        (b"<script>alert(1)</script>", "evil.html", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "evil.svg", "text/plain"),
        (b"MZ\x90\0\x03", "evil.png", None),
        (b"PK\x03\x04\x14\0", "evil.png", None),
        (b"", "empty.txt", None),
        ("Grüße".encode("latin-1"), "old.txt", None),
    ],
)
def test_what_a_file_is_is_told_by_its_bytes(content: bytes, name: str, kind: str | None) -> None:
    assert files.kind_of(content, name) == kind


def test_files_are_served_so_that_nothing_in_them_runs(company: Company) -> None:
    company.board("staff", audience="employees")
    idea = bring(company, "Dark mode", by="eve", board="staff")
    where = below(idea, "files", "staff")
    assert _attach(company.browser("emil"), where, PNG, "shot.png").status_code == 404, "not one of its authors"
    assert _attach(company.browser("eve"), where, png(author="Telltale"), "..\\..\\etc/shot.png").status_code == 302
    assert _attach(company.browser("eve"), where, b"<script>alert(1)</script>", "evil.html").status_code == 302
    assert _attach(company.browser("eve"), where, b"MZ\x90\0", "evil.png").status_code == 302
    with company.reading() as ctx:
        picture, script = ctx.session.scalars(select(Attachment).order_by(Attachment.id)).all()
        ctx.session.expunge_all()
        assert (picture.name, script.name) == ("shot.png", "evil.html.txt")
        stored = ctx.files.path(picture.key)
    assert stored.name != picture.name

    shown = company.browser("emil").get(f"{where}/{picture.id}/{picture.name}")
    assert (shown.data[:8], shown.content_type) == (PNG[:8], "image/png")
    assert b"Telltale" not in shown.data, "what the picture says beside what it shows"
    assert shown.headers["Content-Disposition"].startswith("inline; ")
    hidden = company.browser("emil").get(f"{where}/{script.id}/{script.name}")
    assert hidden.content_type == "text/plain; charset=utf-8"
    assert hidden.headers["Content-Disposition"].startswith("attachment; ")
    for one in (shown, hidden):
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in one.headers["Content-Security-Policy"]
    for outside in ("cleo", None):
        assert company.browser(outside).get(f"{where}/{picture.id}/{picture.name}").status_code in (302, 404)
    other = bring(company, "Another", by="eve", board="staff")
    assert company.browser("eve").get(below(other, f"files/{picture.id}/shot.png", "staff")).status_code == 404

    assert act(company, "emil", f"{where}/{picture.id}/remove") == 404
    assert act(company, "eve", f"{where}/{picture.id}/remove") == 302
    assert company.browser("eve").get(f"{where}/{picture.id}/shot.png").status_code == 404
    assert not stored.exists()


def test_a_file_beside_a_comment_is_read_by_whoever_reads_the_comment(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    sent = _attach(company.browser("mo"), below(idea, "comments"), PNG, "cost.png", body="See", staff="yes")
    assert sent.status_code == 302
    refused = _attach(company.browser("carl"), below(idea, "comments"), b"MZ\0", "x.png", body="My long comment")
    assert refused.status_code == 422
    assert "My long comment" in refused.get_data(as_text=True)
    with company.reading() as ctx:
        file = ctx.session.scalars(select(Attachment.id)).one()
        assert len(ctx.session.scalars(select(Comment.id)).all()) == 1
    where = below(idea, f"files/{file}/cost.png")
    assert company.browser("mo").get(where).status_code == 200
    for name in ("cleo", "carl", None):
        assert company.browser(name).get(where).status_code == 404


def test_huge_uploads_are_refused_before_they_are_read(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    client = company.browser("cleo")
    sent = {"CONTENT_LENGTH": str(10**9), "CONTENT_TYPE": "multipart/form-data; boundary=x", "wsgi.input": _Unread()}
    assert client.post(below(idea, "files"), environ_overrides=sent).status_code == 413
    most, opened = 5 * files.MEBI, {"begun": begun(client)}
    assert _attach(client, below(idea, "files"), PNG + b"\0" * most, "big.png", **opened).status_code == 302
    fits = PNG + b"\0" * (most - len(PNG))
    assert _attach(client, below(idea, "files"), fits, "fits.png", **opened).status_code == 302
    with company.reading() as ctx:
        assert ctx.session.scalars(select(Attachment.name)).all() == ["fits.png"]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("form", ["files", "comments"])
def test_while_a_picture_is_looked_at_others_write(
    company: Company, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large one takes seconds."""
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    opened: list[int] = []

    def slowly(*given: Any, **values: Any) -> Image.Image:
        with company.db.write() as conn:
            opened.append(conn.execute(update(Idea).values(title="Darker mode")).rowcount)
        return really(*given, **values)

    really, client = Image.open, company.browser("cleo")
    monkeypatch.setattr(Image, "open", slowly)
    sent = _attach(client, below(idea, form), PNG, "shot.png", body="See", begun=begun(client))
    assert (sent.status_code, opened) == (302, [1])
    assert "shot.png" in page(company, None, address(company, idea))


def test_an_idea_has_at_most_so_many_files_and_a_comment_is_not_said_without_its_file(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="eve")
    client = company.browser("eve")
    for number in range(files.MOST):
        assert _attach(client, below(idea, "files"), b"Text", f"{number}.txt").status_code == 302
    refused = _attach(client, below(idea, "comments"), PNG, "more.png", body="See")
    assert (refused.status_code, "At most 20 files" in refused.get_data(as_text=True)) == (422, True)
    assert _attach(client, below(idea, "files"), PNG, "more.png").status_code == 302
    with company.reading() as ctx:
        assert len(ctx.session.scalars(select(Attachment.id)).all()) == files.MOST
        assert ctx.session.scalar(select(Comment.id)) is None


class _Unread(io.RawIOBase):
    """Fails whoever reads it."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        raise AssertionError("it was read")


def test_one_click_and_they_hear_no_more_of_it(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    vote(company, idea, "carl")
    assert "Hear no more of it" in page(company, "carl", address(company, idea))
    assert act(company, "carl", below(idea, "follow"), follow="off") == 302
    assert "Follow it" in page(company, "carl", address(company, idea))
    with company.reading() as ctx:
        token = ctx.sign.make("stop", [idea, company.people["cleo"]])
    client = company.browser(None)
    assert client.get(f"/ideas/stop/{token}").status_code == 200
    assert client.post(f"/ideas/stop/{token}").status_code == 200
    assert client.post(f"/ideas/stop/{token[:-1]}").status_code == 404
    assert act(company, "mo", below(idea, "step"), state="acknowledged", answer="Read.") == 302
    assert not any(one.startswith("Acknowledged") for one in (*told(company, "carl"), *told(company, "cleo")))
    assert data(company, None, f"/ideas/product/{idea}.json")["voters"] == 1, "the vote counts on"


def test_files_come_by_a_form_that_a_person_opened(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    client, where = company.browser("cleo"), below(idea, "files")
    with company.reading() as ctx:
        at_once = spam.begin(ctx)
    for begun_ in ("", at_once):
        assert _attach(client, where, PNG, "quick.png", begun=begun_).status_code == 302
    assert _attach(client, where, PNG, "slow.png", begun=begun(client)).status_code == 302
    seen = page(company, None, address(company, idea))
    assert ("quick.png" in seen, "slow.png" in seen) == (False, True)
    assert f'action="{where}" enctype="multipart/form-data"' in page(company, "cleo", address(company, idea))
    form = page(company, "cleo", address(company, idea)).split(f'action="{where}"')[1].split("</form>")[0]
    assert 'name="begun"' in form
