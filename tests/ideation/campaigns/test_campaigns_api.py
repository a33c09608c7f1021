"""A whole campaign through the API, by the same gates as the pages."""

from __future__ import annotations

from typing import Any

from renown.access import tokens
from renown_ideation.verify import verify
from tests.ideation.campaigns import staged
from tests.ideation.charters import charter
from tests.ideation.company import Company
from tests.ideation.desk import bring, data

_AT = "/api/v1/ideation/campaigns"
_MAY = ("ideation.read", "ideation.write")


def _caller(company: Company, name: str, *scopes: str) -> Any:
    with company.renown.db.write() as conn:
        made = tokens.add(conn, "A program", scopes, person_id=company.people[name], days=90, actions=scopes)
    client = company.app.test_client()

    def call(method: str, path: str, **given: Any) -> Any:
        return client.open(_AT + path, method=method, headers={"Authorization": f"Bearer {made.token}"}, **given)

    return call


def test_a_program_makes_votes_in_and_decides_a_campaign(company: Company) -> None:
    company.board()
    mo, cleo = _caller(company, "mo", *_MAY, "ideation.desk"), _caller(company, "cleo", *_MAY)
    only_reads = _caller(company, "mo", "ideation.read")
    new = {"board": "product", "charter": charter()}
    assert cleo("POST", "", json=new).status_code in (403, 404)
    assert only_reads("POST", "", json=new).status_code == 403
    refused = mo("POST", "", json={"board": "product", "charter": charter(seats__by_vote=-1)})
    assert refused.status_code == 422
    assert "seats.by_vote" in refused.get_data(as_text=True)
    assert mo("POST", "", json=new).status_code == 201
    assert mo("POST", "", json=new).status_code == 422, "the address is taken"
    assert cleo("GET", "").json == []
    assert cleo("GET", "/autumn").status_code == 404
    assert mo("PUT", "/autumn/charter", json={"charter": charter(seats__by_board=0)}).status_code == 200
    assert mo("POST", "", json={"board": "product", "charter": charter("winter")}).status_code == 201
    assert mo("POST", "/winter/void", json={"reason": "A draft."}).status_code == 409
    assert mo("DELETE", "/winter").status_code == 204
    assert mo("GET", "/winter").status_code == 404
    sealed = mo("POST", "/autumn/seal").json
    assert sealed["promise"] == "2 ideas, all by the vote."
    assert mo("POST", "/autumn/seal").status_code == 409
    assert mo("DELETE", "/autumn").status_code == 409
    assert mo("PUT", "/autumn/charter", json={"charter": charter()}).status_code == 409
    assert cleo("GET", "/autumn/charter").json["sha256"] == sealed["charter_sha256"]
    company.later(1)
    for title in staged.TITLES:
        bring(company, title)
        company.now += 1_000_000
    assert cleo("PUT", "/autumn/ballot", json={"choices": {"1": 1}}).status_code == 409
    extra = bring(company, "Not after all", by="carl")
    assert cleo("POST", f"/autumn/ideas/{extra}/leave", json={"reason": "No."}).status_code == 404
    assert mo("POST", f"/autumn/ideas/{extra}/leave", json={}).status_code == 422
    left = mo("POST", f"/autumn/ideas/{extra}/leave", json={"reason": "It is done already."}).json["log"][0]
    assert (left["what"], left["idea"], left["text"]) == ("left out", extra, "It is done already.")
    company.later(11)
    assert cleo("GET", "/autumn/ballot").status_code == 404
    for wrong in ({"9": 1}, {"1": 2}, {"1": 0}, {"1": "x"}, {"one": 1}, [1]):
        assert cleo("PUT", "/autumn/ballot", json={"choices": wrong}).status_code == 422, wrong
    first = cleo("PUT", "/autumn/ballot", json={"choices": {"2": 1}}).json
    second = cleo("PUT", "/autumn/ballot", json={"choices": {"1": 1, "3": 1}}).json
    assert (first["receipt"], second["number"]) == (second["receipt"], 2)
    assert cleo("GET", "/autumn/ballot").json == second
    carl = _caller(company, "carl", "ideation.read")
    assert carl("PUT", "/autumn/ballot", json={"choices": {"1": 1}}).status_code == 403
    assert carl("POST", "/autumn/receipt", json={"code": second["receipt"]}).json == {"choices": {"1": 1, "3": 1}}
    assert carl("POST", "/autumn/receipt", json={"code": "AAAA"}).status_code == 404
    assert "hidden" in cleo("GET", "/autumn/result").json
    moved = {"what": {"phases.vote.to": "2026-06-10T12:00:00Z"}, "why": "The site was down."}
    assert mo("POST", "/autumn/amendments", json={**moved, "effective_at": "soon"}).status_code == 422
    assert mo("POST", "/autumn/amendments", json=moved).json["phases"]["vote"]["to"] == "2026-06-10T12:00:00Z"
    assert cleo("GET", "/autumn/charter").json["amendments"][0]["why"] == "The site was down."
    company.later(10)
    result = cleo("GET", "/autumn/result").json
    assert [one["option"] for one in result["options"] if one["selected"]] in ([1, 3], [3, 1])
    file = cleo("GET", "/autumn/tally", buffered=True)
    assert verify(line + b"\n" for line in file.get_data().splitlines()).ok
    assert any(second["voter"] in line for line in file.get_data(as_text=True).splitlines() if '"ballot"' in line)
    assert cleo("GET", "/autumn/decisions").status_code in (403, 404)
    verdicts = [{"option": one, "seat": "vote" if one < 3 else "", "reason": ""} for one in (1, 2, 3, 4)]
    assert mo("PUT", "/autumn/decisions", json={"decisions": [{"option": 9, "seat": "vote"}]}).status_code == 422
    assert mo("PUT", "/autumn/decisions", json={"decisions": verdicts}).status_code == 200
    lacking = mo("POST", "/autumn/decisions/publish")
    assert lacking.status_code == 422
    assert sorted(lacking.json["detail"]["json"]) == ["2", "3"]
    verdicts[1]["reason"] = verdicts[2]["reason"] = "They changed places: 3 needs 2."
    mo("PUT", "/autumn/decisions", json={"decisions": verdicts})
    assert mo("POST", "/autumn/decisions/publish").json["state"] == "decided"
    report = cleo("GET", "/autumn/report").json
    assert (report["promised_to_vote"], report["granted_by_vote"], report["kept"]) == (2, 1, False)
    assert mo("POST", "/autumn/void", json={"reason": "Too late."}).status_code in (200, 409)
    paths = data(company, None, "/api/openapi.json")["paths"]
    for path in ("", "/{slug}", "/{slug}/ballot", "/{slug}/result", "/{slug}/tally", "/{slug}/report", "/{slug}/seal"):
        assert all(one["summary"] for one in paths[f"{_AT}{path}"].values() if isinstance(one, dict))
