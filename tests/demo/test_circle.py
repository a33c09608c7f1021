"""The demo has something for moderators to look into, and none of those whom it signs in is part of it."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from renown import clock
from renown.demo.circle import Circle
from renown.demo.deliveries import Channel, Mail
from renown.demo.organisation import Organisation, found
from renown.demo.slack import Workspace

START = 20_600


def said(people: int, seed: int, progress: float) -> tuple[Organisation, list[tuple[str, str]]]:
    """Who liked whose message on thirty days."""
    acme, mail = found(seed, people, START, 30), Mail()
    circle = Circle(Workspace(mail, Channel("slack", "slack:acme", "secret"), "T1"), "C1", acme, seed)
    for day in range(START, START + 30):
        circle.day(day, progress, acme.colleagues)
    events = [json.loads(body.body)["event"] for _, body in mail.until((START + 40) * clock.DAY)]
    return acme, [(one["user"], one["item_user"]) for one in events if one["type"] == "reaction_added"]


@pytest.mark.parametrize("seed", [1, 2])
def test_five_of_different_temper_like_all_that_one_of_them_says(seed: int) -> None:
    acme, likes = said(120, seed, 0.9)
    members = {one for pair in likes for one in pair}
    assert len(members) == 5
    assert set(likes) == set(permutations(members, 2))
    assert acme.colleagues[-1].slack not in members
    assert acme.team("Customer service")[0].slack not in members


def test_it_begins_late_and_only_where_it_can_be_told_from_chance() -> None:
    assert said(120, 1, 0.5)[1] == []
    assert said(24, 1, 0.9)[1] == []
