"""What is there already is found before it is brought again, alike on both databases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from renown_ideation import boards, listing
from renown_ideation.ideas import index, matching, similar, words
from renown_ideation.models import Idea
from tests.ideation.company import Company, submit
from tests.ideation.desk import act, address, below, bring, merge, page, put, vote


def _likely(company: Company, title: str, name: str | None = "cleo") -> list[str]:
    with company.reading() as ctx:
        found = similar.find(ctx, company.viewer(name), company.boarded(ctx), title)
        return [one.title for one in found]


def _found(company: Company, asked: str, name: str | None = "cleo") -> list[str]:
    with company.reading() as ctx:
        viewer = company.viewer(name)
        return [one.title for one in listing.search(ctx, viewer, asked, boards.listed(ctx, viewer)).ideas]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Exporting the Reports", ["export", "the", "report"]),
        ("Größe, GRÖSSE!", ["grosse"]),
        ("暗いテーマ", ["暗い", "いテ", "テー", "ーマ"]),
        ("हिन्दी", ["हनद"]),
        ("... --- !!!", []),
        ("CSV-Export_3", ["csv", "export", "3"]),
    ],
)
def test_words_are_the_same_whatever_their_case_accents_and_ending(said: str, expected: list[str]) -> None:
    assert words.of(said) == expected


_SAID = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    ["Exports, EXPORTED, companies", "Ärger mit Straßen", "导出 CSV", "bies ed s ing", "ﬁnds İstanbul"]
)


@given(_SAID, _SAID)
def test_a_glance_misses_no_word_that_a_text_has(said: str, asked: str) -> None:
    shared = words.set_of(said) & words.set_of(asked)
    assert words.may_have(said, words.of(asked)) or not shared
    assert words.set_of(said) == frozenset(words.of(said))
    for one in words.of(said):
        assert words.may_have(said, [one])


@given(st.text())
def test_any_text_has_words_that_are_found_in_it(said: str) -> None:
    found = words.of(said)
    assert len(found) == len(set(found))
    assert not any("'" in one or '"' in one or " " in one or "\\" in one or not one for one in found)


_TITLES = st.lists(st.sampled_from(["dark", "mode", "export", "report", "csv", "theme", "night", "app"]), max_size=6)


@given(_TITLES.filter(bool), _TITLES, _TITLES, st.data())
def test_likeness_is_what_its_sentence_says(
    asked: list[str], title: list[str], body: list[str], data: st.DataObject
) -> None:
    weights = {one: data.draw(st.floats(0.1, 12)) for one in asked}
    said, below, whole = set(title), set(body), sum(weights.values())
    covered = sum(weight * (1 if one in said else 0.4 if one in below else 0) for one, weight in weights.items())
    wanted = 0.7 * covered / whole + 0.3 * len(said & weights.keys()) / len(said | weights.keys())
    found = similar._Asked(weights).likeness(" ".join(title), " ".join(body))
    if wanted >= 0.3 + 1e-9:
        assert found == pytest.approx(wanted)
    else:
        assert found < 0.3 + 1e-9


def test_what_goes_on_in_a_hidden_idea_takes_no_place_among_similar_ones(company: Company) -> None:
    company.board()
    bring(company, "Dark mode for the app")
    hidden = bring(company, "Dark mode that nobody may read")
    with company.writing() as ctx:
        old = ctx.session.get_one(Idea, hidden)
        same = {"board_id": old.board_id, "state": "merged", "standing": "shown", "into_id": hidden}
        texts = {"title": "Dark mode for all of us", "body": "", "changed_at": old.changed_at}
        many = [Idea(**same, **texts) for _ in range(55)]
        ctx.session.add_all(many)
        ctx.session.flush()
        index.put(ctx, *(one.id for one in many))
    put(company, hidden, standing="taken down")
    assert _likely(company, "dark mode for the app") == ["Dark mode for the app"]
    put(company, hidden, standing="shown")
    assert _likely(company, "dark mode for all of us")[0] == "Dark mode that nobody may read"


def test_similar_ideas_are_found_by_what_they_say(company: Company) -> None:
    company.board()
    company.board("private", audience="employees")
    dark, csv = bring(company, "Dark mode for the app"), bring(company, "Export reports as CSV", body="For invoices.")
    bring(company, "A night theme", body="The bright one hurts at night.")
    bring(company, "Dark mode for staff", board="private")
    gone = bring(company, "Dark mode, withdrawn")
    put(company, gone, state="withdrawn")
    merged = bring(company, "A dark theme")
    merge(company, merged, dark)

    assert _likely(company, "dark mode please") == ["Dark mode for the app"]
    assert _likely(company, "Let me export a report") == ["Export reports as CSV"]
    assert _likely(company, "theme, dark")[0] == "Dark mode for the app", "a merged one leads to where it goes on"
    assert _likely(company, "Coffee") == []
    assert _likely(company, '\'; DROP TABLE "x" & | ! * (') == []

    assert _found(company, "report csv") == ["Export reports as CSV"]
    assert _found(company, "repo") == ["Export reports as CSV"], "the last word may be begun"
    assert _found(company, "repo ") == []
    assert _found(company, "invoice") == ["Export reports as CSV"], "the text is searched as well"
    assert set(_found(company, "dark mode", "eve")) == {"Dark mode for the app", "Dark mode for staff"}
    assert _found(company, "dark mode", None) == ["Dark mode for the app"]
    put(company, csv, title="Export reports as a sheet")
    with company.writing() as ctx:
        index.put(ctx, csv)
    assert _found(company, "csv") == []
    assert _found(company, "sheet") == ["Export reports as a sheet"]


def test_what_is_common_says_less_than_what_is_rare(company: Company) -> None:
    company.board()
    for number in range(12):
        bring(company, f"Add a button for {number}", by=("eve", "emil")[number % 2])
    bring(company, "Add a telescope", by="emil")
    for analyzed in (False, True):
        if analyzed:
            with company.writing() as ctx:
                ctx.session.execute(text("ANALYZE"))
                assert matching.counts(ctx, ["button", "telescope", "nowhere"]) == {"button": 12, "telescope": 1}
        assert _likely(company, "Add a telescope button")[0] == "Add a telescope"


def test_many_are_put_into_the_index_at_once(company: Company) -> None:
    board = company.board()
    with company.writing() as ctx:
        ideas = [
            Idea(board_id=board, title=f"Idea {n}", body="needle" if n == 1500 else "", state="submitted",
                 standing="shown", submitted_at=n, changed_at=n)
            for n in range(1, 2101)
        ]  # fmt: skip
        ctx.session.add_all(ideas)
        ctx.session.flush()
        index.put(ctx, *(one.id for one in ideas))
    assert _found(company, "needle") == ["Idea 1500"]


def test_who_brings_an_idea_sees_those_like_it_first(company: Company) -> None:
    company.board()
    there = bring(company, "Dark mode for the app")
    fragment = company.browser("cleo").get("/ideas/product/_similar?title=Dark+mode").get_data(as_text=True)
    assert "A similar idea exists. Vote for one, or continue." in fragment
    assert f'value="{there}"' in fragment
    assert below(there, "vote") in fragment

    # Without a script: the first time it is sent, it is shown beside those like it.
    assert act(company, "cleo", "/ideas/product/new", title="Dark mode", body="My eyes hurt.") == 200
    kept = page(company, "cleo", "/ideas/product/new")
    assert "You have a draft here" in kept
    with company.reading() as ctx:
        assert ctx.session.query(Idea).filter_by(state="submitted").count() == 1
    answer = act(company, "cleo", "/ideas/product/new", title="Dark mode", body="My eyes hurt.", seen=str(there))
    assert answer == 302
    assert _found(company, "eyes hurt") == ["Dark mode"]
    vote(company, there, "cleo")
    assert "You voted for it" in page(company, "cleo", "/ideas/product")
    assert page(company, None, address(company, there)).count("Sign in to vote") == 1


def test_whoever_votes_while_writing_may_throw_the_draft_away(company: Company) -> None:
    company.board()
    there, made = bring(company, "Dark mode for the app"), bring(company, "Dark mode in the browser")
    put(company, made, state="delivered")
    cleo = company.browser("cleo")
    fragment = cleo.get("/ideas/product/_similar?title=Dark+mode").get_data(as_text=True)
    assert "It is there already: read it" in fragment
    assert below(made, "vote") not in fragment, "nobody votes for what is there"
    assert f'hx-post="{below(there, "_vote")}?in=draft" hx-include="[name=draft]"' in fragment
    submit(cleo, "/ideas/product/draft", title="Dark mode")
    with company.reading() as ctx:
        draft = ctx.session.query(Idea).filter_by(state="draft").one().id
    voted = submit(cleo, below(there, "_vote") + "?in=draft", vote="on", draft=str(draft)).get_data(as_text=True)
    assert f'Voted. <a href="{address(company, there)}">See it</a>, or throw this draft away' in voted
    assert f'action="{below(draft, "discard")}"' in voted
    alone = submit(cleo, below(there, "_vote") + "?in=draft", vote="on").get_data(as_text=True)
    assert "throw this draft away" not in alone, "nothing is kept yet"
    assert "Voted." not in submit(cleo, below(there, "_vote") + "?in=list", vote="on").get_data(as_text=True)
