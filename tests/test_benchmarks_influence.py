"""The benches of influence run on small organisations, and what they say is true. Nothing is timed here."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.influence import (
    accuracy,
    fairness,
    names,
    organisation,
    plant,
    references,
    scenarios,
    speed,
    taken,
    truth,
    when,
)  # fmt: skip
from benchmarks.influence.agreement import interval, overlap, pair_accuracy, spearman
from benchmarks.influence.methods import METHODS, Organisation
from benchmarks.influence.taken import CannotTake, Taken
from benchmarks.influence.truth import Above, BadTruth, Values
from scipy.stats import spearmanr

from renown import clock
from renown_influence import kept, network, run
from renown_influence.graph import Pairs
from renown_influence.models import Run

ROOT = Path(__file__).parents[1]
FORUM, WIKI = "post:forum", "post:wiki"


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> tuple[Taken, Path]:
    """Forty people in the third of a year, and the truth about them."""
    folder = tmp_path_factory.mktemp("acme")
    organisation.write(folder / "events.jsonl", people=40, days=120)
    organisation.write_truth(folder / "truth.csv", people=40, days=120)
    return taken.take(folder / "events.jsonl"), folder / "truth.csv"


def said(who: str, verb: str, activity: str, thing: dict[str, Any], key: str = "", **more: Any) -> dict[str, Any]:
    """One event; the later it is written, the later it was done."""
    number = next(_numbers)
    return {
        "specversion": "1.0",
        "id": key or f"e{number}",
        "source": more.pop("source", FORUM),
        "type": f"collab.{verb}.v1",
        "time": f"2026-05-04T{8 + number // 3600 % 12:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        "data": {"type": activity, "actor": {"id": who, **more.pop("actor", {})}, "object": thing, **more},
    }


_numbers = itertools.count()


def file_of(folder: Path, lines: Sequence[dict[str, Any] | str]) -> Path:
    path = folder / "events.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def relied(found: Taken) -> Counter[tuple[str, str]]:
    """Thousandths of evidence by rater and owner."""
    evidence, names = found.facts.evidence, {person: name for (_, name), person in found.people.items()}
    sides = zip(found.facts.rater.tolist(), found.facts.owner.tolist(), evidence.amount.tolist(), strict=True)
    told = Counter[tuple[str, str]]()
    for rater, owner, amount in sides:
        told[names[rater], names[owner]] += amount
    return told


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


def test_whoever_is_away_is_compared_with_the_same_person_at_work(acme: tuple[Taken, Path]) -> None:
    outcome = fairness.run(acme[0], draws=10)
    rows = {(row.what, row.method): row for row in outcome.rows}
    assert {method for _, method in rows} > set(METHODS)
    for weeks in fairness.WEEKS:
        ours, window = rows[f"away {weeks} weeks", "influence"], rows[f"away {weeks} weeks", "window"]
        assert ours.of == window.of == 10
        assert ours.median is not None
        assert window.median is not None
        # The window forgives nothing. Ours stands still, while the scores of a young organisation rise.
        assert window.median < -0.05 * weeks
        assert window.median / 2 < ours.median < 0.02
    assert [aim.missed for aim in outcome.aims[1:]] == [False] * 5


def test_rings_gain_no_more_than_they_can(acme: tuple[Taken, Path]) -> None:
    rows = {(row.what, row.method): row for row in fairness.run(acme[0], draws=5).rows}
    for size in fairness.RINGS:
        most = 1 / (1 - 0.85 * (size - 1) / (size - 1 + 3))
        gained = rows[f"ring of {size} newcomers", "influence"].worst
        raw = rows[f"ring of {size}", "points"].worst
        assert gained is not None
        assert 1 < gained <= most
        assert raw is not None
        assert raw > 1


def test_unverified_fakes_bring_exactly_nothing_and_verified_ones_something(acme: tuple[Taken, Path]) -> None:
    facts = acme[0].facts
    company = Organisation(facts)
    for one in np.unique(company.ties["clock"].owner)[:10]:
        own = facts.of(np.array([one]))
        had = company.had("influence", own, own.people)
        assert company.had("influence", scenarios.fakes(own, int(one), False), own.people) == had
        assert company.had("influence", scenarios.fakes(own, int(one), True), own.people) > had


def test_what_is_worked_out_for_few_is_what_all_would_have(acme: tuple[Taken, Path]) -> None:
    """Only what changes is weighed anew: as if everything had been."""
    facts = acme[0].facts
    company = Organisation(facts)
    everybody = np.unique(facts.owner)
    for method in METHODS:
        alone = [company.had(method, facts.of(np.array([one])), np.array([one]))[0] for one in everybody[:5]]
        assert alone == pytest.approx(company.everybody(method)[everybody[:5]], rel=1e-5)


def test_nobody_to_look_at_is_nobody_who_misses(tmp_path: Path) -> None:
    found = taken.take(file_of(tmp_path, [said("ana", "create", "Create", {"id": "t1"})]))
    outcome = fairness.run(found)
    assert {row.median for row in outcome.rows if row.what.startswith(("away", "20", "one"))} == {None}
    assert not any(aim.missed for aim in outcome.aims)
    assert {row.method for row in outcome.rows} > set(METHODS)
    why = {one.what: one.why for one in outcome.left_out if one.method is None}
    assert why["ring of 3"] == "0 people were endorsed, fewer than 3"
    assert "14 days" in why["away 2 weeks"]
    assert "left out: ring of 20: 0 people" in fairness.say(outcome)
    assert any("who relied on whose work" in note for note in outcome.notes)


def figures(outcome: accuracy.Outcome) -> dict[tuple[str, str], accuracy.Row]:
    return {(row.method, row.measure): row for row in outcome.figures}


def test_better_work_is_found(acme: tuple[Taken, Path]) -> None:
    events, path = acme
    outcome = accuracy.run(events, truth.read(path))
    assert (outcome.people, outcome.found) == (40, 40)
    figure = figures(outcome)["influence", "spearman"]
    assert figure.value is not None
    assert figure.low is not None
    assert 0.2 < figure.low < figure.value


def test_pairs_are_told_apart_by_ids_as_odd_as_they_come(tmp_path: Path) -> None:
    lines = [
        said('a|b, "c"', "create", "Create", {"id": "t1"}, source=WIKI),
        said("ben ", "react", "Like", {"id": "t1"}, source=WIKI),
        said("idle", "react", "Like", {"id": "t9"}, source=WIKI),
        said("also idle", "react", "Like", {"id": "t9"}, source=WIKI),
    ]
    path = tmp_path / "truth.csv"
    rows = [
        '"post:wiki|a|b, ""c""",post:wiki|ben ',
        "post:wiki|idle,post:wiki|also idle",
        "post:wiki|idle,post:wiki|gone",
    ]
    path.write_text("\ufeffabove,below\r\n" + "\r\n".join(rows), encoding="utf-8")
    outcome = accuracy.run(taken.take(file_of(tmp_path, lines)), truth.read(path))
    assert (outcome.people, outcome.found, outcome.rows, outcome.used) == (5, 4, 3, 2)
    # One is right, and two who are alike count half.
    assert figures(outcome)["influence", "pair_accuracy"].value == 0.75
    assert "of the truth's 5 people 4 are in them" in accuracy.say(outcome)


def sheet(folder: Path, content: str | bytes) -> Path:
    path = folder / "truth.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("who,value\n", "line 1: the columns are who, value"),
        ("", "line 1: the columns are none"),
        ("above,below\n", "nothing below"),
        ("above,below\na|b,a|b\n", "line 2, column below: is the person above"),
        ("person,value\na|b,nan\n", "line 2, column value: 'nan' is not a number"),
        ("person,value\na|b\n", "line 2, column value: is empty"),
        ('person,value\n"a|b,1\n', "line 2: unexpected end of data"),
    ],
)
def test_a_truth_without_a_row_that_can_be_taken_is_refused(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(BadTruth) as raised:
        truth.read(sheet(tmp_path, content))
    assert fault in str(raised.value)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (b",c|d", "line 3, column above: is empty"),
        (b"a|b,cd", "line 3, column below: 'cd' is not source|id"),
        (b"a|b,a|b", "line 3, column below: is the person above"),
        (b"a|\xff,c|d", "line 3, column above"),
        (b'a|b,"c"|d', "line 3: "),
    ],
)
def test_a_pair_that_cannot_be_taken_costs_no_other(tmp_path: Path, wrong: bytes, fault: str) -> None:
    found = truth.read(sheet(tmp_path, b"above,below\na|1,a|2\n" + wrong + b"\na|3,a|4\n"))
    assert isinstance(found, Above)
    assert (found.pairs, found.faulty) == ((("a|1", "a|2"), ("a|3", "a|4")), 1)
    assert fault in found.faults[0]


def test_values_that_cannot_be_taken_cost_no_others(tmp_path: Path) -> None:
    rows = ["a|1,2", "a|1,3", "a|2,", "a|3,many", "a|4,1e400", "a|5, 4"]
    found = truth.read(sheet(tmp_path, "\n".join(["Person , Value", *rows])))
    assert isinstance(found, Values)
    assert (found.values, found.faulty) == ({"a|1": 2, "a|5": 4}, 4)
    assert found.faults == (
        "line 3, column person: a|1 was on line 2 already",
        "line 4, column value: is empty",
        "line 5, column value: 'many' is not a number",
        "line 6, column value: '1e400' is not a number",
    )


def test_names_are_found_as_they_stand_and_else_where_one_alone_can_be_meant() -> None:
    accounts = {
        ("wiki", "ana"): 1,
        ("wiki|en", "ben"): 2,
        ("wiki", "en|cleo"): 3,
        ("wiki|en", "cleo"): 4,
        ("wiki", " dan "): 5,
        ("wiki", "Eve"): 6,
        ("wiki", "eve"): 7,
        ("wiki", "e\u0301mile"): 8,
    }
    cells = [" wiki|ana", "wiki|en|ben", "wiki|en|cleo", "wiki| dan ", "wiki|EVE", "wiki|\u00c9mile", "wiki|Ana"]
    found = names.find(cells, accounts)
    assert [found.people.get(cell) for cell in cells] == [1, 2, 3, 5, None, 8, None]
    assert found.nearly == ("wiki|\u00c9mile",)
    assert names.find(["wiki|DAN"], accounts).people == {"wiki|DAN": 5}


def test_blanks_behind_a_comma_and_a_bar_in_a_source_lose_nobody(tmp_path: Path) -> None:
    lines = [
        said("ana", "create", "Create", {"id": "t1"}, source="post:a|b"),
        said("ben", "react", "Like", {"id": "t1"}, source="post:a|b"),
    ]
    known = truth.read(sheet(tmp_path, "above, below\npost:a|b|ana, post:a|b|ben\n"))
    outcome = accuracy.run(taken.take(file_of(tmp_path, lines)), known)
    assert (outcome.found, outcome.used) == (2, 1)
    assert figures(outcome)["influence", "pair_accuracy"].value == 1


DAY = clock.DAY
YEAR = 365 * DAY
NOW = 57 * YEAR


@pytest.mark.parametrize(
    ("times", "end"),
    [
        ([NOW], NOW),
        ([NOW, NOW + 2 * DAY], NOW),
        # Most of it lies ahead: the file tells of another time.
        ([NOW, NOW + YEAR, NOW + YEAR + DAY], NOW + YEAR + DAY),
        # One in a hundred is far behind everything else, as wrong dates of mails are.
        ([*range(40 * YEAR, 40 * YEAR + 300 * DAY, DAY), 44 * YEAR, 50 * YEAR], 40 * YEAR + 299 * DAY),
        ([*range(40 * YEAR, 40 * YEAR + 300 * DAY, DAY), *(44 * YEAR + one for one in range(9))], 44 * YEAR + 8),
        # A year is nothing to those who meet once a year.
        ([one * YEAR for one in range(20, 40)], 39 * YEAR),
        ([0] * 50, 0),
    ],
)
def test_a_file_ends_with_the_last_date_that_can_be_believed(times: list[int], end: int) -> None:
    assert when.end(np.array(times[::-1], np.int64), NOW) == end


def test_one_wrong_date_changes_no_score(acme: tuple[Taken, Path], tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = list(organisation.events(people=12, days=30))
    right = taken.take(file_of(tmp_path, lines))
    wrong = taken.take(
        file_of(tmp_path, [*lines[:50], {**lines[0], "id": "x", "time": "2044-01-01T00:00:00Z"}, *lines[50:]])
    )
    assert (wrong.counts.late, wrong.facts.today) == (1, right.facts.today)
    assert "2044-01-01" in " ".join(wrong.notes)
    found = [Organisation(one.facts).everybody("influence") for one in (right, wrong)]
    assert found[0].tolist() == found[1].tolist()


def test_another_day_may_be_today(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = list(organisation.events(people=12, days=30))
    today = date(2026, 6, 10)
    found = taken.take(file_of(tmp_path, lines), today=today)
    assert found.facts.today == clock.to_day(today)
    assert found.counts.late == sum(line["time"] >= "2026-06-11" for line in lines) > 0
    with pytest.raises(CannotTake, match="left out since they lie after 2001-01-01"):
        taken.take(tmp_path / "events.jsonl", today=date(2001, 1, 1))


def test_words_that_no_event_counts_cost_no_points(tmp_path: Path) -> None:
    lines = [said("ana", "create", "Create", {"id": "t1", "kind": "message"}) for _ in range(2)]
    counted = {"id": "t2", "kind": "message", "words": 2}
    assert taken.take(file_of(tmp_path, lines)).facts.points.amount.tolist() == [2000]
    assert not taken.take(
        file_of(tmp_path, [*lines, said("ana", "create", "Create", counted)])
    ).facts.points.amount.sum()


def test_a_truth_about_others_is_an_error(tmp_path: Path) -> None:
    found = taken.take(file_of(tmp_path, [said("ana", "create", "Create", {"id": "t1"})]))
    for known in (Values({"post:wiki|ana": 1.0}), Above((("post:wiki|ana", "post:wiki|ben"),))):
        with pytest.raises(accuracy.NobodyFound, match=r"post:wiki\|ana.*post:forum"):
            accuracy.run(found, known)


def test_agreement_is_what_it_is_said_to_be() -> None:
    scores, values = np.array([3.0, 1, 1, 2]), np.array([9.0, 1, 2, 8])
    assert pair_accuracy(scores, np.array([0, 1, 1]), np.array([1, 2, 3]), np.ones(3)) == pytest.approx(0.5)
    assert spearman(scores, values) == pytest.approx(spearmanr(scores, values).statistic)
    assert np.isnan(spearman(np.ones(4), values))
    assert overlap(scores, values, 2) == 1
    more, others = np.array([3.0, 1, 1, 2, 0, 0]), np.array([9.0, 1, 2, 8, 0, 0])
    # The third place belongs to two, to each of them half.
    assert overlap(more, others, 3) == pytest.approx(2.5 / 3)
    one = interval(4, lambda times: float((scores * times).sum() / 4))
    assert one == interval(4, lambda times: float((scores * times).sum() / 4))
    assert one.low is not None
    assert one.high is not None
    assert one.low < 1.75 < one.high


@pytest.fixture
def drawn() -> Pairs:
    chance = np.random.default_rng(3)
    cells = np.unique(chance.integers(40 * 40, size=300))
    cells = cells[cells // 40 != cells % 40]
    start = np.searchsorted(cells // 40, np.arange(41))
    return Pairs(start, (cells % 40).astype(np.int32), chance.random(len(cells)) + 0.1)


def test_references_are_the_published_methods(drawn: Pairs) -> None:
    networkx = pytest.importorskip("networkx")
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(drawn.people))
    graph.add_weighted_edges_from(zip(drawn.rater.tolist(), drawn.owner.tolist(), drawn.weight.tolist(), strict=True))
    ranked = networkx.pagerank(graph, 0.85, tol=1e-14, max_iter=1000)
    assert references.pagerank(drawn) == pytest.approx(np.array([ranked[one] for one in range(40)]), abs=1e-9)
    _, authorities = networkx.hits(graph, max_iter=1000, tol=1e-14)
    assert references.hits(drawn) == pytest.approx(np.array([authorities[one] for one in range(40)]), abs=1e-9)


def test_references_hold_what_defines_them(drawn: Pairs) -> None:
    ranked, authorities = references.pagerank(drawn), references.hits(drawn)
    assert ranked.sum() == pytest.approx(1)
    matrix = drawn.matrix().toarray()
    given = matrix.sum(axis=0)
    passed = np.where(given > 0, matrix / np.where(given > 0, given, 1), 1 / 40)
    assert ranked == pytest.approx(0.85 * passed @ ranked + 0.15 / 40, abs=1e-11)
    once_more = matrix @ (matrix.T @ authorities)
    assert once_more / once_more.sum() == pytest.approx(authorities, abs=1e-9)


@pytest.mark.parametrize(("planted", "which"), [(plant.plant, "first"), (plant.plant_entries, "ledger")])
def test_nights_are_measured_on_what_was_planted(tmp_path: Path, planted: Callable[..., None], which: str) -> None:
    url = f"sqlite:///{tmp_path / 'planted.sqlite3'}"
    planted(url, 600, 20)
    first = speed.night(url, which)
    plant.add_day(url, 600)
    ordinary = speed.night(url, "ordinary")
    assert (first.night, first.people, ordinary.people) == (which, 600, 600)
    assert 11_000 < first.pairs <= 12_000
    # A day's likes are of pairs that are there, or new.
    assert first.pairs < ordinary.pairs <= first.pairs + 600
    assert first.topics > 90
    assert ordinary.run > ordinary.solve > 0
    assert "600 people" in ordinary.say()
    with plant.opened(url, plant.NEXT) as renown, renown.contexts.of("influence").reading() as ctx:
        newest = run.newest(ctx)
        assert newest is not None
        before, after = (kept.load(ctx, ctx.session.get_one(Run, number)) for number in (newest.id - 1, newest.id))
        assert before is not None
        assert after is not None
        assert (before.run.day, after.run.day) == (plant.FIRST, plant.NEXT)
        # It begins with what the night before found.
        assert before.solved[-1] == after.inputs.begin[-1] != after.inputs.voice[-1]
        found = network.load(ctx)
        assert found is not None
        assert len(found.team) > 1
        assert len(ctx.calendar.load(None).leave) == 600 // plant.RESTED
    drawn = speed.draw([first, ordinary])
    assert f"first night: {first.run / first.pairs * 1e6:.2f} at 600 people" in drawn
    assert f"ordinary night: {ordinary.run / ordinary.pairs * 1e6:.2f} at 600 people" in drawn


def test_both_ways_to_plant_come_to_the_same(tmp_path: Path) -> None:
    found = []
    for number, planted in enumerate((plant.plant, plant.plant_entries)):
        url = f"sqlite:///{tmp_path / f'{number}.sqlite3'}"
        planted(url, 60, 5)
        speed.night(url)
        with plant.opened(url) as renown, renown.contexts.of("influence").reading() as ctx:
            newest = run.newest(ctx)
            assert newest is not None
            found.append((newest.graph_hash, newest.result_hash))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fairness", "--events", "none.jsonl"], "none.jsonl"),
        (["accuracy", "--truth", "none.csv", "--events", "none.jsonl"], "none.csv"),
        (["accuracy", "--truth", "none.csv"], "--events"),
        (["fairness", "--source-affiliation", "post:x=boss"], "PATTERN=AFFILIATION"),
    ],
)
def test_commands_say_what_they_cannot_read(tmp_path: Path, arguments: list[str], said: str) -> None:
    command = [sys.executable, "-m", f"benchmarks.influence.{arguments[0]}", *arguments[1:]]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_command_answers_one_line_of_json(tmp_path: Path, acme: tuple[Taken, Path]) -> None:
    organisation.write(tmp_path / "events.jsonl", people=24, days=40)
    options = ["--events", str(tmp_path / "events.jsonl"), "--truth", str(acme[1]), "--json"]
    command = [sys.executable, "-m", "benchmarks.influence.accuracy", *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    answer = json.loads(ended.stdout)
    assert {row["method"] for row in answer["figures"]} == set(METHODS)
    assert set(answer["figures"][0]) == {"method", "measure", "value", "low", "high"}
    assert (answer["people"], answer["found"], answer["today"]) == (40, 24, "2026-06-26")
    assert "today is 2026-06-26" in ended.stderr
