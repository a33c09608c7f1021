"""A campaign brought to where a test begins: charter, ideas, ballots, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from renown.access import signin
from renown.access.viewer import Role
from renown.people import affiliations
from renown_ideation.campaigns import casting, deciding, sealing
from renown_ideation.campaigns.deciding import Verdict
from renown_ideation.ideas import writing
from renown_ideation.models import Campaign, Option
from tests.ideation.campaigns.forms import fields
from tests.ideation.charters import charter
from tests.ideation.company import Company, submit

TITLES = ("Dark mode", "Offline mode", "Faster search", "Quiet hours")


def sealed(company: Company, slug: str = "autumn", board: str = "product", **changes: Any) -> int:
    with company.writing() as ctx:
        ada = company.people["ada"]
        campaign = sealing.draft(ctx, company.boarded(ctx, board), charter(slug, **changes), ada).id
        sealing.seal(ctx, campaign, ada)
        return int(campaign)


def more(company: Company, kind: str, size: int) -> list[int]:
    """So many more who may sign in and vote: of "employee" or "customer"."""
    people = company.crowd(size)
    role: Role = "customer" if kind == "customer" else "member"
    with company.db.write() as conn:
        for one in people:
            affiliations.affiliate(conn, one, kind)
            signin.add_login(conn, one, f"crowd{one}@example.com", role)
    company.settle()
    return people


def voting(company: Company, *titles: str, board: str = "product", by: str = "eve", **changes: Any) -> int:
    """Open to vote, twelve days on; options 1, 2, 3 ... are these titles."""
    campaign = sealed(company, board=board, **changes)
    company.later(1)
    for one in titles or TITLES:
        with company.writing() as ctx:
            writing.submit(ctx, company.viewer(by), company.boarded(ctx, board), {"title": one})
        company.now += 1_000_000
    company.later(11)
    return campaign


def cast(company: Company, campaign: int, name: str, choices: Mapping[int, int]) -> casting.Receipt:
    with company.writing() as ctx:
        typed = {str(option): value for option, value in choices.items()}
        return casting.cast(ctx, campaign, company.people[name], typed)


def counted(company: Company, *titles: str, **changes: Any) -> int:
    """1 has four votes, 3 two, 4 one, 2 none: 1 and 3 are chosen."""
    campaign = voting(company, *titles, **changes)
    for name, options in (("cleo", (1, 3)), ("carl", (1,)), ("eve", (1, 3)), ("emil", (1, 4))):
        cast(company, campaign, name, dict.fromkeys(options, 1))
    company.later(9)
    return campaign


def decide(company: Company, campaign: int, **verdicts: tuple[str, str]) -> None:
    """`o1=("vote", "")`."""
    made = {int(name[1:]): Verdict(seat, why) for name, (seat, why) in verdicts.items()}  # type: ignore[arg-type]
    with company.writing() as ctx:
        deciding.decide(ctx, campaign, made, company.people["mo"])


def drawn(company: Company, campaign: int) -> str:
    """What the form to decide says of the decisions that it was drawn from."""
    with company.reading() as ctx:
        return str(deciding.last(ctx, campaign))


def published(client: FlaskClient, path: str, **typed: str) -> TestResponse:
    """By the second click, on what the first one says; both on what is decided by now."""
    now, _ = fields(client.get(path).get_data(as_text=True))
    first = submit(client, path, **({"drawn": now["drawn"]} | typed), act="publish")
    asked, _ = fields(first.get_data(as_text=True))
    return submit(client, path, **(typed | {"drawn": asked["drawn"], "sure": asked["sure"]}), act="publish")


def state(company: Company, campaign: int) -> str:
    with company.reading() as ctx:
        return ctx.session.get_one(Campaign, campaign).state


def idea_of(company: Company, campaign: int, option: int) -> int:
    with company.reading() as ctx:
        found = select(Option.idea_id).where(Option.campaign_id == campaign, Option.number == option)
        return int(ctx.session.scalars(found).one())
