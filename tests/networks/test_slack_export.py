"""Slack's exports: the same acts under the same keys, and archives that mean harm stay shut."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from renown.api import BadPayload, CloudEvent, Skipped
from renown_slack import reasons
from renown_slack.connector import Slack
from tests.networks import kit

SLACK = Slack()
USERS = [
    {"id": "U01", "name": "ana", "profile": {"real_name": "Ana Ruiz", "email": "ana@example.org"}},
    {"id": "U02", "name": "ben", "real_name": "Ben", "profile": {}},
    {"id": "U03", "name": "deploys", "is_bot": True, "profile": {"email": "x@example.org"}},
]
CHANNELS = [{"id": "C01", "name": "general"}]
MESSAGES = [
    {"type": "message", "subtype": "channel_join", "user": "U02", "text": "", "ts": "1714979270.000001"},
    {
        "type": "message",
        "user": "U01",
        "text": "Two words",
        "ts": "1714979280.000100",
        "edited": {"user": "U01", "ts": "1714979288.000000"},
        "reactions": [{"name": "+1", "users": ["U02", "U03", "U02"], "count": 9}],
    },
    {"type": "message", "user": "U03", "text": "Deployed", "ts": "1714979281.000000"},
    {"type": "message", "subtype": "channel_topic", "user": "U01", "topic": "x", "ts": "1714979282.000000"},
    {"type": "message", "user": 7, "ts": "1714979283.000000"},
    "not a message",
]


def export(path: Path, root: str = "", **files: Any) -> Path:
    """A small export, with more files or others in their place."""
    members = {"users.json": USERS, "channels.json": CHANNELS, "general/2024-05-06.json": MESSAGES} | files
    with zipfile.ZipFile(path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in members.items():
            archive.writestr(root + name, value if isinstance(value, str | bytes) else json.dumps(value))
    return path / "export.zip"


def events(path: Path, **settings: Any) -> list[CloudEvent]:
    found = kit.sound(SLACK.backfill(path, kit.source("slack", **settings)))
    return [one for one in found if isinstance(one, CloudEvent)]


@pytest.mark.parametrize("root", ["", "Acme export/"])
def test_the_acts_of_an_export(tmp_path: Path, root: str) -> None:
    path = export(tmp_path, root)
    assert [(one.type.split(".")[1], one.id) for one in events(path)] == [
        ("join", "C01:join:U02:1714979270"),
        ("create", "C01:1714979280.000100"),
        ("edit", "C01:1714979280.000100:edit:1714979288.000000"),
        ("react", "C01:1714979280.000100:react:+1:U02"),
        ("react", "C01:1714979280.000100:react:+1:U03"),
        ("create", "C01:1714979281.000000"),
    ]
    skipped = [one for one in SLACK.backfill(path, kit.source("slack")) if isinstance(one, Skipped)]
    assert Counter(one.reason for one in skipped) == {reasons.NOTICE: 1, reasons.UNREADABLE: 2}
    assert any("general/2024-05-06.json[4].user is a number" in one.what for one in skipped)
    assert SLACK.size(path) == 9


def test_a_reaction_in_an_export_has_no_time_of_its_own(tmp_path: Path) -> None:
    found = next(one for one in events(export(tmp_path)) if one.data.type == "Like")
    assert found.id == found.data.statekey
    assert found.data.quality is not None
    assert found.data.quality.time == "lower-bound"
    assert found.data.quality.backfill


def test_users_bring_names_addresses_and_which_are_bots(tmp_path: Path) -> None:
    by = {one.data.actor.id: one.data.actor for one in events(export(tmp_path))}
    assert (by["U01"].name, by["U01"].email, by["U01"].emailVerified) == ("Ana Ruiz", "ana@example.org", True)
    assert (by["U02"].name, by["U02"].email) == ("Ben", None)
    assert (by["U03"].type, by["U03"].email) == ("Application", None)


def test_private_places_of_a_full_export_are_marked(tmp_path: Path) -> None:
    said = [{"type": "message", "user": "U01", "text": "psst", "ts": "1714979280.000100"}]
    path = export(
        tmp_path,
        **{
            "groups.json": [{"id": "G01", "name": "board"}],
            "dms.json": [{"id": "D01", "members": ["U01", "U02"]}],
            "board/2024-05-06.json": said,
            "D01/2024-05-06.json": said,
        },
    )
    private = {one.data.target.id for one in events(path) if one.data.quality.private}  # type: ignore[union-attr]
    assert private == {"G01", "D01"}


def said(text: str = "Hello", ts: str = "1714979280.000100", **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": "U01", "text": text, "ts": ts, **more}


def archived(path: Path, **files: Any) -> Path:
    with zipfile.ZipFile(path / "other.zip", "w") as archive:
        for name, value in files.items():
            archive.writestr(name, value if isinstance(value, str | bytes) else json.dumps(value))
    return path / "other.zip"


@pytest.mark.parametrize("root", ["", "Acme/"])
def test_days_are_read_where_the_lists_are_missing(tmp_path: Path, root: str) -> None:
    days = {f"{root}{folder}/2024-05-06.json": [said()] for folder in ("general", "D0123ABCD", "mpdm-ana--ben-1")}
    # What a Mac puts beside files that it packs.
    days |= {"__MACOSX/._users.json": "\0", f"__MACOSX/{root}general/._2024-05-06.json": "\0"}
    found = events(archived(tmp_path, **days))
    private = {one.data.target.id: one.data.quality.private for one in found}  # type: ignore[union-attr]
    assert private == {"general": False, "D0123ABCD": True, "mpdm-ana--ben-1": True}


def test_the_users_of_a_grid_are_known(tmp_path: Path) -> None:
    path = archived(tmp_path, **{"org_users.json": USERS, "general/2024-05-06.json": [said()]})
    assert [one.data.actor.name for one in events(path)] == ["Ana Ruiz"]


def test_damage_costs_what_is_damaged_and_nothing_else(tmp_path: Path) -> None:
    liked = [{"name": "+1", "users": [None]}, 3, {"name": "tada", "users": ["U02"]}]
    path = export(
        tmp_path,
        **{
            "users.json": [1, {"id": ["U01"]}, *USERS],
            "general/2024-05-06.json": [said(reactions=liked), said(ts="1714979281.000100", reactions="x")],
            "general/2024-05-07.json": json.dumps([said("Cut \ud83d", ts="1714979282.1")]),
            "general/2024-05-08.json": '[{"text": "\\ud83d", "ts": NaN}]',
        },
    )
    assert [one.id for one in events(path)] == [
        "C01:1714979280.000100",
        "C01:1714979280.000100:react:tada:U02",
        "C01:1714979281.000100",
        "C01:1714979282.1",
    ]
    skipped = [one for one in SLACK.backfill(path, kit.source("slack")) if isinstance(one, Skipped)]
    assert {one.reason for one in skipped} == {reasons.UNREADABLE}
    assert len(skipped) == 6


def test_changes_and_removals_that_an_export_keeps_are_those_told_live(tmp_path: Path) -> None:
    before, edited = said(), said("Hello all", edited={"user": "U01", "ts": "1714979290.000000"})
    changed = {"type": "message", "subtype": "message_changed", "ts": "1714979290.000100"}
    changed |= {"message": edited, "previous_message": before}
    gone = {"type": "message", "subtype": "message_deleted", "ts": "1714979295.000100"}
    gone |= {"deleted_ts": before["ts"], "previous_message": edited}
    found = events(export(tmp_path, **{"general/2024-05-06.json": [before, changed, gone]}))
    live = [kit.event(SLACK, kit.slack(kit.callback(channel="C01", **one))) for one in (before, changed, gone)]
    assert [one.id for one in found] == [one.id for one in live]
    assert [one.type.split(".")[1] for one in found] == ["create", "edit", "delete"]


def test_a_file_and_its_comment_as_exports_had_them(tmp_path: Path) -> None:
    file = {"id": "F01", "user": "U01"}
    days = [
        {
            "type": "message",
            "subtype": "file_share",
            "user": "U01",
            "file": file,
            "text": "<@U01|ana> uploaded a file: <https://a.example/plan|plan.png> and commented: Here it is",
            "ts": "1714979280.000100",
        },
        {
            "type": "message",
            "subtype": "file_comment",
            "file": file,
            "comment": {"id": "Fc01", "user": "U02", "comment": "Looks fine to me"},
            "text": "<@U02|ben> commented on ...",
            "ts": "1714979281.000100",
        },
    ]
    shared, said = events(export(tmp_path, **{"general/2024-05-06.json": days}))
    assert (shared.type, shared.data.object.words) == ("collab.create.v1", 3)
    assert (said.id, said.type, said.data.object.kind) == ("Fc01", "collab.reply.v1", "comment")
    assert (said.data.actor.id, said.data.object.words) == ("U02", 4)


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("../general/x.json", "[]", "lies outside the archive"),
        ("/etc/x.json", "[]", "lies outside the archive"),
        ("C:/x.json", "[]", "lies outside the archive"),
        ("general/bomb.json", b"[" + b" " * (8 << 20) + b"]", "unpacks to more than"),
        ("users.json", "{}", "users.json is not a list"),
        ("users.json", "[", "users.json is not JSON"),
        ("channels.json", '[{"name": "x"}]', r"channels.json\[0\].id is missing"),
    ],
)
def test_an_export_that_means_harm_or_is_broken_names_the_place(
    tmp_path: Path, name: str, content: str | bytes, where: str
) -> None:
    with pytest.raises(BadPayload, match=where):
        list(SLACK.backfill(export(tmp_path, **{name: content}), kit.source("slack")))


def test_what_is_no_export_says_so(tmp_path: Path) -> None:
    plain = tmp_path / "plain.zip"
    plain.write_text("hello")
    with pytest.raises(BadPayload, match="not a zip archive"):
        list(SLACK.backfill(plain, kit.source("slack")))
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(BadPayload, match=r"users\.json is missing"):
        list(SLACK.backfill(tmp_path / "other.zip", kit.source("slack")))


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    path = export(tmp_path)
    raw = bytearray(path.read_bytes())
    at = raw.index(b"general/2024-05-06.json") + len(b"general/2024-05-06.json") + 5
    raw[at : at + 20] = bytes(20)
    path.write_bytes(raw)
    (found,) = SLACK.backfill(path, kit.source("slack"))
    assert isinstance(found, Skipped)
    assert found.reason == reasons.UNREADABLE
    assert found.what.startswith("general/2024-05-06.json cannot be read")


def test_the_houston_export(samples: Path) -> None:
    (path,) = (samples / "bulk" / "slack-houstondatavis").glob("*.zip")
    found = kit.sound(SLACK.backfill(path, kit.source("slack")))
    taken = [one for one in found if isinstance(one, CloudEvent)]
    kinds = Counter((one.type.split(".")[1], one.data.object.kind) for one in taken)
    assert kinds == {
        ("create", "message"): 1025,
        ("react", None): 198,
        ("edit", None): 37,
        ("join", "channel"): 320,
        ("reply", "comment"): 6,
        ("leave", "channel"): 3,
    }
    assert len({one.data.actor.id for one in taken}) == 71
    assert len({one.id for one in taken}) == len(taken) == 1589
    skipped = Counter(one.reason for one in found if isinstance(one, Skipped))
    assert skipped == {reasons.NOTICE: 28, reasons.NOT_A_MESSAGE: 1}
