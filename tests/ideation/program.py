"""A program that asks the API with somebody's token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from renown.access import tokens
from tests.ideation.company import Company

AT = "/api/v1/ideation"
READ, WRITE, DESK = "ideation.read", "ideation.write", "ideation.desk"


def caller(company: Company, name: str, *scopes: str) -> Callable[..., Any]:
    """Sends `method`, `path` below the API of ideas; with `scopes`, or as its person may."""
    given = scopes or (READ, WRITE, *((DESK,) if name in ("ada", "mo") else ()))
    with company.renown.db.write() as conn:
        made = tokens.add(conn, "A program", given, person_id=company.people[name], days=90, actions=given)
    client = company.app.test_client()

    def call(method: str, path: str, **sent: Any) -> Any:
        return client.open(AT + path, method=method, headers={"Authorization": f"Bearer {made.token}"}, **sent)

    return call


def done(answer: Any, status: int = 200) -> Any:
    """What came back, as data."""
    assert answer.status_code == status, (answer.status_code, answer.get_data(as_text=True))
    return answer.json if status != 204 else None


def wrong(answer: Any, status: int = 422) -> frozenset[str]:
    """The fields that were refused."""
    found = done(answer, status)
    return frozenset(found.get("detail", {}).get("json", {}))
