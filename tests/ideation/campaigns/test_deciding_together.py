"""Two moderators decide on pages of their own: neither undoes what the other kept without having seen it."""

from __future__ import annotations

from renown_ideation.campaigns import deciding
from tests.ideation.campaigns import staged
from tests.ideation.campaigns.forms import fields
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import page

DESK = "/desk/campaigns/autumn"


def _kept(company: Company, campaign: int) -> dict[int, tuple[str, str]]:
    with company.reading() as ctx:
        return {one: (made.seat, made.reason) for one, made in deciding.newest(ctx, campaign).items()}


def test_an_older_page_undoes_nothing_that_was_kept_since(company: Company) -> None:
    company.board()
    campaign = staged.counted(company)
    mo, ada = company.browser("mo"), company.browser("ada")
    first, _ = fields(page(company, "mo", DESK))
    older, _ = fields(page(company, "ada", DESK))
    chosen = {"seat2": "board", "reason2": "Trains are where people read.", "seat3": "none", "reason3": "A year."}
    assert submit(mo, DESK, **first | chosen, act="keep").status_code == 302
    before = _kept(company, campaign)
    older |= {"seat3": "vote", "reason3": "It was promised.", "seat4": "board", "reason4": "Nights are long."}
    for act in ("keep", "publish"):
        refused = submit(ada, DESK, **older, act=act)
        assert refused.status_code == 409
        assert _kept(company, campaign) == before
        assert staged.state(company, campaign) == "counted"
    said = words(refused)
    assert "2 options were decided otherwise since you opened this page" in said
    assert "Kept by Mo" in said
    assert ": Chosen by the board. Trains are where people read." in said
    assert "Not chosen. A year. What stands below is yours." in said
    now, _ = fields(refused.get_data(as_text=True))
    assert (now["seat2"], now["reason2"]) == ("board", "Trains are where people read."), "Ada left it as it was"
    assert (now["seat3"], now["reason3"]) == ("vote", "It was promised."), "what was typed is not lost"
    assert (now["seat4"], now["reason4"]) == ("board", "Nights are long.")
    looked, _ = fields(submit(ada, DESK, **older, act="show").get_data(as_text=True))
    assert looked == now, "to look says the same"
    assert submit(ada, DESK, **now, act="keep").status_code == 302, "having seen it"
    assert _kept(company, campaign) == before | {
        3: ("vote", "It was promised."),
        4: ("board", "Nights are long."),
    }


def test_who_only_keeps_what_the_vote_said_is_noticed_too(company: Company) -> None:
    company.board()
    staged.counted(company)
    older, _ = fields(page(company, "ada", DESK))
    submit(company.browser("mo"), DESK, **older, act="keep")
    refused = submit(company.browser("ada"), DESK, **older, act="publish")
    assert refused.status_code == 409
    assert "Decisions were kept since you opened this page" in words(refused)
    now, _ = fields(refused.get_data(as_text=True))
    asked, _ = fields(submit(company.browser("ada"), DESK, **now, act="publish").get_data(as_text=True))
    asked |= {"unfilled": "Two are enough."}
    assert submit(company.browser("ada"), DESK, **asked, act="publish").location == "/campaigns/autumn/report"
