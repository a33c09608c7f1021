"""Every real payload of both networks is accepted or skipped with a reason; none raises."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from renown.api import CloudEvent, Skipped
from renown_github.connector import GitHub
from renown_slack.connector import Slack
from tests.networks import kit

# Where the folder's files are not named after their event.
GO_SCM = {
    "branch_create": "create",
    "branch_delete": "delete",
    "check_run": "check_run",
    "comment": "issue_comment",
    "deployment": "deployment",
    "merge_group_checks_requested": "merge_group",
    "push": "push",
    "push_tag": "push",
    "push_tag_delete": "push",
    "tag_create": "create",
    "tag_delete": "delete",
}


def go_scm(name: str) -> str:
    if name.startswith("pr_review"):
        return "pull_request_review"
    if name.startswith("pr_"):
        return "pull_request"
    return GO_SCM.get(name) or name.partition("_")[0]


def test_all_github_payloads(samples: Path) -> None:
    files = [(path, path.name.partition("__")[0]) for path in sorted((samples / "github" / "webhook").glob("*.json"))]
    files += [(path, go_scm(path.stem)) for path in sorted((samples / "github" / "webhook-go-scm").glob("*.json"))]
    assert len(files) >= 155
    accepted: Counter[str] = Counter()
    for path, event in files:
        found = kit.read(GitHub(), kit.github(event, json.loads(path.read_text())))
        assert found, path.name
        accepted.update(one.type for one in found if isinstance(one, CloudEvent))
        assert all(one.reason for one in found if isinstance(one, Skipped))
    verbs = {"create", "reply", "accept", "edit", "delete", "reopen", "resolve", "publish", "assign", "follow"}
    assert set(accepted) == {f"collab.{verb}.v1" for verb in verbs}


def test_all_slack_payloads(samples: Path) -> None:
    files = sorted((samples / "slack").rglob("*.json"))
    assert len(files) >= 80
    accepted = 0
    for path in files:
        inbound = kit.slack(json.loads(path.read_text()))
        answered = Slack().answer(inbound)
        found = kit.read(Slack(), inbound)
        assert found or answered, path.name
        accepted += sum(isinstance(one, CloudEvent) for one in found)
    assert accepted >= 15


def test_the_small_slack_export(samples: Path) -> None:
    (path,) = (samples / "slack" / "export").glob("*.zip")
    found = kit.sound(Slack().backfill(path, kit.source("slack")))
    taken = [one for one in found if isinstance(one, CloudEvent)]
    kinds = Counter(one.type.split(".")[1] for one in taken)
    assert kinds == {"create": 146, "edit": 1, "join": 8, "reply": 1, "react": 1}
    assert sum(one.data.quality.bot for one in taken if one.data.quality) == 94
