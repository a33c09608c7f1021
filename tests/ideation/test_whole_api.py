"""What pages do with an idea, by programs: drafts, texts, authors, files, answers, merging, what is one's own."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.ideation.campaigns import staged
from tests.ideation.company import Company
from tests.ideation.desk import bring, get, told, vote
from tests.ideation.program import AT, READ, WRITE, caller, done, wrong

FAR = 2**63 - 1


def titles(found: Any) -> list[str]:
    return [one["title"] for one in found]


def test_a_draft_is_kept_sent_withdrawn_and_taken_up(shared: Company) -> None:
    cleo, carl = caller(shared, "cleo"), caller(shared, "carl")
    draft = done(cleo("POST", "/boards/product/drafts", json={"title": "Half an idea", "tags": ["half"]}), 201)
    at = f"/drafts/{draft['id']}"
    assert done(cleo("PUT", at, json={"title": "A whole idea", "tags": ["whole"]}))["tags"] == ["whole"]
    assert (titles(done(cleo("GET", "/drafts"))), done(carl("GET", "/drafts"))) == (["A whole idea"], [])
    for method, path in (("PUT", at), ("POST", f"{at}/submit"), ("DELETE", at)):
        assert carl(method, path, json={}).status_code == 404, (method, path)
    assert wrong(cleo("POST", f"{at}/submit", json={"without": ["nothing"]})) == {"without"}
    sent = done(cleo("POST", f"{at}/submit", json={}))
    assert (sent["state"], sent["title"], sent["tags"]) == ("submitted", "A whole idea", ["whole"])
    assert cleo("PUT", at, json={"title": "x"}).status_code == 404, "it is a draft no more"

    idea = f"/ideas/{sent['id']}"
    assert carl("POST", f"{idea}/withdraw").status_code == 404
    assert cleo("POST", f"{idea}/take-up").status_code == 422
    assert done(cleo("POST", f"{idea}/withdraw"))["state"] == "withdrawn"
    assert done(cleo("POST", f"{idea}/take-up"))["title"] == "A whole idea"
    done(cleo("DELETE", at), 204)
    assert get(shared, sent["id"]).state == "withdrawn", "what was sent before is only withdrawn again"


def test_a_text_is_proposed_taken_over_declined_and_hidden(shared: Company) -> None:
    number = bring(shared, "Quiet hours", by="eve", body="At night")
    at = f"/ideas/{number}"
    eve, emil, mo = caller(shared, "eve"), caller(shared, "emil"), caller(shared, "mo")
    text = {"title": "Quiet hours", "body": "At night and on Sundays", "note": "Sundays too", "revision": 1}
    assert wrong(emil("POST", f"{at}/proposals", json={**text, "note": " "})) == {"note"}
    assert emil("POST", f"{at}/proposals", json={**text, "revision": 7}).status_code == 404
    made = done(emil("POST", f"{at}/proposals", json=text), 201)
    one = f"{at}/proposals/{made['id']}"
    assert emil("POST", f"{one}/accept", json={"revision": 1}).status_code == 404, "its authors take it over"
    assert eve("POST", f"{one}/withdraw").status_code == 404, "it is not hers"
    assert eve("POST", f"{one}/accept", json={"revision": 2}).status_code == 409
    taken = done(eve("POST", f"{one}/accept", json={"revision": 1}))
    assert (taken["revision"], taken["body"]) == (2, "At night and on Sundays")
    assert wrong(eve("POST", f"{one}/decline", json={"answer": "No."})) == {"answer"}

    second = done(emil("POST", f"{at}/proposals", json={**text, "body": "Always", "revision": 2}), 201)["id"]
    assert done(eve("POST", f"{at}/proposals/{second}/decline", json={"answer": "Too much."}))["state"] == "declined"
    third = done(emil("POST", f"{at}/proposals", json={**text, "body": "Never", "revision": 2}), 201)["id"]
    assert done(emil("POST", f"{at}/proposals/{third}/withdraw"))["state"] == "withdrawn"
    said = [(one["state"], one["answer"]) for one in done(eve("GET", f"{at}/proposals"))]
    assert said == [("accepted", ""), ("declined", "Too much."), ("withdrawn", "")]
    assert done(eve("GET", f"{at}/proposals?state=open")) == []

    found = done(emil("GET", f"{at}/texts"))
    assert [(one["revision"], one["proposal"]) for one in found["texts"]] == [(2, made["id"]), (1, None)]
    assert wrong(mo("PUT", f"{at}/texts/2", json={"hidden": True})) == {"text"}
    assert emil("PUT", f"{at}/texts/1", json={"hidden": True}).status_code == 403
    done(mo("PUT", f"{at}/texts/1", json={"hidden": True}), 204)
    assert [one["body"] for one in done(emil("GET", f"{at}/texts?before=2"))["texts"]] == [None]
    assert [one["body"] for one in done(mo("GET", f"{at}/texts?before=2"))["texts"]] == ["At night"]
    done(mo("PUT", f"{at}/texts/1", json={"hidden": False}), 204)
    assert done(emil("GET", f"{at}/texts"))["texts"][1]["body"] == "At night"


def test_what_waits_of_a_text_is_seen_by_its_author_and_moderators(company: Company) -> None:
    company.board(held="everybody")
    number = bring(company, "Quiet hours", by="cleo")
    mo, cleo, carl = (caller(company, one) for one in ("mo", "cleo", "carl"))
    item = done(mo("GET", "/desk"))[0]
    done(mo("POST", "/desk", json={"key": item["key"], "seen": item["seen"], "decision": "shown"}), 204)
    changed = {"title": "Quieter hours", "revision": 1}
    assert done(cleo("PUT", f"/ideas/{number}", json=changed), 202)["title"] == "Quiet hours"
    for who, seen in ((cleo, ["held"]), (mo, ["held"]), (carl, [])):
        assert [one["state"] for one in done(who("GET", f"/ideas/{number}/proposals"))] == seen
    assert [one["what"] for one in done(cleo("GET", "/mine/waiting"))["held"]] == ["Your new text", "Your idea"]
    waits = done(cleo("GET", f"/ideas/{number}/proposals"))[0]["id"]
    assert carl("POST", f"/ideas/{number}/proposals/{waits}/withdraw").status_code == 404
    assert done(cleo("POST", f"/ideas/{number}/proposals/{waits}/withdraw"))["state"] == "gone", "nobody ever saw it"
    assert done(mo("GET", "/desk")) == []


def test_an_idea_is_written_together_and_followed(shared: Company) -> None:
    number = bring(shared, "Two desks", by="eve")
    at = f"/ideas/{number}"
    eve, emil = caller(shared, "eve"), caller(shared, "emil")
    assert emil("POST", f"{at}/authors", json={"whom": "emil"}).status_code == 404
    assert wrong(eve("POST", f"{at}/authors", json={"whom": "nobody-here"})) == {"whom"}
    done(eve("POST", f"{at}/authors", json={"whom": "nobody@elsewhere.org"}), 204)
    assert emil("POST", f"{at}/authors/answer", json={"agrees": True}).status_code == 404
    done(eve("POST", f"{at}/authors", json={"whom": "emil@example.com"}), 204)
    assert titles(done(emil("GET", "/mine/waiting"))["invited"]) == ["Two desks"]
    done(emil("POST", f"{at}/authors/answer", json={"agrees": True}), 204)
    assert done(eve("GET", at))["authors"] == ["Eve", "Emil"]
    assert "Two desks" in titles(done(emil("GET", "/mine"))["ideas"])
    done(emil("DELETE", f"{at}/authors/me"), 204)
    assert done(eve("GET", at))["authors"] == ["Eve"]
    assert "Two desks" not in titles(done(emil("GET", "/mine"))["ideas"])

    assert done(emil("PUT", f"{at}/follow")) == {"follows": True}
    assert titles(done(emil("GET", "/mine?show=followed"))["ideas"]) == ["Two desks"]
    emil("PUT", f"{at}/vote")
    assert titles(done(emil("GET", "/mine?show=voted"))["ideas"]) == ["Two desks"]
    before = told(shared, "emil")
    assert done(emil("DELETE", f"{at}/follow")) == {"follows": False}
    step = {"state": "acknowledged", "answer": "Thank you."}
    assert done(caller(shared, "mo")("POST", f"{at}/steps", json=step), 201)["state"] == "acknowledged"
    shared.settle()
    assert told(shared, "emil") == before
    assert told(shared, "eve")[-1] == "Acknowledged: Two desks"


def test_staff_answer_hand_over_and_merge(shared: Company) -> None:
    number, other = bring(shared, "Night shift"), bring(shared, "Work at night")
    at = f"/ideas/{number}"
    mo, eve, narrow = caller(shared, "mo"), caller(shared, "eve"), caller(shared, "mo", READ, WRITE)
    step = {"state": "acknowledged", "answer": "We read it."}
    for who in (eve, narrow):
        assert who("POST", f"{at}/steps", json=step).status_code == 404
        assert who("PUT", f"{at}/owner", json={"owner": "mo@example.com"}).status_code == 404
    assert wrong(mo("POST", f"{at}/steps", json={**step, "due": "someday"})) == {"due"}
    assert wrong(mo("POST", f"{at}/steps", json={**step, "due": "9999-12-31"})) == {"due"}
    assert wrong(mo("POST", f"{at}/steps", json={**step, "state": "delivered"})) == {"state"}
    answered = done(mo("POST", f"{at}/steps", json={**step, "due": "2026-06-04"}), 201)
    assert (answered["answers"][0]["text"], answered["next_answer_by"]) == ("We read it.", "2026-06-05T00:00:00Z")
    assert wrong(mo("PUT", f"{at}/owner", json={"owner": "cleo@example.com"})) == {"owner"}
    assert done(mo("PUT", f"{at}/owner", json={"owner": "eve@example.com"}))["owner"] == "Eve"
    assert eve("POST", f"{at}/steps", json=step).status_code == 404, "her token has no scope for it"

    merge = {"into": other, "reason": "They ask for the same."}
    assert eve("PUT", f"{at}/merge", json=merge).status_code == 403
    for into in (number, FAR):
        assert wrong(mo("PUT", f"{at}/merge", json={**merge, "into": into})) == {"into"}
    assert done(mo("PUT", f"{at}/merge", json=merge))["merged_into"] == other
    assert done(mo("DELETE", f"{at}/merge"))["merged_into"] is None
    assert mo("DELETE", f"{at}/merge").status_code == 422


def test_both_sides_of_a_merge_are_read_before_it(company: Company) -> None:
    company.board()
    company.board("other")
    one, two, third = bring(company, "Night shift", by="cleo"), bring(company, "Work at night"), bring(company, "Owls")
    elsewhere = bring(company, "Night watch", board="other")
    vote(company, one, "cleo", "carl")
    vote(company, two, "carl", "emil")
    mo, eve, narrow = caller(company, "mo"), caller(company, "eve"), caller(company, "mo", READ, WRITE)
    done(mo("PUT", f"/ideas/{third}/merge", json={"into": one, "reason": "They fly at night."}))
    at = f"/ideas/{one}/merge?into="
    for who in (eve, narrow):
        assert who("GET", f"{at}{two}").status_code == 403
    for into in (one, elsewhere, third, FAR):
        assert done(mo("GET", f"{at}{into}"), 422)["detail"]["query"].keys() == {"into"}, into
    assert mo("GET", f"/ideas/{one}/merge").status_code == 422
    found = done(mo("GET", f"{at}{two}"))
    assert [(found[side]["title"], found[side]["authors"], found[side]["voters"]) for side in ("idea", "into")] == [
        ("Night shift", ["Cleo"], 2),
        ("Work at night", ["Eve"], 2),
    ]
    assert (found["voters"], found["hidden"], found["along"], found["told"]) == (3, None, [third], 4)
    assert done(mo("GET", f"/ideas/{one}"))["merged_into"] is None, "a preview changes nothing"
    with company.writing() as ctx:
        company.boarded(ctx).hidden_until = company.now + 10**12
    found = done(mo("GET", f"{at}{two}"))
    assert (found["voters"], found["told"], found["into"]["voters"]) == (None, None, None)
    assert "hidden on this board" in found["hidden"]


def test_who_works_on_a_plan_changes_its_steps(shared: Company) -> None:
    number, other = bring(shared, "Night shift", by="cleo"), bring(shared, "Work at night", by="emil")
    mo, emil, eve, cleo, carl = (caller(shared, one) for one in ("mo", "emil", "eve", "cleo", "carl"))
    at = f"/ideas/{number}/plan/steps"
    assert mo("POST", at, json={"text": "Ask around"}).status_code == 404, "there is no plan yet"
    plan = {"goal": "Sleep", "expected": "Rest", "owner": "emil"}
    for one in (number, other):
        done(mo("PUT", f"/ideas/{one}/plan", json=plan))
    first = done(emil("POST", at, json={"text": " Ask  around ", "owner": "eve", "due": "2026-06-04"}), 201)
    assert (first["text"], first["owner"], first["due"]) == ("Ask around", "Eve", "2026-06-05T00:00:00Z")
    second = done(cleo("POST", at, json={"text": "Buy curtains"}), 201)
    assert wrong(emil("POST", at, json={"text": " ", "owner": "carl@example.com", "due": "soon"})) == {
        "text", "owner", "due",
    }  # fmt: skip
    one = f"{at}/{first['id']}"
    for who in (eve, carl):
        for method, path, sent in (("POST", at, {"text": "x"}), ("PUT", one, {"text": "x"}), ("PUT", f"{one}/done", {}),
                                   ("DELETE", f"{one}/done", {}), ("POST", f"{one}/move", {"to": "up"}),
                                   ("DELETE", one, {})):  # fmt: skip
            assert who(method, path, json=sent).status_code == 404, (method, path)
    assert [step["text"] for step in done(eve("GET", at))] == ["Ask around", "Buy curtains"], "employees read it"
    assert [step["owner"] for step in done(cleo("GET", at))] == ["The team", None], "its author works on it"
    assert carl("GET", at).status_code == 404
    marked = done(cleo("PUT", f"{one}/done"))
    assert (marked["done_at"] is None, done(mo("GET", at))[0]["done_by"]) == (False, "Cleo")
    assert done(emil("DELETE", f"{one}/done"))["done_at"] is None
    assert wrong(emil("POST", f"{one}/move", json={"to": "top"})) == {"to"}
    moved = done(emil("POST", f"{one}/move", json={"to": "down"}))
    assert [step["id"] for step in moved] == [second["id"], first["id"]]
    changed = done(emil("PUT", one, json={"text": "Ask everybody"}))
    assert (changed["text"], changed["owner"], changed["due"]) == ("Ask everybody", None, None)
    assert mo("PUT", f"/ideas/{other}/plan/steps/{first['id']}/done").status_code == 404, "a step of another plan"
    done(emil("DELETE", one), 204)
    assert emil("DELETE", one).status_code == 404
    assert [step["id"] for step in done(mo("GET", f"/ideas/{number}/plan"))["checklist"]] == [second["id"]]

    outcome = f"/ideas/{number}/plan/outcome"
    assert emil("PUT", outcome, json={"outcome": "Much"}).status_code == 404, "staff say what came of it"
    assert wrong(mo("PUT", outcome, json={"outcome": " "})) == {"outcome"}
    assert done(mo("PUT", outcome, json={"outcome": "We sleep."}))["outcome"] == "We sleep."


def test_staff_link_what_is_elsewhere(shared: Company) -> None:
    number, other = bring(shared, "Night shift", by="emil"), bring(shared, "Work at night", by="emil")
    at, mo, eve, carl = f"/ideas/{number}/links", *(caller(shared, one) for one in ("mo", "eve", "carl"))
    sent = {"url": "https://git.example/acme/1", "title": "The work", "kind": "issue"}
    for who in (eve, caller(shared, "mo", READ, WRITE)):
        assert who("POST", at, json=sent).status_code == 404
    assert wrong(mo("POST", at, json={**sent, "url": "javascript:alert(1)"})) == {"url"}
    assert wrong(mo("POST", at, json={**sent, "kind": "song"})) == {"kind"}
    made = done(mo("POST", at, json=sent), 201)
    assert {name: made[name] for name in sent} == sent
    assert done(carl("GET", at)) == [made]
    assert eve("DELETE", f"{at}/{made['id']}").status_code == 404
    assert mo("DELETE", f"/ideas/{other}/links/{made['id']}").status_code == 404, "it is not that idea's"
    done(mo("DELETE", f"{at}/{made['id']}"), 204)
    assert (done(carl("GET", at)), mo("DELETE", f"{at}/{made['id']}").status_code) == ([], 404)


def test_files_are_put_beside_an_idea_and_read_by_its_readers(shared: Company) -> None:
    number = bring(shared, "With a table", by="cleo")
    at = f"/ideas/{number}/files"
    cleo, carl, mo = caller(shared, "cleo"), caller(shared, "carl"), caller(shared, "mo")

    def sent(content: bytes = b"a,b\n1,2\n") -> Any:
        return {"data": {"file": (io.BytesIO(content), "table.csv")}, "content_type": "multipart/form-data"}

    assert carl("POST", at, **sent()).status_code == 404
    assert cleo("POST", at, data={}, content_type="multipart/form-data").status_code == 422
    assert wrong(cleo("POST", at, **sent(b"\x00\x01"))) == {"file"}
    made = done(cleo("POST", at, **sent()), 201)
    assert (made["name"], made["media_type"], made["size"]) == ("table.csv", "text/csv", 8)
    assert done(carl("GET", at)) == [made]
    read = carl("GET", f"{at}/{made['id']}")
    assert (read.data, read.headers["X-Content-Type-Options"]) == (b"a,b\n1,2\n", "nosniff")
    assert carl("DELETE", f"{at}/{made['id']}").status_code == 404
    done(mo("DELETE", f"{at}/{made['id']}"), 204)
    assert (done(carl("GET", at)), carl("GET", f"{at}/{made['id']}").status_code) == ([], 404)
    hidden = done(cleo("POST", "/boards/product/drafts", json={"title": "Not sent yet"}), 201)["id"]
    assert carl("GET", f"/ideas/{hidden}/files").status_code == 404


def test_the_roadmap_and_the_changelog(company: Company) -> None:
    company.board()
    company.board("staff", audience="employees")
    number, inside = bring(company, "Night shift"), bring(company, "New chairs", board="staff")
    mo, cleo = caller(company, "mo"), caller(company, "cleo")
    plan = {"goal": "Sleep", "expected": "Rest", "horizon": "next"}
    for one in (number, inside):
        done(mo("PUT", f"/ideas/{one}/plan", json=plan))
    assert [titles(done(who("GET", "/roadmap"))["next"]) for who in (cleo, mo)] == [
        ["Night shift"],
        ["Night shift", "New chairs"],
    ]
    assert cleo("GET", "/roadmap?board=staff").status_code == 404
    news = {"board": "product", "title": "Nights are quiet", "ideas": [number]}
    assert cleo("POST", "/changelog", json=news).status_code == 403
    assert wrong(mo("POST", "/changelog", json={**news, "ideas": [inside]})) == {"ideas"}
    done(mo("POST", "/changelog", json=news), 201)
    done(mo("POST", "/changelog", json={"board": "staff", "title": "New chairs are here"}), 201)
    assert titles(done(mo("GET", "/changelog"))["entries"]) == ["New chairs are here", "Nights are quiet"]
    found = done(cleo("GET", "/changelog"))["entries"]
    assert [(one["title"], titles(one["ideas"]), one["voters"]) for one in found] == [
        ("Nights are quiet", ["Night shift"], 0)
    ]


def test_an_author_enters_a_campaign_or_declines_it(company: Company) -> None:
    company.board()
    staged.sealed(company)
    company.later(1)
    cleo, carl, mo = caller(company, "cleo"), caller(company, "carl"), caller(company, "mo")
    assert wrong(cleo("POST", "/boards/product/ideas", json={"title": "Dark mode", "without": ["spring"]})) == {
        "without"
    }
    declined = {"title": "Dark mode", "without": ["autumn"]}
    idea = done(cleo("POST", "/boards/product/ideas", json=declined), 201)["id"]
    other = done(cleo("POST", "/boards/product/ideas", json={"title": "Quiet hours"}), 201)["id"]
    assert mo("POST", f"/campaigns/autumn/ideas/{idea}/leave", json={"reason": "x"}).status_code == 404
    assert carl("POST", "/campaigns/autumn/ideas", json={"idea": idea}).status_code == 404, "it is not his"
    done(cleo("POST", f"/campaigns/autumn/ideas/{other}/leave", json={}))
    log = done(cleo("POST", "/campaigns/autumn/ideas", json={"idea": idea}))["log"]
    assert [(one["what"], one["idea"]) for one in log][:1] == [("taken out", other)]
    company.later(11)
    assert titles(done(cleo("GET", "/campaigns/autumn"))["options"]) == ["Dark mode"]
    assert cleo("POST", "/campaigns/autumn/ideas", json={"idea": other}).status_code == 404
    assert mo("POST", "/campaigns/autumn/ideas", json={"idea": other}).status_code == 409


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"], ids=["nul", "half"])
def test_text_that_no_database_takes_is_refused(shared: Company, text: str) -> None:
    number, mo = bring(shared, "Night shift"), caller(shared, "mo")
    at = f"/ideas/{number}"
    for method, path, sent, name in (
        ("POST", "/boards/product/ideas", {"title": "Fine", "tags": [text]}, "tags"),
        ("POST", "/boards/product/drafts", {"title": text}, "title"),
        ("POST", "/changelog", {"board": text, "title": "Fine"}, "board"),
        ("PUT", f"{at}/owner", {"owner": text}, "owner"),
        ("POST", f"{at}/steps", {"state": "acknowledged", "answer": text}, "answer"),
        ("POST", f"{at}/authors", {"whom": text}, "whom"),
    ):
        assert wrong(mo(method, path, json=sent)) == {name}, path
    deep = '{"title":' + "[" * 5000 + "]" * 5000 + "}"
    assert wrong(mo("POST", "/boards/product/ideas", data=deep, content_type="application/json")) == {"body"}


def test_numbers_that_nothing_has_are_absent(shared: Company) -> None:
    number, mo, page = bring(shared, "Night shift"), caller(shared, "mo"), shared.browser("mo")
    at, below = f"/ideas/{number}", f"/ideas/product/{number}"
    text = {"title": "x", "note": "y"}
    for far in (2**31 - 1, 2**31, FAR):
        assert mo("PUT", f"{at}/texts/{far}", json={"hidden": True}).status_code == 404
        assert mo("POST", f"{at}/proposals", json={**text, "revision": far}).status_code in (404, 422)
        assert mo("POST", f"{at}/proposals/{far}/withdraw").status_code == 404
        assert mo("GET", f"{at}/files/{far}").status_code == 404
        assert mo("DELETE", f"{at}/links/{far}").status_code == 404
        assert mo("PUT", f"{at}/plan/steps/{far}/done").status_code == 404
        assert mo("GET", f"{at}/merge?into={far}").status_code == 422
        assert mo("DELETE", f"/drafts/{far}").status_code == 404
        assert mo("POST", "/changelog", json={"board": "product", "title": "x", "ideas": [far]}).status_code == 422
        for path in ("/changelog?after=", "/mine?before=", f"{at}/texts?before="):
            assert mo("GET", f"{path}{far}").status_code in (200, 422), path
        for path in (f"{below}/files/{far}/x", f"{below}/proposals/{far}"):
            assert page.get(path).status_code == 404, path
        for path in ("/changelog?after=", f"{below}/texts?before="):
            assert page.get(f"{path}{far}").status_code in (200, 404), path
    assert len(done(mo("GET", f"{at}/texts?before={2**31 - 1}"))["texts"]) == 1


def test_every_change_needs_a_scope(shared: Company) -> None:
    """Read from the description: whoever may only read changes nothing."""
    reads = caller(shared, "ada", READ)
    number = bring(shared, "Night shift")
    paths = shared.app.test_client().get("/api/openapi.json").json["paths"]
    asked = 0
    for path, methods in paths.items():
        if not path.startswith(f"{AT}/ideas/{{number}}/") and not path.startswith(f"{AT}/drafts"):
            continue
        for method in methods.keys() & {"put", "post", "delete"}:
            below = path.removeprefix(AT).replace("{number}", str(number))
            for name in ("text", "proposal", "file", "step", "link"):
                below = below.replace(f"{{{name}}}", "1")
            assert reads(method.upper(), below, json={}).status_code == 403, (method, path)
            asked += 1
    assert asked > 20
