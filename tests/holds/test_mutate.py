"""Harmed payloads through every way in: a short seeded run, and what longer ones found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from renown.api import CloudEvent, Skipped
from renown.events.diagnose import MAX_ERRORS, too_deep
from renown.events.receive import BATCH, MAX_ITEMS, Refusal, UnreadableBody, parse
from renown_github.connector import GitHub
from renown_slack.connector import Slack
from tests.holds import kit, mutate
from tests.holds.mutate import ROOM
from tests.networks import kit as networks
from tests.networks import payloads as github
from tests.networks.test_slack_export import CHANNELS, MESSAGES, USERS, events, export

COUNT = int(os.environ.get("RENOWN_MUTATIONS", "150"))


def test_small_payloads_harmed(database_url: str) -> None:
    with kit.house(database_url) as renown:
        attack = mutate.run(renown, None, COUNT, seed=11)
        assert len(attack.expected) > COUNT // 5
        assert len(attack.answers) > 8


def test_real_payloads_harmed(database_url: str, samples: Path) -> None:
    with kit.house(database_url) as renown:
        mutate.run(renown, samples, COUNT, seed=12)


def test_what_was_held_before_hides_no_growth() -> None:
    before = b"x" * ROOM
    del before
    memory = kit.Peak()
    held = b"x" * (ROOM // 2)
    assert ROOM // 3 < memory.grown < ROOM, len(held)


@pytest.mark.parametrize("tail", [b"", b"\\", b"]}"])
def test_a_text_that_never_ends_is_read_once(tail: bytes) -> None:
    """At half a million quotes, a look-up that begins again at each takes hours."""
    raw = b'{"a":"' + b'\\"' * 500_000 + tail
    assert not too_deep(raw)
    assert too_deep(b"[" * 65 + raw)
    with pytest.raises(UnreadableBody, match="before its array does"):
        parse(b"[" + raw, BATCH)


def test_crumbs_are_refused_together() -> None:
    with pytest.raises(UnreadableBody, match="more than 50,000 items"):
        parse(b"[" + b"1," * MAX_ITEMS + b"1]", BATCH)
    (refused,) = parse(b'[{"id":"e1","source":"s","a":[' + b'"\\u0000",' * 5000 + b"1]}]", BATCH)
    assert isinstance(refused, Refusal)
    assert (refused.id, refused.source, len(refused.errors)) == ("e1", "s", MAX_ERRORS)


def test_a_commit_that_cannot_be_read_costs_no_other() -> None:
    body = github.push(github.commit(1), {"id": 7}, "no commit", github.commit(2))
    found = networks.read(GitHub(), networks.github("push", body))
    assert [one.id[-1] for one in found if isinstance(one, CloudEvent)] == ["1", "2"]
    assert [one.what for one in found if isinstance(one, Skipped)] == [
        "commits[1].id is a number, not a text",
        "commits[2] is a text, not an object",
    ]


def test_a_page_that_cannot_be_read_costs_no_other() -> None:
    body = github.body(None, pages=[None, github.page()])
    found = networks.read(GitHub(), networks.github("gollum", body))
    assert [type(one) for one in found] == [Skipped, CloudEvent]


def test_a_damaged_day_of_an_export_costs_no_other(tmp_path: Path) -> None:
    members = {"users.json": USERS, "channels.json": CHANNELS, "general/2024-05-05.json": MESSAGES}
    path = export(tmp_path, **members)
    whole = [one.id for one in events(path)]
    raw = bytearray(path.read_bytes())
    at = raw.index(b"general/2024-05-05.json") + 40
    raw[at : at + 20] = b"\xff" * 20
    path.write_bytes(raw)
    found = list(Slack().backfill(path, networks.source("slack")))
    assert [one.id for one in found if isinstance(one, CloudEvent)] == list(dict.fromkeys(whole))
    assert any(isinstance(one, Skipped) and "general/2024-05-05.json cannot be read" in one.what for one in found)
