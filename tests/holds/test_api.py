"""The API as its own description tells it, asked for things drawn from that description, by everybody."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import hypothesis
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from renown.access import tokens
from renown.access.permissions import ACTIONS
from tests.web.conftest import Site

#: Questions asked of each operation by each role.
EXAMPLES = int(os.environ.get("RENOWN_API_EXAMPLES", "2"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WHO = ("nobody", "customer", "member", "moderator", "administrator", "token", "narrow token", "wrong token")


def headers(site: Site, who: str) -> dict[str, str]:
    """What somebody sends along: a token of theirs with every scope, of nobody's, of one scope, or of none."""
    if who == "nobody":
        return {}
    if who == "wrong token":
        return {"Authorization": "Bearer rnw_nonsense"}
    scopes = ["boards:read"] if who == "narrow token" else list(ACTIONS)
    with site.db.write() as conn:
        made = tokens.add(conn, who, scopes, person_id=site.people.get(who))
    return {"Authorization": f"Bearer {made.token}"}


def test_every_answer_is_one_that_is_described(site: Site) -> None:
    described = [
        found.ok() for found in schemathesis.openapi.from_wsgi("/api/openapi.json", site.app).get_all_operations()
    ]
    for who in WHO:
        sent = headers(site, who)
        faults: list[str] = []
        answered: Counter[int] = Counter()
        for operation in described:
            answered += ask(operation, sent, faults)
        assert answered.total() >= 10 * EXAMPLES
        assert (who in ("nobody", "wrong token")) == (200 not in answered), f"{who}: {answered}"
        assert not faults, who + ": " + "\n".join(dict.fromkeys(faults))


def ask(operation: Any, sent: dict[str, str], faults: list[str]) -> Counter[int]:
    """What is drawn from the description of one operation, sent; `faults` are answers that it does not describe."""
    answered: Counter[int] = Counter()

    @hypothesis.settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy())
    def draw(case: schemathesis.Case) -> None:
        answer = case.call(headers=sent | {"Accept-Encoding": "identity"})
        answered[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Exception, FailureGroup) as fault:
            faults.append(f"{operation.label}: {answer.status_code} {fault}"[:600])

    draw()
    return answered
