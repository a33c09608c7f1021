"""Topics by hashtag: who is relied on in what is tagged, wherever it happened, as it is tagged now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest
from sqlalchemy import func, select

from renown import clock
from renown.events.types import CloudEvent, Quality
from renown.people import erase
from renown_influence import reading, run, scopes, store
from renown_influence.models import Score
from tests.events import kit
from tests.influence.kit import rows_of
from tests.influence.office import NOW, RECKONED, SECRET, Office, opened, reaching
from tests.influence.reading import data, main
from tests.ready import Ready, State

ASKERS = range(2, 24)


def tell(office: Office, events: Iterable[CloudEvent]) -> None:
    """Ten days ago, one after another."""
    begin = clock.to_datetime(NOW - 10 * clock.DAY)
    office.take([
        msgspec.structs.replace(one, time=begin + timedelta(seconds=number)) for number, one in enumerate(events)
    ])  # fmt: skip


def helped(
    office: Office,
    who: str,
    askers: Iterable[int] = ASKERS,
    tags: Sequence[str] | None = ("Tea",),
    place: str = "S",
    private: bool = False,
) -> None:
    """Each asks in a place of their own, and likes the answer that they get elsewhere: no place has enough of it."""
    quality = Quality(private=True) if private else None
    for n in askers:
        question, answer = f"q-{place}-{n}", f"a-{place}-{n}-{who}"
        here, there = (place, place) if private else (f"{place}{n}", f"{place}{n}-else")
        more = {"parent": question, "space": there, "quality": quality}
        asked = kit.event(
            question, "ask", "Create", actor=f"U{n}", thing=question, kind="question", space=here, hashtags=tags,
            quality=quality,
        )  # fmt: skip
        tell(office, [
            asked,
            kit.event(answer, "answer", "Create", actor=who, thing=answer, kind="answer", **more),
            kit.event(f"l-{answer}", actor=f"U{n}", thing=answer, owner=who, kind="answer", **more),
        ])  # fmt: skip


def edited(office: Office, tags: Sequence[str], place: str = "S", key: str = "edit") -> None:
    questions = [f"q-{place}-{n}" for n in ASKERS]
    tell(office, [kit.event(f"{key}-{one}", "edit", "Update", thing=one, hashtags=tags) for one in questions])


def topics(office: Office) -> dict[str, int]:
    return {one["name"]: one["topic"] for one in data(office.as_("U0"), "/api/v1/influence/topics")}


def levels(office: Office, topic: int = 0) -> dict[int, int]:
    with office.reading() as ctx:
        return dict(zip(*ctx.standings.levels(run.MEASURE, scopes.scope(topic)), strict=True))


def tea(office: Office) -> int:
    return topics(office)["#tea"]


def _tagged(url: str) -> None:
    with reaching(url) as office:
        helped(office, "U1")
        office.again()


TAGGED = State("tagged", _tagged, RECKONED)


@pytest.fixture
def tagged(ready: Callable[[str], Ready], dialect: str, tmp_path: Path) -> Iterator[Office]:
    """All who asked were helped by U1 with tea, and it is reckoned."""
    with ready(dialect).copy(TAGGED, tmp_path) as url, opened(url, tmp_path) as office:
        yield office


def test_who_helped_with_what_is_tagged_is_found_by_the_tag(own_office: Office) -> None:
    helped(own_office, "U1")
    helped(own_office, "U12", [2, 3])
    own_office.again()
    client, topic = own_office.as_("U0"), tea(own_office)
    assert not any(name.startswith("S") for name in topics(own_office)), "no place alone is a topic"
    for asked in ("%23tea", "tea", "TEA", scopes.scope(topic)):
        found = data(client, f"/influence/ask.json?topic={asked}")
        assert (found["name"], found["source"], found["scope"]) == ("#tea", "Hashtag", f"topic:{-topic}"), asked
        assert found["people"][0]["person"] == own_office.handle("U1")
        told = {one["person"]: (one["relied_on_by"], one["last"] is None) for one in found["people"]}
        assert told[own_office.handle("U1")] == (len(ASKERS), False)
        if own_office.handle("U12") in told:
            assert told[own_office.handle("U12")] == (None, True), "of two nothing is told"
    assert data(client, f"/api/v1/influence/topics/{topic}") == found
    assert "Ask where it is talked about" not in main(client, "/influence/ask?topic=tea")
    assert "22 colleagues relied on their work here" in main(client, "/influence/ask?topic=tea")
    why = f"/influence/people/{own_office.handle('U1')}/in/{topic}"
    assert "22 colleagues relied on their work here, 22 times" in main(client, why)
    assert data(client, f"{why}.json")["topic_name"] == "#tea"
    few = data(client, f"/influence/people/{own_office.handle('U12')}/in/{topic}.json")
    assert (few["people"], few["acts"], few["last"]) == (None, None, None)
    mine = main(own_office.as_("U1"), "/influence")
    assert "#tea place 1" in mine
    with own_office.reading() as ctx:
        assert scopes.scope(topic) in ctx.standings.scopes(run.MEASURE)
        rows = ctx.session.scalars(select(Score.amount).where(Score.topic == topic)).all()
    assert sorted(rows) == sorted(levels(own_office, topic).values())


def test_who_is_hidden_is_not_named_under_a_hashtag_either(tagged: Office) -> None:
    path = f"/influence/people/{tagged.handle('U1')}/in/{tea(tagged)}"
    tagged.preset("opt-out", "U1")
    named = [one["person"] for one in data(tagged.as_("U0"), "/influence/ask.json?topic=tea")["people"]]
    assert tagged.handle("U1") not in named
    assert named
    assert tagged.as_("U0").get(path).status_code == 404
    assert "22 colleagues relied on your work here" in main(tagged.as_("U1"), path)


def test_the_score_is_the_same_with_tags_and_without(own_office: Office) -> None:
    helped(own_office, "U1", tags=None)
    own_office.again()
    with own_office.reading() as ctx:
        before, rows = levels(own_office), rows_of(reading.read(ctx).evidence)
        assert store.load(ctx, "about") == {}, "nothing is kept where nothing is tagged"
    assert "#tea" not in topics(own_office)
    edited(own_office, ["tea", "milk"])
    own_office.again()
    assert levels(own_office) == before
    found = topics(own_office)
    assert levels(own_office, found["#tea"]) == levels(own_office, found["#milk"])
    assert len(levels(own_office, found["#tea"])) == 1 + len(ASKERS)
    with own_office.reading() as ctx:
        assert rows_of(reading.read(ctx).evidence) == rows


def test_an_edit_that_takes_a_tag_away_ends_it_at_the_next_run(tagged: Office) -> None:
    topic, client = tea(tagged), tagged.as_("U0")
    tagged.renown.catch_up()
    edited(tagged, ["milk"])
    tagged.again()
    assert topics(tagged).keys() & {"#tea", "#milk"} == {"#milk"}
    assert levels(tagged, topic) == {}
    with tagged.reading() as ctx:
        assert scopes.scope(topic) not in ctx.standings.scopes(run.MEASURE)
        amounts = ctx.session.scalars(select(Score.amount).where(Score.topic == topic)).all()
    assert set(amounts) == {0}, "it is kept as gone"
    assert client.get("/influence/ask.json?topic=tea").status_code == 404
    assert client.get(f"/api/v1/influence/topics/{topic}").status_code == 404
    assert client.get(f"/influence/people/{tagged.handle('U1')}/in/{topic}").status_code == 404
    assert "#tea" not in main(tagged.as_("U1"), "/influence")


def test_an_act_taken_back_is_taken_from_its_hashtag(tagged: Office) -> None:
    """What was read piece by piece is what is read at once."""
    topic = tea(tagged)
    before = levels(tagged, topic)[tagged.people["U1"]]
    helped(tagged, "U13", [4, 5, 6], tags=("milk", "tea"), place="T")
    taken = [f"l-a-S-{n}-U1" for n in (2, 3, 4)]
    tell(tagged, [kit.event(f"u-{one}", "react", "Undo", actor=f"U{n}", thing=one[2:], retracts=one)
                      for n, one in zip((2, 3, 4), taken, strict=True)])  # fmt: skip
    tagged.again()
    assert levels(tagged, topic)[tagged.people["U1"]] < before
    with tagged.reading() as ctx:
        kept = rows_of(reading.read(ctx).tagged)
        assert len({row[3] for row in kept}) == 2
    with tagged.writing() as ctx:
        reading.forget(ctx)
        assert store.load(ctx, "about") == {}
        assert rows_of(reading.read(ctx).tagged) == kept


def test_what_is_private_makes_no_topic_and_counts_in_none(own_office: Office) -> None:
    helped(own_office, "U1")
    own_office.private_counts()
    helped(own_office, "U11", tags=("tea", "merger"), place=SECRET, private=True)
    # In the secret place, to a question that everybody may read.
    hidden = {"parent": "q-S-2", "space": SECRET, "quality": Quality(private=True)}
    tell(own_office, [
        kit.event("a-hid", "answer", "Create", actor="U21", thing="a-hid", kind="answer", **hidden),
        *(kit.event(f"l-hid-{n}", actor=f"U{n}", thing="a-hid", owner="U21", **hidden) for n in ASKERS if n != 21),
    ])  # fmt: skip
    own_office.again()
    with own_office.reading() as ctx:
        owners = set(reading.read(ctx).evidence.owner.tolist())
        private = [ctx.people.accounts_of(own_office.people[who])[0] for who in ("U11", "U21")]
        assert owners >= set(private), "elsewhere it counts, where the rules say so"
        assert len([one for one in ctx.standings.scopes(run.MEASURE) if one.startswith("topic:")]) == 1
    assert "#merger" not in topics(own_office)
    found = levels(own_office, tea(own_office))
    assert own_office.people["U1"] in found
    # U11 and U21 have asked too, and were answered: by that alone they stand there.
    assert found.get(own_office.people["U21"], 0) <= found[own_office.people["U3"]]
    assert found.get(own_office.people["U11"], 0) <= found[own_office.people["U3"]]


def test_a_hashtag_of_places_that_became_private_is_named_no_more(tagged: Office) -> None:
    topic = tea(tagged)
    private = Quality(private=True)
    tell(tagged, [kit.event(f"p{n}-{end}", "create", "Create", thing=f"p{n}-{end}", space=f"S{n}{end}",
                                quality=private) for n in ASKERS for end in ("", "-else")])  # fmt: skip
    assert "#tea" not in topics(tagged)
    assert tagged.as_("U0").get(f"/api/v1/influence/topics/{topic}").status_code == 404
    tagged.again()
    assert levels(tagged, topic) == {}


def test_too_few_pairs_make_no_topic(own_office: Office) -> None:
    helped(own_office, "U1", range(2, 12))
    own_office.again()
    assert topics(own_office).get("#tea") is not None, "ten who asked and were answered are twenty pairs"
    edited(own_office, [], key="end")
    helped(own_office, "U1", range(2, 11), place="T")
    own_office.again()
    assert "#tea" not in topics(own_office)


@pytest.mark.parametrize("again", [1, 2])
def test_nothing_of_whoever_was_erased_stays_under_a_hashtag(own_office: Office, again: int) -> None:
    helped(own_office, "U1")
    helped(own_office, "U12", place="T")
    own_office.again()
    topic, gone = tea(own_office), own_office.people["U1"]
    with own_office.reading() as ctx:
        [account] = ctx.people.accounts_of(gone)
        [other] = ctx.people.accounts_of(own_office.people["U12"])
        assert account in store.load(ctx, "about")["owner"]
    with own_office.db.write() as conn:
        erase.erase(conn, gone, None)
    for _ in range(again):
        own_office.again()
    with own_office.reading() as ctx:
        kept = store.load(ctx, "about")
        assert account not in np.concatenate([kept["owner"], kept["rater"]])
        assert other in kept["owner"]
        assert ctx.session.scalar(select(func.count()).where(Score.person_id == gone)) == 0
    assert gone not in levels(own_office, topic)
    assert own_office.people["U12"] in levels(own_office, topic)


def test_a_hashtag_that_names_whoever_was_erased_is_no_topic(own_office: Office) -> None:
    helped(own_office, "U1", tags=("tea", "person29 lastname"))
    own_office.again()
    topic = topics(own_office)["#person29 lastname"]
    with own_office.db.write() as conn:
        erase.erase(conn, own_office.people["U29"], None)
    assert topics(own_office).keys() & {"#tea", "#person29 lastname"} == {"#tea"}
    own_office.again()
    assert levels(own_office, topic) == {}
    assert levels(own_office, tea(own_office))
