"""Ideas through the API, with a token's scopes, by the same gates as the pages."""

from __future__ import annotations

from typing import Any

from renown.access import tokens
from tests.ideation.company import Company
from tests.ideation.desk import bring, get, number

_AT = "/api/v1/ideation"


def _caller(company: Company, name: str, *scopes: str) -> Any:
    with company.renown.db.write() as conn:
        made = tokens.add(conn, "A program", scopes, person_id=company.people[name], days=9, actions=scopes)
    client = company.app.test_client()

    def call(method: str, path: str, **given: Any) -> Any:
        return client.open(_AT + path, method=method, headers={"Authorization": f"Bearer {made.token}"}, **given)

    return call


def test_a_program_brings_finds_votes_and_comments(company: Company) -> None:
    company.board()
    company.board("staff", audience="employees")
    hidden = bring(company, "New chairs", board="staff")
    call = _caller(company, "cleo", "ideation.read", "ideation.write")
    assert [one["board"] for one in call("GET", "/boards").json] == ["product"]
    brought = call("POST", "/boards/product/ideas", json={"title": "Dark mode", "body": "Eyes", "tags": ["look"]})
    assert brought.status_code == 201
    idea = brought.json["id"]
    assert call("POST", "/boards/product/ideas", json={"title": "x", "tags": ["<>"]}).status_code == 422
    assert call("GET", "/boards/product/ideas").json["ideas"][0]["tags"] == ["look"]
    assert call("GET", "/search?q=dark").json["ideas"][0]["id"] == idea
    assert call("GET", "/boards/product/similar?title=Dark mode please").json[0]["id"] == idea
    assert call("PUT", f"/ideas/{idea}/vote").json == {"voted": True, "voters": 1, "hidden": False}
    assert call("PUT", f"/ideas/{idea}/vote").json["voters"] == 1
    said = call("POST", f"/ideas/{idea}/comments", json={"body": "Soon?", "staff": "yes"})
    assert said.status_code == 422, "what is not described is not taken"
    assert call("POST", f"/ideas/{idea}/comments", json={"body": "Soon?"}).status_code == 201
    whole = call("GET", f"/ideas/{idea}").json
    assert (whole["body"], whole["said"][0]["text"], whole["authors"]) == ("Eyes", "Soon?", ["Cleo"])
    text = {"title": "Darker mode", "body": "Eyes", "tags": ["look"], "revision": 1}
    assert call("PUT", f"/ideas/{idea}", json=text).json["revision"] == 2
    assert call("PUT", f"/ideas/{idea}", json={**text, "body": "Other"}).status_code == 409
    assert call("DELETE", f"/ideas/{idea}/vote").json["voted"] is False
    assert number(company, idea) == 0
    for method, path in (("GET", f"/ideas/{hidden}"), ("PUT", f"/ideas/{hidden}/vote"), ("GET", "/boards/staff/ideas")):
        assert call(method, path).status_code == 404, path


def test_scopes_bind_a_token_whatever_its_person_may_do(company: Company) -> None:
    company.board()
    idea = bring(company, "Dark mode")
    reads = _caller(company, "mo", "ideation.read")
    assert reads("GET", f"/ideas/{idea}").status_code == 200
    assert reads("PUT", f"/ideas/{idea}/vote").status_code == 403
    assert reads("POST", "/boards/product/ideas", json={"title": "x"}).status_code == 403
    assert number(company, idea) == 0
    writes = _caller(company, "mo", "ideation.read", "ideation.write")
    path = f"/../../../ideas/product/{idea}/step"
    answered = writes("POST", path, data={"state": "declined", "answer": "No."})
    assert answered.status_code == 404, "an answer needs the scope of the desk"
    assert get(company, idea).state == "submitted"


def test_the_description_has_it_all(company: Company) -> None:
    paths = company.app.test_client().get("/api/openapi.json").json["paths"]
    for path in ("/boards", "/boards/{slug}/ideas", "/search", "/ideas/{number}", "/ideas/{number}/vote"):
        assert f"{_AT}{path}" in paths
        for operation in paths[f"{_AT}{path}"].values():
            if isinstance(operation, dict):
                assert operation["summary"]
