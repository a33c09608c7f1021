"""Whoever works here, with every right that there is, changes no ballot: by no page, by no call, by no statement."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import Rule

from renown_ideation.campaigns import deciding, people, sealing
from renown_ideation.campaigns.deciding import Verdict
from renown_ideation.models import Ballot, Campaign, Voter
from tests.ideation.attacks.kit import API, cast, options, voting
from tests.ideation.attacks.table import Tried
from tests.ideation.company import Company, proof, submit

#: Statements against a campaign that is voting, by somebody who may write to the database.
WHILE_VOTING: tuple[str, ...] = (
    "UPDATE ideation_ballot SET choices = '{\"2\":1}'",
    "UPDATE ideation_ballot SET voter = (SELECT max(voter) FROM ideation_voter)",
    "UPDATE ideation_ballot SET number = number + 7",
    "UPDATE ideation_ballot SET at = at - 1",
    "DELETE FROM ideation_ballot",
    "UPDATE ideation_voter SET weight = 1000",
    "UPDATE ideation_voter SET receipt = 'AAAA'",
    "UPDATE ideation_voter SET voter = 'f' || substr(voter, 2, 30) || 'f'",
    "DELETE FROM ideation_voter",
    "INSERT INTO ideation_voter (campaign_id, voter, weight, effective, set_aside)"
    " SELECT id, 'deadbeefdeadbeefdeadbeefdeadbeef', 1, 0, 0 FROM ideation_campaign",
    "UPDATE ideation_option SET title = 'Something else'",
    "UPDATE ideation_option SET idea_id = (SELECT max(id) FROM ideation_idea), revision = 9",
    "DELETE FROM ideation_option",
    "INSERT INTO ideation_option (campaign_id, number, idea_id, revision, title, submitted_at)"
    " SELECT id, 99, 1, 1, 'Late', 1 FROM ideation_campaign",
    "UPDATE ideation_campaign SET charter = replace(charter, 'plain', 'plane')",
    "UPDATE ideation_campaign SET charter_sha256 = NULL",
    "UPDATE ideation_campaign SET hides = ''",
    "UPDATE ideation_campaign SET opening = NULL",
    "UPDATE ideation_campaign SET state = 'collecting'",
    "DELETE FROM ideation_campaign",
    "UPDATE ideation_charter_amendment SET reason = 'Another one'",
    "UPDATE ideation_charter_amendment SET changes = '{}'",
    "DELETE FROM ideation_charter_amendment",
    "UPDATE ideation_campaign_note SET text = 'Nothing happened'",
    "DELETE FROM ideation_campaign_note",
    "UPDATE ideation_campaign_note SET by_id = (SELECT max(id) FROM core_person)",
    "UPDATE ideation_charter_amendment SET by_id = (SELECT max(id) FROM core_person)",
    "UPDATE ideation_campaign SET sealed_by_id = (SELECT max(id) FROM core_person)",
    "UPDATE ideation_campaign SET created_by_id = (SELECT max(id) FROM core_person)",
)
#: And against one that was counted and decided.
AFTERWARDS: tuple[str, ...] = (
    *(one for one in WHILE_VOTING if "ballot" in one or "option" in one or "charter" in one),
    "INSERT INTO ideation_ballot (campaign_id, voter, number, choices, at)"
    " SELECT campaign_id, voter, 50, '{\"2\":1}', (SELECT vote_from FROM ideation_campaign) FROM ideation_voter",
    "UPDATE ideation_voter SET effective = 0",
    "UPDATE ideation_voter SET person_id = 1 WHERE person_id = 2",
    "UPDATE ideation_campaign SET result = replace(result, '1', '2')",
    "UPDATE ideation_campaign SET counted_at = counted_at - 1",
    "UPDATE ideation_campaign SET state = 'voting'",
    "UPDATE ideation_campaign SET decided_at = decided_at - 86400000000",
    "UPDATE ideation_decision SET reason = 'A better one'",
    "UPDATE ideation_decision SET seat = 'vote', selected = true",
    "DELETE FROM ideation_decision",
    "UPDATE ideation_decision SET by_id = (SELECT max(id) FROM core_person)",
    "INSERT INTO ideation_decision (campaign_id, option, selected, seat, reason, at)"
    " SELECT id, 1, true, 'board', 'Later', 1 FROM ideation_campaign",
)
ONLY: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "INSERT OR REPLACE INTO ideation_ballot SELECT campaign_id, voter, number, '{}', at FROM ideation_ballot",
        "UPDATE OR REPLACE ideation_ballot SET number = number + 1",
        "INSERT OR REPLACE INTO ideation_voter SELECT * FROM ideation_voter",
    ),
    "postgresql": (
        "TRUNCATE ideation_ballot",
        "INSERT INTO ideation_ballot SELECT * FROM ideation_ballot"
        " ON CONFLICT (campaign_id, voter, number) DO UPDATE SET choices = '{\"2\":1}'",
        "MERGE INTO ideation_ballot b USING ideation_voter v ON b.voter = v.voter WHEN MATCHED THEN DELETE",
    ),
}


def _through(company: Company, statements: tuple[str, ...]) -> int:
    """How many the database did not refuse, in the words of what it keeps."""
    through = 0
    for one in statements:
        try:
            with company.db.write() as conn:
                conn.exec_driver_sql(one)
        except DBAPIError as error:
            through += "ideation: " not in str(error.orig)
        else:
            through += 1
    return through


def test_no_statement_changes_what_was_said(company: Company, tried: Tried, dialect: str) -> None:
    campaign = voting(company, "One", "Two", "Three")
    company.later(0.1)
    for name in ("cleo", "eve"):
        cast(company, campaign, company.people[name], {"1": 1})
    with company.writing() as ctx:
        due = {"decision.due": "2027-01-01"}
        sealing.amend(ctx, campaign, due, "The board meets later.", ctx.clock.now(), company.people["ada"])
    statements = WHILE_VOTING + ONLY[dialect]
    tried("change what was said by SQL, while voting", len(statements), _through(company, statements))
    company.later(9)
    with company.writing() as ctx:
        verdicts = {1: Verdict("vote"), 2: Verdict("board", "Half done."), 3: Verdict("", "Too much.")}
        deciding.decide(ctx, campaign, verdicts, company.people["mo"])
        deciding.publish(ctx, campaign, company.people["mo"], "Two are enough.")
    statements = AFTERWARDS + ONLY[dialect]
    tried("change what was said by SQL, afterwards", len(statements), _through(company, statements))
    with company.writing() as ctx:
        people.erased(ctx, company.people["cleo"])
        left = ctx.session.scalars(select(Voter.person_id).where(Voter.person_id == company.people["cleo"])).all()
    assert not left, "to be forgotten is not to change a ballot"


def _rules(company: Company) -> Iterator[Rule]:
    """Addresses of this plugin that are written to."""
    for rule in company.app.url_map.iter_rules():
        if "ideation" in rule.endpoint and (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            yield rule


def _addresses(rule: Rule, company: Company, campaign: int) -> Iterator[str]:
    """With what there is in each place of an address."""
    number = {"number": ["1", str(campaign)], "campaign": [str(campaign), "autumn"]}
    for slug in ("product", "autumn"):
        for value in ("1", "2"):
            path = rule.rule
            for name in rule.arguments:
                known = slug if name in ("slug", "board") else number.get(name, [value])[0] if value == "1" else value
                path = re.sub(rf"<[^<>]*\b{name}>", known, path)
            yield path


def _send(client: FlaskClient, company: Company, method: str, path: str, voter: str) -> int:
    values = {
        "choices": '{"2":1}', "ballot": '{"2":1}', "option-2": "1", "o2": "1", "2": "1", "voter": voter, "vote": "on",
        "person": "1", "reason": "Because.", "answer": "Because.", "state": "declined", "into": "2", "number": "1",
    }  # fmt: skip
    if path.startswith("/api"):
        headers = {"X-CSRFToken": proof(client)}
        body = {"choices": {"2": 1}, "voter": voter, "reason": "Because.", "answer": "Because."}
        return client.open(path, method=method, json=body, headers=headers).status_code
    return submit(client, path, **values).status_code


def test_no_page_and_no_call_of_staff_changes_a_ballot(company: Company, tried: Tried) -> None:
    campaign = voting(company, "One", "Two", "Three", electorate__kind="customers")
    for name in ("cleo", "carl"):
        cast(company, campaign, company.people[name], {"1": 1})
    ids = options(company, campaign)

    def ballots() -> list[str]:
        with company.reading() as ctx:
            rows = ctx.session.execute(select(Ballot.voter, Ballot.number, Ballot.choices).order_by(Ballot.voter))
            voters = ctx.session.execute(select(Voter.voter, Voter.effective, Voter.weight).order_by(Voter.voter))
            return [repr(row) for row in (*rows, *voters)]

    before, tries, through, answers = ballots(), 0, 0, set()
    with company.reading() as ctx:
        voter = ctx.session.scalars(select(Voter.voter)).first() or ""
    for name in ("ada", "mo"):
        client = company.browser(name)
        for rule in _rules(company):
            for path in dict.fromkeys(_addresses(rule, company, campaign)):
                for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}):
                    if not path.startswith(API) and method != "POST":
                        continue
                    answers.add(_send(client, company, method, path, voter))
                    tries += 1
                    through += ballots() != before
    tried("change a ballot as staff", tries, through)
    assert max(answers) < 500
    assert len(ids) == 3
    with company.reading() as ctx:
        assert ctx.session.get_one(Campaign, campaign).state in ("voting", "void")
