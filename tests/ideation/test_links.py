"""Links: an issue of a connected source is followed by its events; once all are closed, its owner is reminded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from renown.api import CloudEvent
from renown.events import log
from renown.sources import registry
from renown.sources.secrets import Keyring
from renown_github.connector import GitHub
from renown_github.pages import object_at
from renown_ideation.models import Link
from tests.ideation.company import Company
from tests.ideation.desk import act, below, bring, data, get, page, put, told
from tests.networks import kit
from tests.networks.payloads import BEN, REPO, issue, pull

PAGES = "https://git.example/acme/rockets"


@dataclass
class Repository:
    """Deliveries of one repository, as its webhook sends them."""

    office: Company
    repo: dict[str, Any]

    def says(self, event: str, action: str, number: int, **more: Any) -> None:
        name = "issue" if event == "issues" else "pull_request"
        thing = (issue if event == "issues" else pull)(number=number, **more)
        body = {"action": action, "sender": BEN, "repository": self.repo, name: thing}
        with self.office.db.write() as conn:
            source = registry.info(registry.by_name(conn, "github:acme"))  # type: ignore[arg-type]
            found = list(GitHub().normalise(kit.github(event, body), source))
            log.append(conn, [(source, [one for one in found if isinstance(one, CloudEvent)])])
        self.office.settle()


@pytest.fixture(scope="module")
def office(shared: Company) -> Company:
    with shared.db.write() as conn:
        registry.add(conn, Keyring("only for tests"), "github", "github:acme", connector=GitHub())
    return shared


@pytest.fixture(scope="module")
def repository(office: Company) -> Repository:
    return Repository(office, REPO)


def linked(office: Company, title: str, *addresses: str) -> int:
    idea = bring(office, title, by="cleo")
    put(office, idea, owner_id=office.people["emil"])
    for url in addresses:
        assert act(office, "emil", below(idea, "links"), url=url, kind="issue") == 302
    return idea


def states(office: Company, idea: int) -> list[tuple[str | None, str]]:
    with office.reading() as ctx:
        found = ctx.session.scalars(select(Link).where(Link.idea_id == idea).order_by(Link.id))
        return [(one.object, one.state) for one in found]


def reminders(office: Company, title: str) -> int:
    return told(office, "emil").count(f"All linked work is closed: {title}")


def shown(office: Company, who: str | None, idea: int, rest: str = "") -> str:
    html = page(office, who, below(idea, rest) if rest else f"/ideas/product/{idea}-x").split("<main")[1]
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ").split())


def test_a_linked_issue_is_followed_and_nothing_is_delivered_by_itself(office: Company, repository: Repository) -> None:
    repository.says("issues", "opened", 12)
    repository.says("pull_request", "opened", 13)
    idea = linked(office, "Fuel", f"{PAGES}/issues/12", f"{PAGES}/pull/13#discussion", "https://elsewhere.example/3")
    assert states(office, idea) == [("r7#12", "open"), ("r7#13", "open"), (None, "")], "as they stand already"
    repository.says("issues", "closed", 12, state_reason="completed")
    assert states(office, idea)[0] == ("r7#12", "completed")
    assert "completed" in shown(office, None, idea)
    assert reminders(office, "Fuel") == 0, "one is open"
    repository.says("pull_request", "closed", 13, merged=True, closed_at="2024-05-06T08:00:00Z")
    assert states(office, idea)[1] == ("r7#13", "merged")
    assert reminders(office, "Fuel") == 1
    assert get(office, idea).state == "submitted", "somebody answers, nothing else"
    repository.says("issues", "reopened", 12, updated_at="2024-05-07T08:00:00Z")
    assert states(office, idea)[0] == ("r7#12", "open")
    repository.says("issues", "closed", 12, closed_at="2024-05-07T07:00:00Z")
    assert states(office, idea)[0] == ("r7#12", "open"), "told late, it was so before"
    repository.says("issues", "closed", 12, closed_at="2024-05-08T07:00:00Z")
    assert reminders(office, "Fuel") == 2
    put(office, idea, state="declined")
    repository.says("issues", "reopened", 12, updated_at="2024-05-09T08:00:00Z")
    repository.says("issues", "closed", 12, closed_at="2024-05-10T07:00:00Z")
    assert reminders(office, "Fuel") == 2, "no answer is owed"


def test_what_is_closed_already_when_it_is_linked_says_so_at_once(office: Company, repository: Repository) -> None:
    repository.says("issues", "opened", 20)
    repository.says("issues", "closed", 20)
    idea = linked(office, "Tank", f"{PAGES}/issues/20")
    assert states(office, idea) == [("r7#20", "closed")]


def test_a_link_into_a_private_place_is_for_employees(office: Company) -> None:
    secret = Repository(office, {**REPO, "id": 8, "full_name": "acme/secret", "private": True, "html_url": f"{PAGES}x"})
    secret.says("issues", "opened", 1)
    idea = linked(office, "Moon", f"{PAGES}x/issues/1")
    assert states(office, idea) == [("r8#1", "open")]
    path = f"/api/v1/ideation/ideas/{idea}/links"
    assert f"{PAGES}x" in shown(office, "eve", idea)
    assert [one["private"] for one in data(office, "eve", path)] == [True]
    for outside in ("cleo", None):
        assert f"{PAGES}x" not in shown(office, outside, idea)
        assert data(office, outside, path) == []


def test_an_address_that_leads_nowhere_known_stays_a_link(office: Company, repository: Repository) -> None:
    odd = [f"{PAGES}/wiki/12", f"{PAGES}/issues/x", "https://git.example/acme/other/issues/1", f"{PAGES}/issues"]
    idea = linked(office, "Nowhere", *odd)
    assert states(office, idea) == [(None, "")] * len(odd)
    known = {"https://git.example/acme/rockets": "r7"}
    for tail in ("", "/", "?x=1", "#n", "/files"):
        assert object_at(f"{PAGES}/pull/0013{tail}", lambda url, name: known.get(url)) == "r7#13"
