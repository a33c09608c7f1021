"""The API as its own description tells it, asked for things drawn from that description, by everybody."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import hypothesis
import schemathesis
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select, update
from werkzeug.wsgi import ClosingIterator

from renown.access import tokens
from renown.access.permissions import ACTIONS
from renown.events import log
from renown.events.models import Space
from renown.jobs.worker import drain_all
from renown.people import affiliations, merge, teams
from renown.people.models import Identity, Person, Team
from renown.sources.models import Source
from renown_influence import run
from tests.browser import asked
from tests.events.kit import connect, event, message
from tests.holds import ideas, kit
from tests.web.conftest import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

#: Questions asked of each operation by each role.
EXAMPLES = int(os.environ.get("RENOWN_API_EXAMPLES", "2"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
WHO = ("nobody", "customer", "member", "moderator", "administrator", "token", "narrow token", "wrong token")
PERIODS = ("all", "rolling", "this-year", "2024", "2024-03", "2024-Q1", "2024-W10")

#: What a part of an address means, by what stands before it.
NAMED = {
    "/sources/": {"slug": "source"},
    "/ideation/ideas/": {"number": "idea"},
    "/ideation/boards/": {"slug": "board"},
    "/ideation/campaigns/": {"slug": "campaign"},
}
#: Everybody may read what is on a public board.
PUBLIC = "GET /api/v1/ideation/"
#: Whoever asks did not vote in that campaign; a moderator, who asked before, has removed the file; and what is voted on
#: merges with nothing.
UNREACHED = {
    "GET /api/v1/ideation/campaigns/{slug}/ballot",
    "GET /api/v1/ideation/ideas/{number}/files/{file}",
    "GET /api/v1/ideation/ideas/{number}/merge",
}

Known = Mapping[str, Sequence[Any]]


def lived(site: Site) -> Known:
    """What there is to be asked for by each parameter, whoever may see it."""
    first, second = (connect(site.db, name, affiliation="employee") for name in ("slack:T1", "slack:T2"))
    told = [message(f"m{number}", f"u{number % 3}", minute=number, words=20) for number in range(9)]
    told += [event(f"r{number}", actor="u1", thing="m0", statekey="s", minute=20 + number) for number in range(2)]
    # So many that each may be named to others.
    told += [event(f"liked{number}", actor=f"v{number}", thing="m0", owner="u0", minute=25) for number in range(9)]
    told += [event("undone", activity="Undo", actor="u1", thing="m0", retracts="r1", minute=30)]
    with site.db.write() as conn:
        log.append(conn, [(first, told)])
        log.append(conn, [(second, [message("other", "u0", words=9, source="slack:T2")])])
    with site.db.write() as conn:
        whose = {(one.source_id, one.key): one.person_id for one in conn.execute(select(Identity.__table__))}
        merge.merge(conn, site.people["member"], whose[first.id, "u0"], "hand", None)
        conn.execute(update(Space).values(name="general"))
        slugs = [teams.add(conn, name) for name in ("Red", "Blue", "Gone")]
        teams.place(conn, site.people["member"], slugs[0], None)
        teams.place(conn, whose[first.id, "u1"], slugs[1], None)
        affiliations.affiliate(conn, whose[first.id, "u2"], "customer")
        conn.execute(update(Team).where(Team.slug == "gone").values(archived=True))
        members = [site.people["moderator"], *(whose[first.id, key] for key in ("u1", "u2"))]
    with site.renown.contexts.of("influence").writing() as ctx:
        run.ask(ctx, "asked")
    kit.settle(site.renown)
    drain_all(site.db, site.renown.drains)
    with site.renown.contexts.of("influence").writing() as ctx:
        asked.plant(ctx, [*members, site.people["member"]])
        # So many that there is a report, and that it names somebody.
        staff = ctx.people.employees().tolist()
        survey = asked.answered(ctx, "Winter", staff)
    drain_all(site.db, site.renown.drains)
    brought = ideas.bring(site)
    with site.db.read() as conn:
        handles = conn.scalars(select(Person.handle).where(Person.handle.is_not(None)).order_by(Person.id)).all()
        sources = conn.scalars(select(Source.slug).order_by(Source.id.desc())).all()
        spaces = conn.scalars(select(Space.id).where(Space.name.is_not(None)).order_by(Space.id)).all()
    manifests = site.renown.plugins.manifests
    return {
        # What any of them is first in is what all who may ask get an answer to.
        "handle": ["member", *handles, "u0"],
        "measure": sorted(one.name for plugin in manifests.values() for one in plugin.measures),
        "plugin": ["activity", "slack"],
        "rule": [one.name for one in manifests["activity"].rules],
        "slug": ["red", "blue", "gone", *sources],
        "team": ["red", "blue", "gone"], "source": sources,
        "period": PERIODS, "topic": spaces, "ring": [asked.RING], "rater": ["v0"], "number": [survey],
        "board": [ideas.BOARD], "campaign": [ideas.CAMPAIGN], "text": [1], "proposal": [1], **brought,
    }  # fmt: skip


def headers(site: Site, who: str) -> dict[str, str]:
    """What somebody sends along: a token of theirs with every scope, of nobody's, of one scope, or of none."""
    if who == "nobody":
        return {}
    if who == "wrong token":
        return {"Authorization": "Bearer rnw_nonsense"}
    manifests = site.renown.plugins.manifests.values()
    actions = [*ACTIONS, *(one.name for plugin in manifests for one in plugin.permissions)]
    scopes = ["boards:read"] if who == "narrow token" else actions
    with site.db.write() as conn:
        made = tokens.add(conn, who, scopes, person_id=site.people.get(who), actions=actions)
    return {"Authorization": f"Bearer {made.token}"}


def test_every_answer_is_one_that_is_described(site: Site) -> None:
    known = lived(site)
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", _closing(site.app))
    described = [found.ok() for found in schema.get_all_operations()]
    for who in WHO:
        sent = headers(site, who)
        faults: list[str] = []
        answered: dict[str, Counter[int]] = defaultdict(Counter)
        for operation in described:
            ask(operation, sent, known, answered[operation.label], faults)
        reached = {label for label, found in answered.items() if 200 in found}
        if who == "nobody":
            assert all(label.startswith(PUBLIC) for label in reached), reached
        elif who == "wrong token":
            assert not reached, who
        elif who == "administrator":
            # What is sent to be written is made up: most of it is refused.
            assert {label for label in set(answered) - reached if label.startswith("GET ")} <= UNREACHED
        else:
            assert reached, who
        assert not faults, who + ": " + "\n".join(dict.fromkeys(faults))


def _closing(app: WSGIApplication) -> WSGIApplication:
    """As servers do with what they were given to send, and this client does not."""

    def answer(environ: dict[str, Any], start: StartResponse) -> list[bytes]:
        with closing(ClosingIterator(app(environ, start))) as parts:
            return list(parts)

    return answer


@st.composite
def cases(draw: st.DrawFn, operation: Any, known: Known) -> schemathesis.Case:
    """As described, with what there is as often as not where it names something."""
    case = draw(operation.as_strategy())
    for given in (case.path_parameters, case.query):
        for name in [one for one in given if one in known]:
            if draw(st.booleans()):
                given[name] = draw(st.sampled_from(known[name]))
    return case


def ask(operation: Any, sent: dict[str, str], known: Known, answered: Counter[int], faults: list[str]) -> None:
    """What is drawn from the description of one operation, sent; `faults` are answers that it does not describe."""

    def send(case: schemathesis.Case) -> None:
        answer = case.call(headers=sent | {"Accept-Encoding": "identity"})
        answered[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except (Exception, FailureGroup) as fault:
            faults.append(f"{operation.label} {case.path_parameters} {case.query}: {answer.status_code} {fault}"[:600])

    @hypothesis.settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=cases(operation, known))
    def draw(case: schemathesis.Case) -> None:
        send(case)

    parameters = {one.name for one in operation.path_parameters}
    named = {name: known[name][0] for name in parameters}
    for part, kinds in NAMED.items():
        if part in operation.path:
            named |= {name: known[kind][0] for name, kind in kinds.items() if name in named}
    asked = {one.name for one in operation.query}
    query = {name: value for name, value in (("period", "all"), ("title", "Write less")) if name in asked}
    send(operation.Case(path_parameters=named, query=query))
    draw()
