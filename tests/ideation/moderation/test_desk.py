"""What waits for moderators: seen by them and its author alone, decided once, told."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread

from sqlalchemy import select

from renown_ideation.ideas import comments
from renown_ideation.models import Comment, Idea, Proposal, Trust
from renown_ideation.moderation import deciding, trust
from tests.ideation.company import Company, send, submit, words
from tests.ideation.desk import act, address, below, bring, get, page, put, told

HOME = "/desk/ideas"
DESK = f"{HOME}/waiting"


def keys(company: Company) -> dict[str, str]:
    """What waits, by key, with what the desk's boxes hold."""
    html = page(company, "mo", DESK)
    return {one.rpartition("@")[0]: one for one in re.findall(r'name="chosen" value="([^"]+)"', html)}


def decide(company: Company, *chosen: str, shown: bool, word: str = "", by: str = "mo") -> int:
    client = company.browser(by)
    fields = {"decide": "shown" if shown else "down", "word": word, "sure": str(len(chosen))}
    return submit(client, DESK, chosen=list(chosen), **fields).status_code


def test_a_held_idea_is_let_through_and_its_author_is_trusted_from_then_on(company: Company) -> None:
    company.board(held="new")
    idea = bring(company, "Dark mode", by="cleo", body="It hurts")
    for other in ("carl", "eve", None):
        assert company.browser(other).get(address(company, idea)).status_code == 404
    mine = page(company, "cleo", "/my/ideas")
    assert "What somebody new writes is looked at first. You know by 22 May" in words(mine)
    for other in ("eve", "cleo"):
        assert company.browser(other).get(DESK).status_code == 404
    seen = page(company, "mo", DESK)
    assert "It hurts" in seen
    assert "nothing let through yet" in seen
    assert decide(company, keys(company)[f"idea:{idea}"], shown=True) == 303
    assert "It hurts" in page(company, None, address(company, idea))
    assert "Let through: Dark mode" in told(company, "cleo")
    assert "Nothing waits" in page(company, "mo", DESK)
    second = bring(company, "Light mode", by="cleo")
    assert get(company, second).standing == "shown"
    assert get(company, bring(company, "Grey mode", by="carl")).standing == "waiting"


def test_what_is_taken_down_needs_a_word_and_its_author_reads_it(company: Company) -> None:
    company.board(held="new")
    idea, other = bring(company, "Buy watches", by="cleo"), bring(company, "Buy shoes", by="cleo")
    chosen = list(keys(company).values())
    refused = submit(company.browser("mo"), DESK, chosen=chosen, decide="down")
    assert refused.status_code == 422
    assert "Say why" in words(refused)
    assert refused.get_data(as_text=True).count("checked>") == 2
    assert decide(company, *chosen, shown=False, word="This is no place for watches.") == 303
    for one in (idea, other):
        assert company.browser(None).get(address(company, one)).status_code == 404
        assert "This is no place for watches." in page(company, "cleo", address(company, one))
    assert "This is no place for watches." in page(company, "cleo", "/my/ideas")
    with company.reading() as ctx:
        found = ctx.session.get_one(Trust, company.people["cleo"])
        assert (found.accepted, found.refused) == (0, 2)


def test_several_are_taken_down_only_by_who_says_how_many(company: Company) -> None:
    company.board(held="new")
    ideas = [bring(company, f"Buy watches {n}", by="cleo") for n in range(3)]
    chosen, client = list(keys(company).values()), company.browser("mo")
    asked = submit(client, DESK, chosen=chosen, decide="down", word="No watches.")
    assert asked.status_code == 200
    assert "Take down 3 things?" in words(asked)
    assert {get(company, one).standing for one in ideas} == {"waiting"}, "nothing is done yet"
    html = asked.get_data(as_text=True)
    sent = re.findall(r'name="(chosen|word|sure)" value="([^"]*)"', html)
    fields = {name: value for name, value in sent if name != "chosen"}
    again = [value for name, value in sent if name == "chosen"]
    submit(client, DESK, chosen=again, decide="down", **fields)
    assert {get(company, one).standing for one in ideas} == {"taken down"}


def test_each_has_buttons_of_its_own_in_words_that_fit(company: Company) -> None:
    company.board(held="new")
    held, reported = bring(company, "Dark mode", by="cleo"), bring(company, "Light mode", by="eve")
    act(company, "carl", below(reported, "report"), reason="spam")
    said = words(page(company, "mo", DESK))
    assert "Let through : Dark mode" in said
    assert "It stays : Light mode" in said
    assert decide(company, keys(company)[f"idea:{reported}"], shown=True) == 303
    assert get(company, held).standing == "waiting", "a button beside one thing decides that one"


def test_nobody_decides_a_text_that_they_did_not_read(company: Company) -> None:
    """Its author writes another one while a moderator reads; or another moderator was quicker."""
    company.board(held="new")
    idea = bring(company, "Dark mode", by="cleo")
    read = keys(company)[f"idea:{idea}"]
    assert act(company, "cleo", below(idea, "edit"), title="Buy watches", revision="1") == 302
    client = company.browser("mo")
    assert submit(client, DESK, chosen=read, decide="shown").status_code == 303
    assert "Its text was changed meanwhile" in client.get(DESK).get_data(as_text=True)
    assert get(company, idea).standing == "waiting"
    again = keys(company)[f"idea:{idea}"]
    assert decide(company, again, shown=False, word="No watches.") == 303
    decide(company, again, shown=True, by="ada")
    assert get(company, idea).standing == "taken down"


def test_a_new_text_waits_while_the_old_one_stays(company: Company) -> None:
    """Otherwise an idea that was let through would become an advertisement a minute later."""
    company.board(held="everybody")
    idea = bring(company, "Dark mode", by="cleo", body="It hurts", tags="night")
    decide(company, keys(company)[f"idea:{idea}"], shown=True)
    assert act(company, "cleo", below(idea, "edit"), title="Watches", body="Cheap", revision="1") == 302
    assert act(company, "cleo", below(idea, "edit"), title="Watches", body="Cheaper", revision="1") == 302
    with company.reading() as ctx:
        held = ctx.session.scalars(select(Proposal).where(Proposal.state == "held")).one().id
    for other in ("carl", "eve", None):
        assert "It hurts" in page(company, other, address(company, idea))
        assert company.browser(other).get(below(idea, f"proposals/{held}")).status_code == 404
    assert "Your new text is not shown yet" in page(company, "cleo", address(company, idea))
    assert "Cheaper" in page(company, "cleo", below(idea, f"proposals/{held}"))
    assert list(keys(company)) == [f"text:{held}"]
    assert "Cheaper" in page(company, "mo", DESK)
    decide(company, keys(company)[f"text:{held}"], shown=False, word="No watches.")
    assert "It hurts" in page(company, None, address(company, idea))
    assert company.browser("eve").get(below(idea, f"proposals/{held}")).status_code == 404
    assert act(company, "cleo", below(idea, "edit"), title="Dark mode", body="At night", revision="1") == 302
    decide(company, next(iter(keys(company).values())), shown=True)
    assert "At night" in page(company, None, address(company, idea))
    assert "It hurts" in page(company, None, below(idea, "texts"))


def test_a_text_that_went_on_meanwhile_is_not_written_over(company: Company) -> None:
    company.board(held="everybody")
    idea = bring(company, "Dark mode", by="cleo")
    decide(company, keys(company)[f"idea:{idea}"], shown=True)
    act(company, "cleo", below(idea, "edit"), title="Dark mode", body="Cleo's", revision="1")
    put(company, idea, state="elaborating")
    assert act(company, "mo", below(idea, "edit"), title="Dark mode", body="Mo's", revision="1") == 302
    decide(company, next(iter(keys(company).values())), shown=True)
    assert get(company, idea).body == "Mo's"
    with company.reading() as ctx:
        assert ctx.session.scalars(select(Proposal)).one().state == "open"


def test_a_comment_that_is_changed_waits_again(company: Company) -> None:
    company.board(held="everybody")
    idea = bring(company, "Dark mode", by="mo")
    act(company, "carl", below(idea, "comments"), body="Yes")
    (first,) = keys(company)
    decide(company, keys(company)[first], shown=True)
    comment = first.partition(":")[2]
    assert get(company, idea).comments == 1
    assert act(company, "carl", below(idea, f"comments/{comment}/edit"), body="Watches") == 302
    for other in ("cleo", None):
        seen = page(company, other, address(company, idea))
        assert "Yes" in seen
        assert "Watches" not in seen
    assert "It says: “Watches”" in page(company, "carl", address(company, idea))
    decide(company, keys(company)[f"change:{comment}"], shown=True)
    assert "Watches" in page(company, None, address(company, idea))
    assert get(company, idea).comments == 1


def test_a_report_is_decided_once_for_all_who_made_it(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="eve")
    act(company, "carl", below(idea, "comments"), body="You are stupid")
    with company.reading() as ctx:
        comment = str(ctx.session.scalar(select(Comment.id)))
    report = below(idea, "report")
    assert "You are stupid" in page(company, "cleo", f"{report}?comment={comment}")
    assert act(company, "cleo", report, comment=comment) == 422
    for who in ("cleo", "emil", "cleo"):
        assert act(company, who, report, comment=comment, reason="hurt", word="Look") == 302
    assert company.browser(None).get(report).status_code == 302
    seen = page(company, "mo", DESK)
    assert seen.count("Reported by") == 2
    assert "You are stupid" in page(company, None, address(company, idea))
    assert "reported" not in page(company, "carl", "/my/ideas").lower()
    assert decide(company, keys(company)[f"comment:{comment}"], shown=False, word="We do not talk like that.") == 303
    assert "You are stupid" not in page(company, "eve", address(company, idea))
    assert "We do not talk like that." in page(company, "carl", address(company, idea))
    assert get(company, idea).comments == 0
    assert any("Taken down: what you reported" in one for one in told(company, "emil"))
    assert any("Taken down: your comment" in one for one in told(company, "carl"))


def test_what_was_taken_down_by_mistake_is_looked_at_again(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="cleo")
    assert act(company, "carl", below(idea, "report"), reason="spam") == 302
    decide(company, keys(company)[f"idea:{idea}"], shown=False, word="Advertising.")
    decided = page(company, "mo", f"{HOME}/decided")
    assert "Advertising." in decided
    found = re.search(r'name="act" value="(\d+)"', decided)
    assert found is not None
    assert act(company, "ada", f"{HOME}/decided", act=found[1]) == 303
    assert company.browser(None).get(address(company, idea)).status_code == 404
    decide(company, keys(company)[f"idea:{idea}"], shown=True, by="ada")
    assert company.browser(None).get(address(company, idea)).status_code == 200
    assert told(company, "cleo")[-2:] == ["Taken down: Dark mode", "Let through: Dark mode"]


def test_the_same_desk_by_the_api(company: Company) -> None:
    company.board(held="new")
    idea = bring(company, "Dark mode", by="cleo")
    desk = "/api/v1/ideation/desk"

    def post(name: str, path: str, **given: object) -> int:
        return send(company.browser(name), path, **given).status_code

    assert company.browser("eve").get(desk).status_code == 404
    (waits,) = company.browser("mo").get(desk).get_json()
    chosen = {"key": waits["key"], "seen": waits["seen"]}
    assert post("mo", desk, **chosen, decision="taken down") == 422
    assert post("mo", desk, key=waits["key"], seen="7", decision="shown") == 409
    assert post("mo", desk, **chosen, decision="shown") == 204
    assert company.browser(None).get(address(company, idea)).status_code == 200
    reports = f"/api/v1/ideation/ideas/{idea}/reports"
    assert post("carl", reports, reason="spam") == 201
    assert post("carl", reports, comment=99, reason="spam") == 404
    assert len(company.browser("mo").get(desk).get_json()) == 1


def test_two_moderators_at_once_decide_once(company: Company) -> None:
    company.board(held="new")
    idea, start, outcomes = bring(company, "Dark mode", by="cleo"), Barrier(2), []

    def work(name: str, shown: bool) -> None:
        start.wait()
        with company.writing() as ctx:
            failed = deciding.several(ctx, company.people[name], {f"idea:{idea}": "1"}, shown=shown, word="No.")
        outcomes.append((shown, not failed))

    both = [Thread(target=work, args=("mo", True)), Thread(target=work, args=("ada", False))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    (won,) = [shown for shown, done in outcomes if done]
    assert get(company, idea).standing == ("shown" if won else "taken down")
    with company.reading() as ctx:
        found = ctx.session.get_one(Trust, company.people["cleo"])
        assert found.accepted + found.refused == 1


def test_what_is_past_its_day_stands_first_and_moderators_hear_of_it_once(company: Company) -> None:
    company.board(held="new")
    company.board("quick", held="new", acknowledge_days="1")
    slow = bring(company, "Slow", by="cleo")
    quick = bring(company, "Quick", by="cleo", board="quick")
    assert list(keys(company)) == [f"idea:{quick}", f"idea:{slow}"]
    company.later(7)
    assert page(company, "mo", DESK).count("overdue since") == 2
    assert "Past its day" in page(company, "cleo", "/my/ideas")
    company.later(1)
    for name in ("mo", "ada"):
        assert sorted(one for one in told(company, name) if "past its day" in one) == [
            "Waits past its day: Quick",
            "Waits past its day: Slow",
        ]
    assert not any("past its day" in one for one in told(company, "eve"))


def test_programs_that_fill_in_forms_are_stopped(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="eve")
    client = company.browser("carl")
    with company.reading() as ctx:
        now = ctx.sign.make("form", company.now)
    for fast in (now, "", "forged"):
        answer = submit(client, below(idea, "comments"), body="Watches", begun=fast)
        assert answer.status_code == 422
        assert "Watches" in answer.get_data(as_text=True)
    trapped = {"body": "Watches", "website": "https://watches.example"}
    assert submit(client, below(idea, "comments"), **trapped).status_code == 302
    assert "Watches" not in page(company, None, address(company, idea))
    assert "as if a program had filled in the form" in page(company, "mo", DESK)
    many = "See http://a.example, http://b.example and www.c.example"
    assert submit(client, "/ideas/product/new", title="Links", body=many).status_code == 302
    with company.reading() as ctx:
        linked = ctx.session.scalars(select(Idea).where(Idea.title == "Links")).one()
        assert linked.standing == "waiting"


def test_one_address_sends_only_so_much(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="eve")
    with company.writing() as ctx:
        for _ in range(39):
            ctx.limits.take_of("texts", "127.0.0.1", 40)
    assert act(company, "carl", below(idea, "comments"), body="One") == 302
    assert act(company, "cleo", below(idea, "comments"), body="Two") == 422
    assert act(company, "eve", below(idea, "comments"), body="From the office") == 302


def test_trust_follows_who_turns_out_to_be_one_person_and_goes_back(company: Company) -> None:
    cleo, carl = company.people["cleo"], company.people["carl"]
    with company.writing() as ctx:
        trust.learn(ctx, carl, True)
        trust.passed(ctx, cleo, carl)
        assert trust.known(ctx, cleo)
        trust.passed(ctx, cleo, carl, -1)
        assert not trust.known(ctx, cleo)


def test_overdue_answers_by_board_with_who_owes_them(company: Company) -> None:
    company.board()
    company.board("inner", audience="employees")
    late = bring(company, "Dark mode", by="cleo")
    put(company, late, owner_id=company.people["emil"])
    bring(company, "Quiet rooms", board="inner")
    company.later(6)
    seen = words(page(company, "mo", "/desk/ideas/overdue"))
    assert "Answers overdue (2)" in seen
    assert "Dark mode Submitted since 22 May (4 days) Emil" in seen
    assert "Quiet rooms Submitted since 22 May (4 days) nobody yet" in seen


def test_likely_duplicates_are_proposed_until_somebody_says_that_they_are_not_the_same(company: Company) -> None:
    company.board()
    one = bring(company, "Export reports as CSV tables")
    two = bring(company, "Export all reports as CSV", by="cleo")
    bring(company, "Louder bells")
    where = "/desk/ideas/duplicates"
    seen = page(company, "mo", where)
    assert seen.count("Look at a merge") == 1
    assert f"/ideas/product/{two}/merge?into={one}" in seen
    assert "<bdi>Export all reports as CSV</bdi></a>” goes on in" in page(
        company, "mo", below(two, f"merge?into={one}")
    )
    assert act(company, "mo", where, one=str(two), other=str(one)) == 303
    assert "No two look alike" in page(company, "mo", where)
    assert act(company, "mo", where, one=str(two), other=str(two)) == 404


def test_a_comment_that_comes_back_counts_again_and_one_that_goes_twice_goes_once(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode", by="eve")
    for body in ("You are stupid", "Me too"):
        assert act(company, "carl", below(idea, "comments"), body=body) == 302
    with company.reading() as ctx:
        comment, other = ctx.session.scalars(select(Comment.id).order_by(Comment.id)).all()
    assert act(company, "cleo", below(idea, "report"), comment=str(comment), reason="hurt") == 302
    decide(company, keys(company)[f"comment:{comment}"], shown=False, word="Not like that.")
    assert get(company, idea).comments == 1
    found = re.search(r'name="act" value="(\d+)"', page(company, "mo", f"{HOME}/decided"))
    assert found is not None
    act(company, "mo", f"{HOME}/decided", act=found[1])
    decide(company, keys(company)[f"comment:{comment}"], shown=True, by="ada")
    assert get(company, idea).comments == 2
    barrier = Barrier(2)

    def delete() -> None:
        with company.writing() as ctx:
            row, said = ctx.session.get_one(Idea, idea), ctx.session.get_one(Comment, other)
            if company.db.dialect == "postgresql":
                barrier.wait(30)
            comments.delete(ctx, row, said)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(delete), pool.submit(delete)]:
            one.result(60)
    assert get(company, idea).comments == 1


def test_what_waits_for_a_moderator_past_its_day_is_overdue_like_the_rest(company: Company) -> None:
    company.board(held="everybody")
    bring(company, "Dark mode", by="cleo")
    company.later(6)
    assert "Answers overdue (1)" in words(page(company, "mo", "/desk/ideas/overdue"))
    assert "1 overdue" in words(page(company, None, "/ideas/product"))


def test_the_next_answer_is_promised_within_a_year(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode")
    given = {"state": "acknowledged", "answer": "Read."}
    assert act(company, "mo", below(idea, "step"), **given, due="2031-01-01") == 422
    assert act(company, "mo", below(idea, "step"), **given, due="2027-05-01") == 302
