"""Rules by space, as people write them: by the name it had then, or by its id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from renown import clock
from renown.api import CloudEvent
from renown.db.engine import Database
from renown.events.types import Ref
from renown.ledger import catchup, dump, generations, recount, replay, rules
from renown_activity.plugin import plugin
from renown_github.connector import GitHub
from renown_slack.connector import Slack
from tests.activity.acts import act, only
from tests.activity.company import FIRST_DAY, Company, on
from tests.events.kit import event
from tests.networks import kit
from tests.networks import payloads as p


@pytest.fixture(autouse=True)
def on_the_first_day() -> Iterator[None]:
    with clock.set_to(lambda: FIRST_DAY * clock.DAY):
        yield


def said(key: str, channel: str, name: str | None, actor: str = "ana") -> CloudEvent:
    """A message on the second day, from which new rules hold."""
    made = event(key, "create", "Create", actor=actor, thing=key, words=1)
    made.data.target = Ref(id=channel, name=name)
    return on(1, made)


def publish(company: Company, name: str, **body: Any) -> None:
    with company.db.write() as conn:
        rules.publish(conn, "activity", name, {"verbs": ["create"], "actor_points": 1, **body}, title=name)


@pytest.mark.parametrize(
    ("patterns", "meets"),
    [(["help-*"], True), (["#Help-*"], True), (["C1"], True), (["help"], False), (["c2", "dev-*"], False)],
)
def test_a_pattern_meets_the_name_or_the_id(patterns: list[str], meets: bool) -> None:
    there = act("create", space="C1", space_name="help-desk")
    scored = plugin_scores(there, {"verbs": ["create"], "actor_points": 1, "spaces": patterns})
    assert bool(scored) is meets
    assert bool(plugin_scores(there, {"verbs": ["create"], "actor_points": 1, "not_spaces": patterns})) is not meets


def plugin_scores(one: Any, body: dict[str, Any]) -> list[Any]:
    from renown_activity.score import score

    return list(score([one], only(body)))


def test_a_rename_moves_nothing_that_was_counted(db: Database) -> None:
    company = Company(db)
    publish(company, "help", spaces=["help-*"])
    company.take([said("m1", "C1", None), said("m2", "C1", "help-desk"), said("m3", "C1", None, "ben")])
    company.count(1)
    assert dict(company.board()) == {"ana": 1, "ben": 1}, "m1 came before anybody had named the channel"
    company.take([said("m4", "C1", "archive"), said("m5", "C1", None), said("m6", "C2", "help-new")])
    company.count()
    assert dict(company.board()) == {"ana": 2, "ben": 1}
    company.take([said("m7", "C1", "help-desk"), said("m8", "C2", "help-new")])
    company.count()
    assert dict(company.board()) == {"ana": 4, "ben": 1}
    generation = company.generation
    assert generation is not None
    with db.write() as conn:
        late = generations.create(conn, plugin.name, base=0, state="building")
    catchup.run(db, company.scorer, late, batch=3)
    with db.read() as conn:
        assert list(dump.lines(conn, late)) == list(dump.lines(conn, generation))
    assert replay.replay(db, company.scorer, dry_run=True).same
    with db.write() as conn:
        anew = recount.begin(conn, plugin.name, "by today's names")
    catchup.run(db, company.scorer, anew)
    with db.read() as conn:
        found = [line for line in dump.lines(conn, anew) if line.startswith(b'["entry"')]
    assert len(found) == 8, "all channels are called help-something now"


def test_networks_name_their_spaces(samples: Path) -> None:
    repository = kit.event(GitHub(), kit.github("issues", p.body("opened", issue=p.issue()))).data.target
    assert repository is not None
    assert repository.id.startswith("r")
    assert "/" in str(repository.name)
    (export,) = (samples / "bulk" / "slack-houstondatavis").glob("*.zip")
    found = [one for one in Slack().backfill(export, kit.source("slack")) if isinstance(one, CloudEvent)]
    targets = {(one.data.target.id, one.data.target.name) for one in found if one.data.target is not None}
    assert len(targets) > 5
    assert all(name and name != key for key, name in targets)
