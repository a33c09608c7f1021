"""A channel and a hashtag of one name: an address says which is meant, and words that fit both are asked back."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from sqlalchemy import update

from renown import clock
from renown.events.models import Space
from tests.events import kit
from tests.influence.office import NOW, Office
from tests.influence.reading import data, main, named

JSON, CSV = "/influence/ask.json", "/influence/ask.csv"


def tagged(office: Office) -> dict[str, str]:
    """What is said in many places is tagged with the name of a channel; their scopes, by source."""
    begin = clock.to_datetime(NOW - 10 * clock.DAY)
    told = []
    for n in range(2, 24):
        answer = f"a{n}"
        told.append(kit.event(answer, "answer", "Create", actor="U21", thing=answer, kind="answer", space=f"S{n}",
                              hashtags=["Kafka"]))  # fmt: skip
        told.append(kit.event(f"l{n}", actor=f"U{n}", thing=answer, owner="U21", kind="answer", space=f"S{n}"))
    office.take([msgspec.structs.replace(one, time=begin + timedelta(seconds=at)) for at, one in enumerate(told)])
    office.again()
    return {one["source"]: one["scope"] for one in data(office.as_("U0"), "/api/v1/influence/topics")}


def test_an_address_says_which_of_two_is_meant(own_office: Office) -> None:
    scopes, client = tagged(own_office), own_office.as_("U0")
    found = {source: data(client, f"{JSON}?topic={scope}") for source, scope in scopes.items()}
    assert set(found) == {"Slack of Acme", "Hashtag"}
    assert {one["name"] for one in found.values()} == {"#kafka"}
    best = {source: one["people"][0]["person"] for source, one in found.items()}
    assert best == {"Slack of Acme": own_office.handle("U1"), "Hashtag": own_office.handle("U21")}
    assert client.get(f"{CSV}?topic={scopes['Hashtag'].upper()}").status_code == 200


def test_words_that_fit_both_are_answered_with_both(own_office: Office) -> None:
    scopes, client = tagged(own_office), own_office.as_("U0")
    for path in (JSON, CSV):
        for asked in ("kafka", "%23Kafka", "afk"):
            answer = client.get(f"{path}?topic={asked}")
            assert answer.status_code == 422, (path, asked)
            told = answer.get_json()
            assert told["message"].startswith("topic: ")
            assert {one["source"]: one["scope"] for one in told["detail"]["topic"]} == scopes
            assert not named(answer.get_data(as_text=True))
        assert client.get(f"{path}?topic=cobol").status_code == 404
    text = main(client, "/influence/ask?topic=kafka")
    assert "Which one?" in text
    page = client.get("/influence/ask?topic=kafka").get_data(as_text=True)
    assert all(f'href="/influence/ask?topic={scope}"' in page for scope in scopes.values())


def test_a_name_that_only_one_has_whole_is_that_one(own_office: Office) -> None:
    """The other one has it as a part."""
    scopes, client = tagged(own_office), own_office.as_("U0")
    with own_office.db.write() as conn:
        conn.execute(update(Space).where(Space.name == "#kafka").values(name="#kafka-help"))
    assert data(client, f"{JSON}?topic=kafka")["scope"] == scopes["Hashtag"]
    assert data(client, f"{JSON}?topic=kafka-h")["scope"] == scopes["Slack of Acme"]
