"""A site on which care is on: two who work here, a customer who asks, and a clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from renown.api import CloudEvent, Quality
from renown.testing import Kit
from renown_care.models import Case


@dataclass
class Desk:
    """Ana and Bea work here, Carl is a customer. `clock` stands on a Monday at noon (UTC) until it is moved."""

    kit: Kit
    clock: Any
    ana: int
    bea: int
    carl: int
    browsers: dict[int | None, FlaskClient] = field(default_factory=dict)

    def ask(self, who: int | None = None, **more: Any) -> str:
        return self.kit.act(self.carl if who is None else who, "ask", **{"kind": "question", **more})

    def answer(self, question: str, who: int | None = None, **more: Any) -> str:
        person = self.ana if who is None else who
        return self.kit.act(person, "answer", **{"kind": "answer", "to": question, **more})

    def accept(self, answer: str, who: int | None = None, **more: Any) -> None:
        self.kit.act(self.carl if who is None else who, "accept", on=answer, **{"kind": "answer", **more})

    def turn(self, verb: str, question: str, who: int) -> None:
        self.kit.act(who, verb, on=question, owner=self.carl, kind="question", activity="Update")

    def told(self, *changed: tuple[CloudEvent, str], private: bool = False) -> None:
        """Events of `kit.event`, as a network tells them of a private place, say."""
        for made, _ in changed:
            made.data.quality = Quality(private=private)
        self.kit.append(*(made for made, _ in changed))

    def cases(self) -> list[Case]:
        """All of them, as they stand, in the order in which they were asked."""
        self.kit.settle()
        with self.kit.context("care") as ctx:
            found = list(ctx.session.scalars(select(Case).order_by(Case.asked_at, Case.id)))
            ctx.session.expunge_all()
            return found

    def case(self) -> Case:
        [found] = self.cases()
        return found

    def browser(self, viewer: int | None = None) -> FlaskClient:
        """One for each who looks, for as long as the test runs; nobody's without."""
        if viewer not in self.browsers:
            self.browsers[viewer] = self.kit.client(viewer)
        return self.browsers[viewer]

    def page(self, path: str, viewer: int | None, status: int = 200) -> str:
        answer = self.browser(viewer).get(path)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def post(self, path: str, viewer: int | None, start: str = "/care", **form: str) -> int:
        """As the button on the page `start` does it. Returns the status."""
        browser = self.browser(viewer)
        token = browser.get(start).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
        return browser.post(path, data={"csrf_token": token, **form}).status_code

    def unread(self, person: int) -> int:
        """How many notices wait for somebody."""
        return self.page("/notifications", person).count('class="unread"')

    def set(self, **changed: str) -> None:
        """Settings, as an administrator's form sends them: "yes" and "" for what is ticked or not."""
        ada = self.kit.person("Ada", "administrator")
        form = {
            "opens": "9", "closes": "17", "issues": "yes", "signs": "white_check_mark", "remind_after": "8",
            "in_public": "", "survey": "yes", "rest": "14",
        }  # fmt: skip
        path = "/admin/plugins/care"
        assert self.post(f"{path}/settings", ada, path, **(form | changed)) == 302


@pytest.fixture
def desk(renown_clock: Any, renown_kit: Kit) -> Desk:
    renown_kit.only("care")
    ana, bea = renown_kit.person("Ana", "member"), renown_kit.person("Bea", "member")
    return Desk(renown_kit, renown_clock, ana, bea, renown_kit.customer("Carl"))
