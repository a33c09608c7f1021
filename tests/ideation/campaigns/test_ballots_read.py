"""What voters have before them: the text that was frozen, of a long list what they look for, ranks by taps."""

from __future__ import annotations

import re

import pytest

from renown_ideation.ideas.texts import Draft, Refused
from renown_ideation.models import Idea
from renown_ideation.moderation import deciding, holding
from tests.ideation.campaigns import staged
from tests.ideation.campaigns.forms import fields
from tests.ideation.company import Company, submit, words
from tests.ideation.desk import address, below, bring, number, page, put, vote
from tests.ideation.program import caller, done

BALLOT = "/campaigns/autumn/ballot"
FROZEN = "Black on white is too bright at night."


def test_voters_read_what_was_frozen_and_it_stays_until_the_vote_closes(company: Company) -> None:
    company.board()
    staged.sealed(company)
    company.later(1)
    idea, other = (
        bring(company, "Dark mode", body=FROZEN),
        bring(company, "Offline mode", body="Trains have no network."),
    )
    submit(company.browser("emil"), below(idea, "propose"), title="Red mode", body="Red.", note="Red!", base="1")
    assert "Change the text" in page(company, "eve", address(company, idea))
    company.later(11)
    text = "/campaigns/autumn/options/1"
    for reader, path in (("cleo", BALLOT), (None, "/campaigns/autumn")):
        folded = page(company, reader, path)
        assert f'href="{text}"' in folded
        assert f'hx-get="{text}/_text"' in folded
        assert FROZEN not in folded, "it is fetched when it is unfolded"
        assert FROZEN in page(company, reader, text)
        assert FROZEN in page(company, reader, f"{text}/_text")
    said = "It is being voted on: its text stays as it is until the vote closes."
    typed = {"title": "Light mode", "body": "Nothing of the above.", "tags": "", "revision": "1"}
    refused = submit(company.browser("eve"), below(idea, "edit"), **typed)
    assert refused.status_code == 422
    assert said in words(refused)
    accepted = submit(company.browser("eve"), below(idea, "proposals/1/accept"), revision="1")
    assert accepted.status_code == 422
    assert said in words(accepted)
    own = page(company, "eve", address(company, idea))
    assert said in own
    assert "Change the text" not in own
    with company.writing() as ctx:
        found = ctx.session.get_one(Idea, idea)
        draft = Draft("Light mode", "Let through", ())
        held = holding.text(ctx, company.boarded(ctx), found, company.people["eve"], draft, "", "It has links").id
    with company.writing() as ctx, pytest.raises(Refused, match="being voted on"):
        deciding.decide(ctx, company.people["mo"], f"text:{held}", str(held), shown=True)
    second = "/campaigns/autumn/options/2"
    assert "Trains have no network." in page(company, "carl", second)
    put(company, other, standing="taken down")
    assert company.browser("carl").get(second).status_code == 404
    assert second not in page(company, "carl", BALLOT)
    company.later(9)
    assert submit(company.browser("eve"), below(idea, "edit"), **typed).status_code == 302
    assert "Nothing of the above." in page(company, None, address(company, idea))
    kept = page(company, None, text)
    assert FROZEN in kept
    assert "Nothing of the above." not in kept


def test_a_tap_sends_no_texts_and_writes_nothing(company: Company) -> None:
    company.board()
    staged.sealed(company, ballot={"kind": "budget", "budget": 10, "most_per_option": None, "most_options": None})
    company.later(1)
    for one in range(10):
        bring(company, f"Option {one}", body="All of it. " * 500)
    company.later(11)
    cleo = company.browser("cleo")
    with company.db.write():
        for path in (BALLOT, "/campaigns/autumn/_ballot"):
            tapped = submit(cleo, path, o1="1", act="1+")
            assert tapped.status_code == 200, "it does not wait for whoever writes (of whom SQLite has one)"
            assert 'value="2"' in tapped.get_data(as_text=True)
            assert "All of it." not in tapped.get_data(as_text=True)
            assert len(tapped.get_data()) < 60_000
    found = submit(cleo, BALLOT, find="all OF it", act="find").get_data(as_text=True)
    assert "10 of 10 options." in found, "it is looked through all the same"
    assert submit(cleo, BALLOT, o1="1", act="cast").status_code == 302


def test_of_a_long_ballot_some_are_shown_and_nothing_chosen_is_lost(company: Company) -> None:
    company.board()
    plants = ("Ash", "Beech", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Oak in autumn", "Oak in spring")
    staged.voting(company, *plants)
    cleo = company.browser("cleo")
    typed, shown = fields(page(company, "cleo", BALLOT))
    assert {f"o{one}" for one in range(1, 11)} < set(shown)
    typed |= {"o1": "1", "o9": "1", "find": "oak AUTUMN"}
    for act in ("find", "enter"):
        found = submit(cleo, BALLOT, **typed, act=act).get_data(as_text=True)
        sent, shown = fields(found)
        assert [one for one in shown if one.startswith("o")] == ["only", "o9"]
        assert (sent["o1"], sent["o9"]) == ("1", "1"), "what is out of sight travels along"
        assert "1 of 10 options." in found
    over = submit(cleo, BALLOT, **sent, act="enter")
    assert "Ash 1" not in words(over)
    assert "It is not cast yet." in words(over), "there was nothing new to look for"
    sent |= {"find": "", "only": "1"}
    sent, shown = fields(submit(cleo, BALLOT, **sent, act="find").get_data(as_text=True))
    assert {one for one in shown if one.startswith("o")} == {"only", "o1", "o9"}
    assert submit(cleo, BALLOT, **sent, act="cast").status_code == 302
    receipt = page(company, "cleo", "/campaigns/autumn/receipt")
    assert "Ash" in receipt
    assert "Oak in autumn" in receipt
    assert "Beech" not in receipt


def test_ranks_are_given_by_taps_without_scripts(company: Company) -> None:
    company.board()
    rank = {"kind": "rank", "most_options": None}
    staged.voting(company, ballot=rank, count={"method": "schulze", "tie_break": "lot"})
    cleo = company.browser("cleo")
    sent, _ = fields(page(company, "cleo", BALLOT))
    for act, order in (("3+", [3]), ("1+", [3, 1]), ("4+", [3, 1, 4]), ("4-", [3, 4, 1]), ("3-", [3, 4, 1]),
                       ("3+", [4, 3, 1]), ("1+", [4, 3, 1]), ("3x", [4, 1]), ("2+", [4, 1, 2])):  # fmt: skip
        drawn = submit(cleo, BALLOT, **sent, act=act).get_data(as_text=True)
        sent, shown = fields(drawn)
        ranked = sorted((value, name) for name, value in sent.items() if re.fullmatch(r"o\d", name) and value)
        assert ranked == [(str(at), f"o{option}") for at, option in enumerate(order, 1)], act
        assert shown[: len(order)] == [f"o{option}" for option in order], "what is ranked stands first, in order"
    assert drawn.count(">Up</button>") == drawn.count(">Remove</button>") == 3
    assert drawn.count(">Add</button>") == 1
    sent |= {"o4": "1", "o1": "1"}
    sent, _ = fields(submit(cleo, BALLOT, **sent, act="3+").get_data(as_text=True))
    assert sorted(sent[f"o{one}"] for one in (1, 2, 3, 4)) == ["1", "2", "3", "4"], "two alike are put in order"
    assert submit(cleo, BALLOT, **sent, act="cast").status_code == 302


def test_only_who_may_cast_a_ballot_is_led_to_it_and_others_go_on_voting(company: Company) -> None:
    company.board()
    idea = staged.idea_of(company, staged.voting(company, electorate__kind="employees"), 1)
    path = address(company, idea)
    emil = page(company, "emil", path)
    assert f'href="{BALLOT}">To the ballot' in emil
    assert 'id="vote-button"' not in emil
    for name, button in (("cleo", ">Vote</button>"), (None, ">Sign in to vote</a>")):
        html = page(company, name, path)
        assert button in html
        assert "To the ballot" not in html
        assert "by those whom its charter names. A vote here is no ballot." in html
    submit(company.browser("cleo"), below(idea, "vote"), vote="on")
    assert "Take your vote back" in page(company, "cleo", path)


def test_who_votes_by_a_ballot_gives_and_takes_no_vote_beside_it(company: Company) -> None:
    company.board()
    idea = staged.idea_of(company, staged.voting(company, electorate__kind="employees"), 1)
    merged = bring(company, "A dark theme", by="cleo")
    put(company, merged, state="merged", into_id=idea)
    vote(company, idea, "emil")
    emil, cleo = caller(company, "emil"), caller(company, "cleo")
    said = "You vote on it in “Autumn”, by your ballot. A vote here is no ballot."
    for one in (idea, merged):
        for method in ("PUT", "DELETE"):
            assert done(emil(method, f"/ideas/{one}/vote"), 409)["message"] == said, (method, one)
    browser = company.browser("emil")
    submit(browser, below(idea, "vote"), vote="off")
    assert said in browser.get(address(company, idea)).get_data(as_text=True)
    for where in ("", "?in=list", "?in=draft"):
        drawn = submit(browser, below(idea, f"_vote{where}"), vote="off").get_data(as_text=True)
        assert (BALLOT in drawn, 'name="vote"' in drawn) == (True, False), where
    assert number(company, idea) == 1, "the vote from before stays"
    for path in ("_similar?title=Dark+mode", "new?title=Dark+mode", "?q=dark+mode+please"):
        drawn = {name: page(company, name, f"/ideas/product/{path}") for name in ("emil", "cleo")}
        shown = {name: (BALLOT in html, f'id="vote-button-{idea}"' in html) for name, html in drawn.items()}
        assert shown == {"emil": (True, False), "cleo": (False, True)}, path
    assert done(cleo("PUT", f"/ideas/{idea}/vote"))["voted"], "it is not hers to cast"
    assert number(company, idea) == 2
    company.later(9)
    assert not done(emil("DELETE", f"/ideas/{idea}/vote"))["voted"], "the vote is closed"
    assert number(company, idea) == 1
