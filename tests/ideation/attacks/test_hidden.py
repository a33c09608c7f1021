"""While totals are hidden, what others vote changes nothing that anybody is shown: no byte, no order, no statement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.routing import Rule

from renown.notify.models import Notification
from renown_ideation.ideas import voters
from renown_ideation.models import Idea
from tests.ideation.attacks.kit import cast, crowd, voting
from tests.ideation.attacks.table import Tried
from tests.ideation.company import Company, submit

WHO = (None, "cleo", "eve", "mo", "ada")
#: Who asks lists for all that can be asked of them.
_ASKING = (None, "mo")
TITLES = ("Dark mode", "Darker mode", "Light mode", "Lighter mode", "No mode")
#: Asked of lists besides.
ASKED = (
    "?sort=top", "?sort=voices", "?sort=new", "?sort=top&after=top.3.9", "?q=mode", "?q=mode&sort=top",
    "?title=mode", "?state=open", "?sort=voters",
)  # fmt: skip
#: Nothing is shown there.
_APART = ("/ideas/static", "/portal")
#: Beside the plugin's own: where a notice, a feed or an export of one's own data might tell.
ELSEWHERE = ("/", "/me/notifications", "/me/data.json", "/me/data", "/search?q=mode", "/api/v1/events")
#: What is another each time.
_FRESH = re.compile(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{20,}|nonce-[\w-]+")


class Answer(NamedTuple):
    status: int
    body: str
    headers: tuple[tuple[str, str], ...]
    #: In order, without what was given to them: as many and the same take as long.
    statements: tuple[str, ...]


Seen = dict[tuple[str | None, str], Answer]


def _addresses(company: Company, campaign: int) -> list[str]:
    paths = [*ELSEWHERE]
    for rule in company.app.url_map.iter_rules():
        if "ideation" not in rule.endpoint or "GET" not in (rule.methods or set()) or rule.rule.startswith(_APART):
            continue
        plain = list(dict.fromkeys(_filled(rule, campaign)))
        asked = ["?into=2"] if "number" in rule.arguments else ASKED
        paths += [*plain, *(f"{plain[0]}{one}" for one in asked)]
    return paths


def _filled(rule: Rule, campaign: int) -> Iterator[str]:
    """With a board, with a campaign."""
    for slug, number in (("product", "1"), ("autumn", str(campaign))):
        path = rule.rule
        for name in rule.arguments:
            known = slug if name in ("slug", "board", "campaign") else number
            path = re.sub(rf"<[^<>]*\b{name}>", known, path)
        yield path


def _seen(company: Company, paths: Sequence[str]) -> Seen:
    found: Seen = {}
    for who in WHO:
        client = company.browser(who)
        client.get("/me/privacy")
        for path in paths:
            if "?" not in path or who in _ASKING:
                found[who, path] = _asked(company, client, path)
    return found


def _asked(company: Company, client: FlaskClient, path: str) -> Answer:
    with _noted(company) as statements:
        answer = client.get(path)
    body = _FRESH.sub("", answer.get_data(as_text=True))
    # A file that is sent is closed by servers, and not by this client.
    answer.close()
    headers = [(name, _FRESH.sub("", value)) for name, value in answer.headers if name not in ("Set-Cookie", "Date")]
    # A token's length may be another one.
    kept = tuple(one for one in headers if one[0] != "Content-Length")
    return Answer(answer.status_code, body, kept, tuple(statements))


@contextmanager
def _noted(company: Company) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "ideation_" in statement:
            statements.append(statement)

    event.listen(company.db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(company.db.engine, "before_cursor_execute", note)


def _acted(company: Company) -> list[str]:
    """What Cleo is told when she votes, takes it back and writes."""
    client, told = company.browser("cleo"), []
    for path, values in (
        ("/ideas/product/1/_vote", {"vote": "on"}),
        ("/ideas/product/1/_vote?in=list", {"vote": "off"}),
        ("/ideas/product/2/vote", {"vote": "on"}),
        ("/ideas/product/2/vote", {"vote": "off"}),
    ):
        told.append(_FRESH.sub("", submit(client, path, **values).get_data(as_text=True)))
    return told


def _told(company: Company) -> list[Any]:
    with company.reading() as ctx:
        found = select(Notification.person_id, Notification.title, Notification.body).order_by(Notification.id)
        return [tuple(one) for one in ctx.session.execute(found)]


def _others_vote(company: Company, campaign: int, people: Sequence[int]) -> None:
    """Far more for the first than for the last, as ideas and as options: else the newest stand first."""
    with company.reading() as ctx:
        ideas = list(ctx.session.scalars(select(Idea.id).order_by(Idea.id)))
    for place, idea in enumerate(ideas):
        for person in people[: 6 * (len(ideas) - place - 1)]:
            with company.writing() as ctx:
                voters.vote(ctx, idea, person)
            cast(company, campaign, person, {str(place + 1): 1})
    company.settle()


def test_what_others_vote_is_seen_nowhere_while_totals_are_hidden(company: Company, tried: Tried) -> None:
    people = crowd(company, 24)
    campaign = voting(company, *TITLES)
    paths = _addresses(company, campaign)
    acted = _acted(company)
    before, told = _seen(company, paths), _told(company)
    _others_vote(company, campaign, people)
    after = _seen(company, paths)
    differ = [key for key in before if before[key] != after[key]]
    tried("learn a hidden total from what is shown", len(before), len(differ), differ[:9])
    tried(
        "learn a hidden total by voting oneself",
        len(acted),
        sum(a != b for a, b in zip(acted, _acted(company), strict=True)),
    )
    tried("learn a hidden total from a notice", len(told), abs(len(_told(company)) - len(told)))
    assert sum(one.status == 200 for one in before.values()) > len(before) // 4

    company.later(9)
    top = company.browser(None).get("/ideas/product.json?sort=top").get_json()
    assert [one["title"] for one in top["ideas"]] == list(TITLES), "after the close they are shown"
