"""A charter by a form: drafted, looked at, sealed, its dates moved, the campaign ended; and read by everybody."""

from __future__ import annotations

import re
from hashlib import sha256

from tests.ideation.campaigns import staged
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import bring, data, page, told

FORM = {
    "board": "product",
    "campaign.title": "Autumn",
    "campaign.slug": "autumn",
    "question": "What should be made next?",
    "electorate.kind": "customers",
    "electorate.minimum_account_age_days": "0",
    "ballot.kind": "budget",
    "ballot.budget": "100",
    "ballot.most_per_option": "",
    "weights.kind": "none",
    "count.method": "plain",
    "count.tie_break": "lot",
    "seats.by_vote": "8",
    "seats.by_board": "22",
    "secrecy.totals_hidden_until": "close",
    "merging.before_opening": "links",
    "phases.time_zone": "Europe/Vienna",
    "phases.collect.from": "2026-05-21T09:00",
    "phases.collect.to": "2026-05-30T18:00",
    "phases.vote.from": "2026-06-01T09:00",
    "phases.vote.to": "2026-06-08T18:00",
    "decision.who": "The board",
    "decision.due": "2026-06-30",
    "contact": "ideas@example.com",
}


def test_fields_of_a_choice_stand_below_it_and_keep_what_was_typed(company: Company) -> None:
    company.board()
    typed = FORM | {"act": "preview", "ballot.lowest": "-3", "weights.title": "Years here"}
    form = submit(company.browser("mo"), "/campaigns/new", **typed).get_data(as_text=True)
    groups = re.findall(r'<div class="for-kind ([^"]*)">(.*?)(?=<div class="for-kind|</fieldset>)', form, re.DOTALL)
    fields = {kind: re.findall(r' name="([^"]+)"', inner) for kind, inner in groups}
    assert fields["for-score"] == ["ballot.lowest", "ballot.highest"]
    assert fields["for-budget for-quadratic"][:2] == ["ballot.budget", "ballot.most_per_option"]
    assert fields["for-measure"] == ["weights.measure", "weights.steps"]
    assert 'name="ballot.lowest" type="number" value="-3"' in form
    assert "You share out 100 points, as you like" in form


def test_a_charter_is_drafted_by_a_form_sealed_and_read(company: Company) -> None:
    company.board()
    mo = company.browser("mo")
    begun = mo.get("/campaigns/new?board=product").get_data(as_text=True)
    assert 'value="everyone" selected' in begun
    for changed, field, said in (
        ({"question": ""}, "question", "Between 1 and 400 characters."),
        ({"seats.by_vote": "eight"}, "seats.by_vote", "A whole number."),
        ({"phases.vote.from": "soon"}, "phases.vote.from", "A day and a time."),
        ({"phases.vote.to": "2026-05-31T18:00"}, "phases.vote.to", "Is not after its beginning."),
        ({"count.method": "schulze"}, "count.method", "Schulze does not count budget ballots."),
        ({"ballot.most_per_option": "200"}, "ballot.most_per_option", "Is more than the budget."),
        ({"campaign.slug": "A b"}, "campaign.slug", "Two to 40 small letters"),
        ({"phases.time_zone": "Mars/North"}, "phases.time_zone", "There is no such time zone."),
        ({"electorate.kind": "teams", "electorate.teams": "Nobody"}, "electorate.teams", "There is no team Nobody."),
    ):
        refused = submit(mo, "/campaigns/new", **(FORM | changed))
        text = refused.get_data(as_text=True)
        assert refused.status_code == 422, changed
        assert f'href="#f-{field}"' in text
        assert said in words(refused), changed
        assert "ideas@example.com" in text, "nothing typed is lost"
    shown = submit(mo, "/campaigns/new", **FORM, act="preview")
    assert "8 of 30 by vote, 22 by the board." in words(shown)
    assert data(company, "mo", "/campaigns.json") == [], "a preview keeps nothing"
    assert submit(mo, "/campaigns/new", **FORM).location == "/campaigns/autumn/charter"
    for who in ("cleo", "eve", None):
        assert company.browser(who).get("/campaigns/autumn").status_code == 404, "a draft is for staff"
    seen = _seen(company)
    assert submit(mo, "/campaigns/autumn/seal", phrase="spring", seen=seen).status_code == 422
    submit(mo, "/campaigns/autumn/charter", **(FORM | {"seats.by_vote": "7", "seats.by_board": "23"}))
    submit(mo, "/campaigns/autumn/seal", phrase="autumn", seen=seen)
    assert "Somebody changed the draft meanwhile" in words(mo.get("/campaigns/autumn"))
    assert company.browser(None).get("/campaigns/autumn").status_code == 404, "what was looked at is sealed, or nothing"
    submit(mo, "/campaigns/autumn/seal", phrase="autumn", seen=_seen(company))
    read = page(company, None, "/campaigns/autumn/charter")
    for said in ("7 of 30 by vote, 23 by the board.", "All customers with an account here, as of when the vote opens.",
                 "Vote: 1 June 2026, 09:00 to 8 June 2026, 18:00 (Europe/Vienna)",
                 "The board, by 30 June 2026."):  # fmt: skip
        assert said in read
    digest = data(company, None, "/campaigns/autumn.json")["charter_sha256"]
    bytes_ = company.browser(None).get("/campaigns/autumn/charter.json").get_data()
    assert sha256(bytes_).hexdigest() == digest
    assert digest in read
    for act in ("keep", "preview"):
        assert submit(mo, "/campaigns/autumn/charter", **FORM, act=act).status_code == 409, "sealed"
    for path in ("charter", "seal", "amend", "void", "enter", "leave"):
        assert submit(company.browser("eve"), f"/campaigns/autumn/{path}", **FORM).status_code in (404, 422), path
    assert sha256(company.browser(None).get("/campaigns/autumn/charter.json").get_data()).hexdigest() == digest


def _seen(company: Company) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page(company, "mo", "/campaigns/autumn/charter"))
    assert found is not None
    return found[1]


def test_dates_move_in_public_and_a_campaign_ends_with_a_reason(company: Company) -> None:
    company.board()
    campaign = staged.voting(company, secrecy__totals_hidden_until=None)
    mo = company.browser("mo")
    typed = {
        "phases.collect.from": "2026-05-21T14:00",
        "phases.collect.to": "2026-05-30T14:00",
        "phases.vote.from": "2026-06-01T14:00",
        "phases.vote.to": "2026-06-09T14:00",
        "decision.due": "2026-06-29",
        "why": "The site was down for a day.",
    }
    nothing = submit(mo, "/campaigns/autumn/amend", **typed)
    assert nothing.status_code == 422
    earlier = submit(mo, "/campaigns/autumn/amend", **(typed | {"phases.vote.to": "2026-06-05T14:00"}))
    assert earlier.status_code == 422
    assert "to a later time" in words(earlier)
    assert 'href="#f-phases.vote.to"' in earlier.get_data(as_text=True)
    longer = typed | {"phases.vote.to": "2026-06-10T14:00"}
    assert submit(mo, "/campaigns/autumn/amend", **(longer | {"why": " "})).status_code == 422
    assert submit(mo, "/campaigns/autumn/amend", **longer).status_code == 302
    assert "Vote until: 10 June 2026, 14:00 (Europe/Vienna)" in words(
        company.browser(None).get("/campaigns/autumn/charter")
    )
    assert "open until 10 June 2026, 14:00" in page(company, "cleo", "/campaigns/autumn")
    assert "The site was down for a day." in page(company, None, "/campaigns/autumn.atom")
    submit(mo, "/campaigns/autumn/void", reason=" ")
    assert staged.state(company, campaign) == "voting"
    submit(mo, "/campaigns/autumn/void", reason="Two accounts held the same keys.")
    assert told(company, "cleo")[-1] == "It was ended: Autumn", "a voter hears of it"
    assert told(company, "eve").count("It was ended: Autumn") == 5, "and who brought ideas, of each"
    ended = page(company, None, "/campaigns/autumn")
    assert "Two accounts held the same keys." in ended
    assert "Two accounts held the same keys." in page(company, "cleo", "/campaigns/autumn/ballot")


def test_a_board_leads_to_its_campaigns_and_authors_enter_what_they_brought(company: Company) -> None:
    company.board()
    company.board("inside", audience="employees")
    before = bring(company, "Brought before", by="cleo")
    assert "Campaigns" not in page(company, None, "/ideas/product")
    staged.sealed(company)
    staged.sealed(company, "winter", "inside", electorate__kind="employees")
    assert ">Campaigns</a>" in page(company, None, "/ideas/product")
    assert "/campaigns/autumn" in page(company, None, "/ideas/product")
    assert [one["campaign"] for one in data(company, "cleo", "/campaigns.json")] == ["autumn"]
    assert company.browser("cleo").get("/campaigns/winter").status_code == 404
    assert len(data(company, "eve", "/campaigns.json")) == 2
    company.later(1)
    bring(company, "Brought in time", by="carl")
    assert "Brought in time" in page(company, None, "/campaigns/autumn")
    assert "Brought before" in page(company, "cleo", "/campaigns/autumn"), "it is hers to enter"
    assert submit(company.browser("carl"), "/campaigns/autumn/enter", idea=str(before)).status_code == 404
    submit(company.browser("cleo"), "/campaigns/autumn/enter", idea=str(before))
    assert "Brought before" in page(company, None, "/campaigns/autumn")
    submit(company.browser("mo"), "/campaigns/autumn/leave", idea=str(before), reason="It is done already.")
    assert "Left out: Brought before . It is done already." in words(company.browser(None).get("/campaigns/autumn"))
    company.later(9.5)
    late = bring(company, "Too late", by="carl")
    assert "Too late" not in page(company, None, "/campaigns/autumn"), "the charter says until when ideas are taken"
    assert submit(company.browser("carl"), "/campaigns/autumn/enter", idea=str(late)).status_code == 404
    submit(company.browser("mo"), "/campaigns/autumn/enter", idea=f"/ideas/product/{late}-too-late")
    company.later(2)
    assert [one["title"] for one in _options(company)] == ["Brought in time", "Too late"]


def _options(company: Company) -> list[dict[str, str]]:
    found = data(company, None, "/api/v1/ideation/campaigns/autumn")["options"]
    return sorted(found, key=lambda one: str(one["option"]))
