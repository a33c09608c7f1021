"""What tests of ideas do over and over: bring one, look at a page, read its data."""

from __future__ import annotations

import io
import json
from typing import Any

from PIL import Image, PngImagePlugin
from sqlalchemy import select, update

from renown.notify.models import Notification
from renown_ideation.ideas import merging, voters, writing
from renown_ideation.models import Idea
from tests.ideation.company import Company, submit


def bring(company: Company, title: str, *, by: str = "eve", board: str = "product", **values: str) -> int:
    with company.writing() as ctx:
        made = writing.submit(ctx, company.viewer(by), company.boarded(ctx, board), {"title": title} | values)
        return int(made.id)


def address(company: Company, idea: int) -> str:
    with company.reading() as ctx:
        return writing.address(ctx, ctx.session.get_one(Idea, idea))


def below(idea: int, rest: str, board: str = "product") -> str:
    """The address of something that belongs to an idea."""
    return f"/ideas/{board}/{idea}/{rest}"


def vote(company: Company, idea: int, *people: str) -> None:
    for one in people:
        with company.writing() as ctx:
            voters.vote(ctx, idea, company.people[one])


def put(company: Company, idea: int, **values: Any) -> None:
    """Set columns of an idea's row, as a long life would have."""
    with company.writing() as ctx:
        ctx.session.execute(update(Idea).where(Idea.id == idea).values(**values))


def get(company: Company, idea: int) -> Idea:
    """The row as it is now; only to be read."""
    with company.reading() as ctx:
        found = ctx.session.get_one(Idea, idea)
        ctx.session.expunge(found)
        return found


def merge(company: Company, idea: int, into: int) -> None:
    with company.writing() as ctx:
        one, other = (ctx.session.get_one(Idea, number) for number in (idea, into))
        merging.merge(ctx, one, other, company.people["mo"], "They ask for the same.")


def unmerge(company: Company, idea: int) -> None:
    with company.writing() as ctx:
        merging.undo(ctx, ctx.session.get_one(Idea, idea), company.people["mo"])


def number(company: Company, idea: int) -> int:
    with company.reading() as ctx:
        return voters.number(ctx, idea)


def data(company: Company, name: str | None, path: str) -> Any:
    answer = company.browser(name).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return json.loads(answer.get_data())


def page(company: Company, name: str | None, path: str) -> str:
    answer = company.browser(name).get(path, follow_redirects=True)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def act(company: Company, name: str, path: str, **values: str) -> int:
    """A form that is sent; the status of the answer."""
    return submit(company.browser(name), path, **values).status_code


def told(company: Company, name: str) -> list[str]:
    """Titles of what somebody was told, the oldest first."""
    company.settle()
    with company.reading() as ctx:
        found = select(Notification.title).where(Notification.person_id == company.people[name])
        return list(ctx.session.scalars(found.order_by(Notification.id)))


def png(**about: str) -> bytes:
    """A small picture, with what it says beside."""
    words, out = PngImagePlugin.PngInfo(), io.BytesIO()
    for name, value in about.items():
        words.add_text(name, value)
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=words)
    return out.getvalue()
