"""Results, decisions, the report, and the answer that each idea gets by them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import select

from renown.notify.models import Notification
from renown_ideation.verify import command
from tests.ideation.campaigns import staged
from tests.ideation.company import Company, proof, submit, words
from tests.ideation.desk import data, get, page, told

DESK = "/desk/campaigns/autumn"


def test_each_option_is_decided_with_reasons_and_each_proposer_has_an_answer(company: Company, tmp_path: Path) -> None:
    company.board()
    campaign = staged.counted(company)
    results = page(company, None, "/campaigns/autumn/results")
    assert [results.index(title) for title in ("Dark mode", "Faster search", "Quiet hours", "Offline mode")] == sorted(
        results.index(title) for title in staged.TITLES
    )
    file = company.browser(None).get("/campaigns/autumn/tally.jsonl", buffered=True).get_data()
    assert sha256(file).hexdigest() in results
    (tmp_path / "tally.jsonl").write_bytes(file)
    verified = CliRunner().invoke(command, [str(tmp_path / "tally.jsonl")])
    assert verified.exit_code == 0, verified.output
    assert "ballots give." in _redo(company)

    mo = company.browser("mo")
    for who in ("eve", "cleo"):
        assert company.browser(who).get(DESK).status_code == 404
    company.later(22)
    assert "overdue since 29 June 2026" in page(company, None, "/campaigns/autumn")
    assert "Overdue since 29 June 2026: 3 days without the answer that was due." in page(
        company, None, "/campaigns/autumn/report"
    )
    typed = {"seat1": "vote", "seat2": "board", "reason2": "", "seat3": "none", "reason3": "", "seat4": "open"}
    refused = submit(mo, DESK, **typed, act="publish")
    said = words(refused)
    assert refused.status_code == 422
    assert "3 options lack something" in said
    assert "Offline mode : It was 4th in the vote, and is decided otherwise: say why, everybody reads it." in said
    assert "Quiet hours : It has no decision: everybody who brought one is owed an answer." in said
    typed["drawn"] = staged.drawn(company, campaign)
    submit(mo, DESK, **(typed | {"reason2": "Trains are where people read.", "seat4": "none"}), act="publish")
    kept = page(company, "mo", DESK)
    assert "Trains are where people read." in kept, "nothing typed is lost"
    assert "no decision" in page(company, None, "/campaigns/autumn/report").lower(), "nor public before all have one"
    assert "Trains are" not in page(company, None, "/campaigns/autumn/report.json")
    typed |= {"reason2": "Trains are where people read.", "seat4": "none", "reason3": "It costs a year."}
    published = staged.published(
        mo, DESK, **typed | {"drawn": staged.drawn(company, campaign)}, unfilled="One is enough."
    )
    assert published.location == "/campaigns/autumn/report"
    report = page(company, None, "/campaigns/autumn/report")
    for sentence in (
        "3 seats: the charter gives 2 to the vote and 1 to the board.",
        "Of the 2 that the vote chose, 1 was taken.",
        "The board gave 1 seat to others.",
        "Of the 4 in the vote, 2 were taken.",
        "The answer came 3 days after it was due, on 29 June 2026.",
        "What the charter promised was not kept.",
    ):
        assert sentence in report
    assert report.index("Faster search") < report.index("Offline mode") < report.index("Dark mode"), "differences first"
    found = data(company, None, "/campaigns/autumn/report.json")
    assert (found["granted_by_vote"], found["given_by_board"], found["overdue_days"], found["kept"]) == (1, 1, 3, False)
    typed["drawn"] = staged.drawn(company, campaign)
    assert submit(mo, DESK, **typed).status_code == 409, "what is published stands"

    company.settle()
    assert staged.state(company, campaign) == "reported"
    states = {option: get(company, staged.idea_of(company, campaign, option)).state for option in (1, 2, 3, 4)}
    assert states == {1: "planned", 2: "planned", 3: "parked", 4: "parked"}
    answers = {
        option: data(company, None, f"/ideas/product/{staged.idea_of(company, campaign, option)}.json")["answers"][-1]
        for option in states
    }
    assert answers[1]["text"] == "Chosen by the vote of “Autumn”, where it was 1st."
    assert answers[2]["text"].startswith("Chosen in “Autumn” by the board; it was 4th in the vote.")
    assert answers[3]["text"].endswith("It costs a year.")
    company.settle()
    heard = told(company, "eve")
    for title in ("Planned: Dark mode", "Planned: Offline mode", "Parked: Faster search", "Parked: Quiet hours"):
        assert heard.count(title) == 1
    for title in ("The vote is open: Autumn", "The ballots are counted: Autumn", "It is decided: Autumn"):
        assert told(company, "carl").count(title) == 1


def _redo(company: Company) -> str:
    """By somebody who is not signed in."""
    client, path = company.browser(None), "/campaigns/autumn/results"
    return words(client.post(path, data={"csrf_token": proof(client, path)}))


def test_nothing_of_a_count_is_told_while_it_is_hidden(company: Company) -> None:
    company.board()
    campaign = staged.voting(company, secrecy__totals_hidden_until="decision")
    staged.cast(company, campaign, "cleo", {1: 1, 3: 1})
    everywhere = ("/campaigns/autumn", "/campaigns", "/campaigns/autumn/ballot", "/campaigns/autumn/results",
                  "/campaigns/autumn/report", "/campaigns/autumn.json", "/campaigns.json",
                  "/campaigns/autumn/results.json",
                  "/campaigns/autumn/results.csv", "/campaigns/autumn/report.json", "/campaigns/autumn/report.csv",
                  "/campaigns/autumn.atom", "/ideas/product.json", "/ideas/product.csv", "/ideas/product.atom",
                  "/api/v1/ideation/campaigns/autumn", "/api/v1/ideation/campaigns/autumn/result",
                  "/api/v1/ideation/campaigns/autumn/report")  # fmt: skip
    before = {path: _said(company, path) for path in everywhere}
    for who in ("carl", "eve", "emil"):
        staged.cast(company, campaign, who, {1: 1, 4: 1})
    assert {path: _said(company, path) for path in everywhere} == before, "no ballot changes what anybody reads"
    files = ("/campaigns/autumn/tally.jsonl", "/api/v1/ideation/campaigns/autumn/tally")
    company.later(9)
    assert staged.state(company, campaign) == "counted"
    for reader in (None, "cleo", "mo"):
        assert [company.browser(reader).get(path).status_code for path in files] == [404, 404]
        for path in everywhere:
            text = page(company, reader, path)
            assert '"total"' not in text, path
            assert "1st" not in text, path
            assert "ballots_sha256" not in text, path
        assert data(company, reader, "/campaigns/autumn/results.json")["hidden"].startswith("Totals stay hidden until")
        assert page(company, reader, "/campaigns/autumn/results.csv").count("\n") == 1
    company.settle()
    with company.reading() as ctx:
        bodies = " ".join(one or "" for one in ctx.session.scalars(select(Notification.body)))
    assert "Totals stay hidden until it is decided." in bodies
    staged.decide(company, campaign, o1=("vote", ""), o2=("", ""), o3=("", ""), o4=("vote", ""))
    staged.published(company.browser("mo"), DESK, unfilled="Nobody asked for more.")
    assert data(company, None, "/campaigns/autumn/results.json")["options"][0]["total"] == 4
    assert company.browser(None).get(files[0], buffered=True).status_code == 200


def test_heads_stand_beside_weights(company: Company) -> None:
    company.board()
    staged.more(company, "customer", 3)
    staged.more(company, "employee", 1)
    weights = {"kind": "segment", "title": "who pays for it", "segments": {"customer": 2}}
    staged.counted(company, weights=weights)
    said = page(company, None, "/campaigns/autumn/charter")
    assert "By who pays for it: customer 2; everybody else 1." in said
    first = data(company, None, "/campaigns/autumn/results.json")["options"][0]
    assert (first["option"], first["total"], first["voters"]) == (1, 6, 4)
    results = words(company.browser(None).get("/campaigns/autumn/results"))
    assert "Weight cast 6 of 15" in results
    assert "Votes are weighted; “People” counts heads" in results


def _said(company: Company, path: str) -> str:
    return words(company.browser("emil" if path.startswith("/api") else None).get(path))
