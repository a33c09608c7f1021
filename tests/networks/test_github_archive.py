"""GH Archive's files: the same acts as the webhooks', under the same keys."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from renown.api import BadPayload, CloudEvent, Skipped
from renown_github import reasons
from renown_github.archive import TYPES
from renown_github.connector import GitHub
from tests.networks import kit
from tests.networks import payloads as p

GITHUB = GitHub()


def record(kind: str, payload: object, at: str = "2024-05-06T07:08:00Z") -> dict[str, Any]:
    actor = {"id": p.BEN["id"], "login": p.BEN["login"], "display_login": "Ben"}
    repo = {"id": p.REPO["id"], "name": p.REPO["full_name"]}
    return {"id": "1", "type": kind, "actor": actor, "repo": repo, "payload": payload, "public": True, "created_at": at}


def hour(path: Path, *lines: object) -> Path:
    with gzip.open(path / "2024-05-06-7.json.gz", "wt") as file:
        for line in lines:
            file.write((line if isinstance(line, str) else json.dumps(line)) + "\n")
    return path / "2024-05-06-7.json.gz"


def read(path: Path) -> list[CloudEvent | Skipped]:
    return kit.sound(GITHUB.backfill(path, kit.source("github")))


def test_an_act_has_one_key_in_the_archive_and_live(tmp_path: Path) -> None:
    archived = {event: kind for kind, event in TYPES.items()}
    live, lines = [], []
    for name, payload in p.ALL:
        # Deletions and ends of stars are not in archives, and a watch only there has its time.
        if name in archived and name != "watch" and payload.get("action") != "deleted":
            live += [one.id for one in kit.read(GITHUB, kit.github(name, payload)) if isinstance(one, CloudEvent)]
            rest = {key: value for key, value in payload.items() if key not in ("sender", "repository")}
            lines.append(record(archived[name], rest))
    found = read(hour(tmp_path, *lines))
    assert [one.id for one in found if isinstance(one, CloudEvent)] == live
    assert GITHUB.size(hour(tmp_path, *lines)) == len(found)


def test_a_comment_on_a_commit_need_not_say_that_it_was_made(tmp_path: Path) -> None:
    (body,) = (dict(body) for name, body in p.ALL if name == "commit_comment")
    (found,) = read(hour(tmp_path, record("CommitCommentEvent", {"comment": body["comment"]})))
    assert isinstance(found, CloudEvent)
    assert found.type == "collab.reply.v1"


def test_a_star_has_its_time_there(tmp_path: Path) -> None:
    (found,) = read(hour(tmp_path, record("WatchEvent", {"action": "started"})))
    (live,) = (kit.event(GITHUB, kit.github(name, body)) for name, body in p.ALL[-3:-2])
    assert isinstance(found, CloudEvent)
    assert found.id == live.id


def test_later_archives_leave_things_out(tmp_path: Path) -> None:
    opened = {"action": "opened", "number": 13, "pull_request": {"id": 200, "number": 13}}
    merged = {"action": "merged", "number": 13, "pull_request": {"id": 200, "number": 13}}
    pushed = {"ref": "refs/heads/main", "head": p.SHA, "before": p.SHA, "push_id": 1}
    lines = [record("PullRequestEvent", opened), record("PullRequestEvent", merged), record("PushEvent", pushed)]
    first, end, push = read(hour(tmp_path, *lines))
    assert isinstance(first, CloudEvent)
    assert (first.id, first.data.actor.id) == ("r7#13", "u2")
    assert isinstance(end, CloudEvent)
    assert end.data.object.state == "merged"
    assert isinstance(push, Skipped)
    assert push.reason == reasons.NO_COMMITS


def test_a_damaged_line_never_sinks_the_others(tmp_path: Path) -> None:
    good = record("WatchEvent", {"action": "started"})
    lines = [good, "{", "[]", "", record("ForkEvent", {}), record("IssuesEvent", {}), "[" * 5000, good]
    found = read(hour(tmp_path, *lines))
    assert Counter(getattr(one, "reason", "event") for one in found) == {
        "event": 2,
        reasons.UNREADABLE: 4,
        reasons.NOT_READ: 1,
    }
    assert [one.what for one in found if isinstance(one, Skipped) and "line 6" in one.what] == [
        "line 6.payload.issue is missing"
    ]


def test_a_file_that_is_cut_or_bursts_says_so(tmp_path: Path) -> None:
    whole = hour(
        tmp_path, *[record("WatchEvent", {"action": "started"}, f"2024-05-06T07:{n:02}:00Z") for n in range(60)]
    )
    cut = tmp_path / "cut.json.gz"
    cut.write_bytes(whole.read_bytes()[:-40])
    with pytest.raises(BadPayload, match=r"cut\.json\.gz cannot be read"):
        read(cut)
    bomb = tmp_path / "bomb.json.gz"
    with gzip.open(bomb, "wb") as file:
        for _ in range(40):
            file.write(b" " * (1 << 20) + b"\n")
    with pytest.raises(BadPayload, match="times its size"):
        read(bomb)
    with gzip.open(bomb, "wb") as file:
        file.write(b"[" + b" " * (33 << 20))
    with pytest.raises(BadPayload, match=r"longer than|times its size"):
        read(bomb)
