"""What a bench takes of a file of events: as the product would, and what cannot be taken is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.influence import organisation, plant, speed, taken
from benchmarks.influence.methods import Organisation
from benchmarks.influence.taken import CannotTake

from renown_influence import kept, run
from tests.influence.benches.lines import FORUM, WIKI, file_of, relied, said


def test_what_was_taken_back_is_no_evidence(tmp_path: Path) -> None:
    thing = {"id": "t1", "attributedTo": {"id": "ana"}}
    like = {"statekey": "t1:ben"}
    lines = [
        said("ana", "create", "Create", {"id": "t1", "kind": "message"}),
        said("ben", "react", "Like", thing, **like),
        said("ben", "react", "Undo", thing, **like),
        said("ben", "react", "Like", thing, **like),
        said("cleo", "react", "Like", thing, key="cleo"),
        said("cleo", "react", "Undo", thing, retracts="cleo"),
        said("dan", "accept", "Accept", thing),
        said("ana", "create", "Create", {"id": "t2", "kind": "message"}),
        said("dan", "react", "Like", {"id": "t2", "attributedTo": {"id": "ana"}}),
        said("ana", "delete", "Delete", {"id": "t2"}),
        said("machine", "react", "Like", thing, actor={"type": "Application"}),
        said("ana", "react", "Like", thing),
    ]
    assert relied(taken.take(file_of(tmp_path, lines))) == {("ben", "ana"): 500, ("dan", "ana"): 3000}


def test_an_owner_who_is_told_later_is_relied_on_all_the_same(tmp_path: Path) -> None:
    lines = [
        said("ben", "react", "Like", {"id": "t1"}),
        said("cleo", "react", "Like", {"id": "nobody's"}),
        said("ana", "create", "Create", {"id": "t1", "kind": "message"}),
    ]
    assert relied(taken.take(file_of(tmp_path, lines))) == {("ben", "ana"): 500}


def test_lines_that_cannot_be_taken_are_told_by_their_numbers(tmp_path: Path) -> None:
    good = said("ana", "create", "Create", {"id": "t1"})
    found = taken.take(file_of(tmp_path, [good, "", "{not json", good, {**good, "id": "x", "time": "yesterday"}]))
    assert (found.counts.accepted, found.counts.duplicates, found.counts.refused) == (1, 1, 2)
    assert [line.partition(":")[0] for line in found.refused] == ["line 3", "line 5"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"above,below\na|b,c|d\n", bytes(range(256)) * 40])
def test_what_is_no_file_of_events_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_bytes(content)
    with pytest.raises(CannotTake, match=r"wrong\.jsonl"):
        taken.take(path)
    with pytest.raises(CannotTake, match="missing"):
        taken.take(tmp_path / "missing")


def test_the_time_of_the_last_event_is_now_whatever_the_clock_says(tmp_path: Path) -> None:
    late = said("ana", "create", "Create", {"id": "t1"}) | {"time": "2031-01-01T12:00:00Z"}
    early = said("ben", "react", "Like", {"id": "t1"}) | {"time": "2030-12-31T12:00:00Z"}
    facts = taken.take(file_of(tmp_path, [late, early])).facts
    assert facts.today - int(facts.evidence.day[0]) == 1


def test_only_accounts_in_sources_of_employees_have_a_voice(tmp_path: Path) -> None:
    lines = [
        said("ana", "create", "Create", {"id": "t1"}, source=WIKI),
        said("ben|2", "react", "Like", {"id": "t1"}, source=WIKI),
        said("eve", "create", "Create", {"id": "t1", "tag": [{"type": "Mention", "href": "fay"}]}),
        said("ana", "create", "Create", {"id": "t2", "tag": [{"type": "Mention", "href": "gus"}]}, source=WIKI),
    ]
    found = taken.take(file_of(tmp_path, lines), {"post:for*": "customer"})
    voice = {key: found.facts.world.people.voice[person] for key, person in found.people.items()}
    employees = {(WIKI, "ana"): 1, (WIKI, "ben|2"): 1, (WIKI, "gus"): 1}
    assert voice == {**employees, (FORUM, "eve"): 0, (FORUM, "fay"): 0}


def test_the_seeded_organisation_is_taken_whole_and_the_same_again() -> None:
    once, again = (list(organisation.events(people=24, days=30)) for _ in range(2))
    assert once == again
    assert {event["type"].split(".")[1] for event in once} >= {"create", "react", "answer", "accept", "share", "reply"}


def test_scores_are_what_a_run_publishes(tmp_path: Path) -> None:
    """The same evidence by the plugin's own job."""
    url = f"sqlite:///{tmp_path / 'planted.sqlite3'}"
    plant.plant(url, 80, 6)
    speed.night(url)
    with plant.opened(url) as renown, renown.contexts.of("influence").reading() as ctx:
        newest = run.newest(ctx)
        assert newest is not None
        published = kept.load(ctx, newest)
        assert published is not None
        found = Organisation(taken.facts(renown)).everybody("influence")
    assert found[published.people] == pytest.approx(published.values, rel=1e-5)


def test_words_that_no_event_counts_cost_no_points(tmp_path: Path) -> None:
    lines = [said("ana", "create", "Create", {"id": "t1", "kind": "message"}) for _ in range(2)]
    counted = {"id": "t2", "kind": "message", "words": 2}
    assert taken.take(file_of(tmp_path, lines)).facts.points.amount.tolist() == [2000]
    assert not taken.take(
        file_of(tmp_path, [*lines, said("ana", "create", "Create", counted)])
    ).facts.points.amount.sum()
