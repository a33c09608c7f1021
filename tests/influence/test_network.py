"""Who relies on whom by team: no end of a line is fewer than five people, and one's own circle is for oneself."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renown_influence import layout, network, picture, ties
from renown_influence.graph import Pairs
from tests.influence.office import Office
from tests.influence.reading import data, main, named, page


def lines(office: Office, path: str = "/influence/network.json") -> set[tuple[str, str]]:
    return {(one["team"], one["relies_on"]) for one in data(office.as_("U0"), path)["lines"]}


def test_lines_have_five_people_at_either_end(office: Office) -> None:
    """Sales and Building rely on Support: but of Building four people on four, which nobody is told."""
    found = data(office.as_("U0"), "/influence/network.json")["lines"]
    assert ("sales", "support") in lines(office)
    assert ("building", "support") not in lines(office)
    assert all(one["people"] >= 5 and one["on_people"] >= 5 for one in found)


def test_people_are_told_in_steps_everywhere(office: Office) -> None:
    """All ten of Sales rely on all ten of Support: "5 or more", for of the others nothing is to follow."""
    client = office.as_("U0")
    found = data(client, "/influence/network.json")["lines"]
    assert {(one["people"], one["on_people"]) for one in found if one["team"] == "sales"} == {(5, 5)}
    table = client.get("/influence/network.csv").get_data(as_text=True).splitlines()
    assert [line.split(",")[2:4] for line in table[1:]] == [
        [str(one["people"]), str(one["on_people"])] for one in found
    ]
    assert "5+ on 5+" in main(client, "/influence/network")
    assert not re.search(r"\d on \d", main(client, "/influence/network"))
    assert "5+ on 5+" in main(client, "/influence/network?team=support")


@pytest.mark.parametrize("hidden", [1, 4])
def test_a_team_in_which_few_hide_has_no_lines(office: Office, hidden: int) -> None:
    """What all ten do, but for those whom one can see, would be what the others do."""
    everybody = lines(office)
    assert ("sales", "support") in everybody
    assert "Support" in page(office.as_("U29"), "/influence/network")
    office.preset("opt-out", *(f"U{n}" for n in range(hidden)))
    try:
        for who in ("U0", "U15", "U29"):
            client = office.as_(who)
            for path in ("/influence/network", "/influence/network?team=sales", "/influence/network?picture=1"):
                assert "?team=support" not in page(client, path), who
            assert not any("support" in one for one in lines(office))
            assert "No lines to show" in main(client, "/influence/network?team=support")
    finally:
        office.preset("open")
    assert lines(office) == everybody


def test_where_many_hide_nobody_of_them_can_be_told(office: Office) -> None:
    office.preset("opt-out", *(f"U{n}" for n in range(5)))
    try:
        assert ("sales", "support") in lines(office)
    finally:
        office.preset("open")


def test_no_name_of_anybody_stands_on_the_teams_page(office: Office) -> None:
    assert named(main(office.as_("U1"), "/influence/network")) == set()


def test_a_team_opens_into_its_own_lines(office: Office) -> None:
    own = lines(office, "/influence/network.json?team=support")
    assert own
    assert all("support" in one for one in own)
    assert office.as_("U0").get("/influence/network?team=nobody").status_code == 404


def test_the_picture_shows_what_the_table_says_and_phones_ask_for_it(office: Office) -> None:
    markup = page(office.as_("U0"), "/influence/network")
    assert markup.index("<table") < markup.index('class="net"'), "the table comes first"
    assert set(re.findall(r'href="/influence/network\?team=([a-z]+)" aria-label', markup)) == {"sales", "support"}
    assert 'id="picture" aria-label="The same as a picture" class="not-phone"' in markup
    assert (
        'class="not-phone"'
        not in re.findall(r'<section id="picture"[^>]*>', page(office.as_("U0"), "/influence/network?picture=1"))[0]
    )


def test_ones_own_circle_names_whom_one_may_see(office: Office) -> None:
    text = main(office.as_("U10"), "/influence/network/me")
    assert named(text.partition("On whose work you rely")[2]) == {"U0", "U1"}
    assert "Nobody yet" in text.partition("On whose work you rely")[0]
    office.preset("opt-out", "U0")
    try:
        assert "U0" not in named(main(office.as_("U10"), "/influence/network/me"))
    finally:
        office.preset("open")


def graph(draws: list[tuple[int, int]], size: int) -> Pairs:
    owner, rater = (np.array(column, np.int32) for column in zip(*sorted(set(draws)), strict=True))
    start = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(owner, minlength=size), out=start[1:])
    return Pairs(start, rater, np.full(len(owner), 0.25))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), min_size=1, max_size=400), st.integers(1, 6))
def test_the_network_counts_people_and_hides_what_is_small(draws: list[tuple[int, int]], teams: int) -> None:
    people = np.arange(1, 41, dtype=np.int32)
    heads = people.astype(np.int64), people.astype(np.int64) % teams + 1
    pairs = graph(draws, 40)
    found = network.build(people, pairs, heads, {team: f"Team {team}" for team in range(1, teams + 1)})
    team_of = heads[1]
    wanted = {}
    for source in range(1, teams + 1):
        for target in range(1, teams + 1):
            here = (team_of[pairs.rater] == source) & (team_of[pairs.owner] == target)
            raters, owners = len(set(pairs.rater[here])), len(set(pairs.owner[here]))
            told = [step(count, int((team_of == team).sum())) for count, team in ((raters, source), (owners, target))]
            if all(told):
                wanted[source, target] = (*told, round(float(pairs.weight[here].sum()), 9))
    told = {
        (int(found.team[s]), int(found.team[t])): (int(r), int(o), round(float(w), 9))
        for s, t, r, o, w in zip(found.source, found.target, found.raters, found.owners, found.weight, strict=True)
    }
    assert told == wanted
    assert (
        dict(zip(found.team.tolist(), found.people.tolist(), strict=True)).items() <= Counter(team_of.tolist()).items()
    )


def step(count: int, whole: int) -> int:
    """Of 5, 10 and 20, the largest that leaves at least five; 5 for all of a small team."""
    if whole < 10:
        return 5 * (5 <= count == whole)
    return max((one for one in (0, 5, 10, 20) if one <= min(count, whole - 5)), default=0)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 60])
def test_a_picture_is_the_same_each_time_and_nothing_lies_on_top_of_anything(count: int) -> None:
    dice = np.random.default_rng(3)
    source, target = dice.integers(0, max(count, 1), (2, count * 2))
    apart = source != target
    boxes = np.array([layout.box("A team with a name", 30)] * count).reshape(-1, 2)
    drawn = (source[apart], target[apart], dice.random(int(apart.sum())), boxes)
    x, y = layout.place(count, *drawn)
    again = layout.place(count, *drawn)
    assert (x.tobytes(), y.tobytes()) == (again[0].tobytes(), again[1].tobytes())
    width, height = layout.size(boxes)
    assert ((x >= 0) & (x <= width) & (y >= 0) & (y <= height)).all()
    over = [
        (one, other)
        for one in range(count)
        for other in range(one)
        if abs(x[one] - x[other]) < boxes[one][0] * 0.9 and abs(y[one] - y[other]) < boxes[one][1] * 0.9
    ]
    assert over == []


def test_arrows_begin_and_end_beside_names(office: Office) -> None:
    with office.reading() as ctx:
        found = ties.of(ctx, "")
        drawn = None if found is None else picture.of(found)
    assert drawn is not None
    assert drawn.bows
    ends = [
        tuple(map(float, one.split(","))) for bow in drawn.bows for one in re.findall(r"[\d.-]+,[\d.-]+", bow.path)[::2]
    ]
    assert len(ends) == 2 * len(drawn.bows)
    for x, y in ends:
        for one in drawn.circles:
            beside = abs(x - one.x) > layout.wide(one.label) / 2 - 0.1
            assert beside or not one.y + one.radius < y < one.y + one.radius + 19, (x, y, one.name)
