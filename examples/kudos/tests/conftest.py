"""A site on which kudos is on, and how its people thank each other. `office` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from renown.api import Viewer
from renown.testing import Kit

from renown_kudos import allowance, giving, reading

WHY = "for staying on the call until it worked"


@dataclass
class Office:
    """`kit` with Ana, Bea and Cem, who work here and may sign in. The clock stands still."""

    kit: Kit
    clock: Any
    ana: int
    bea: int
    cem: int
    _browsers: dict[int | None, FlaskClient] = field(default_factory=dict)

    def give(self, giver: int, to: int | str, reason: str = WHY, *, private: bool = False, once: str = "") -> str:
        """Returns its key."""
        handle = to if isinstance(to, str) else self.kit.handle(to)
        with self.kit.context("kudos") as ctx:
            made, _ = giving.give(ctx, Viewer(giver, "member"), handle, reason, private=private, once=once)
            return made.key

    def take_back(self, giver: int, key: str) -> bool:
        with self.kit.context("kudos") as ctx:
            return giving.take_back(ctx, Viewer(giver, "member"), key)

    def take_down(self, viewer: int, key: str, role: str = "member") -> bool:
        with self.kit.context("kudos") as ctx:
            return giving.take_down(ctx, Viewer(viewer, role), key)

    def left(self, person: int) -> int:
        with self.kit.context("kudos") as ctx:
            return allowance.of(ctx, person).left

    def seen(self, viewer: int, show: str = "everyone") -> list[str]:
        """The reasons that somebody reads, the newest first."""
        with self.kit.context("kudos") as ctx:
            return [one.reason for one in reading.page(ctx, Viewer(viewer, "member"), show).lines]

    def amount(self, person: int, measure: str = "kudos.received") -> float:
        self.kit.settle()
        return self.kit.amount(person, measure)

    def browser(self, person: int | None = None) -> FlaskClient:
        """Signed in as somebody; always the same, for a site is not made in no time."""
        if person not in self._browsers:
            self._browsers[person] = self.kit.client(person)
        return self._browsers[person]

    def page(self, viewer: int, path: str = "/kudos") -> str:
        answer = self.browser(viewer).get(path)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def administer(self, path: str, form: Mapping[str, object]) -> None:
        """Post a form of the administrator's pages."""
        boss = self.kit.client(self.kit.person("Boss", "administrator"))
        assert post(boss, "/admin/plugins/kudos", path, form).status_code == 302


def post(browser: FlaskClient, page: str, path: str, form: Mapping[str, object]) -> Any:
    """The form that stands on a page, sent to `path`."""
    text = browser.get(page).get_data(as_text=True)
    token = text.split('name="csrf_token" value="')[1].split('"')[0]
    return browser.post(path, data={"csrf_token": token, **form})


@pytest.fixture
def office(renown_kit: Kit, renown_clock: Any) -> Office:
    renown_kit.enable("kudos")
    return Office(renown_kit, renown_clock, *(renown_kit.person(name, "member") for name in ("Ana", "Bea", "Cem")))
