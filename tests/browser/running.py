"""Renown as people start it: a process of its own on an empty folder, and what Slack would bring it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from renown import clock


@dataclass
class Running:
    base: str
    token: str


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """`renown serve` at a free port. Ended by the signal that a service manager sends, and well."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RENOWN_")}
    command = [sys.executable, "-m", "renown.cli", "serve", "--port", "0"]
    complaints = folder / "complaints.txt"
    with (
        complaints.open("w") as stderr,
        subprocess.Popen(
            command, env=environ | {"RENOWN_DATA": str(folder)}, stdout=subprocess.PIPE, stderr=stderr, text=True
        ) as process,
    ):
        assert process.stdout is not None
        try:
            greeting = (re.search(r"open (\S+)/setup and enter the token (\S+)", line) for line in process.stdout)
            found = next(filter(None, greeting), None)
            assert found, complaints.read_text()
            yield Running(found[1], found[2])
        finally:
            process.terminate()
            process.wait(30)
    assert process.returncode == 0, complaints.read_text()


def deliver(address: str, secret: str, user: str, text: str) -> int:
    """A message in #general, signed as Slack signs. Returns the status of the answer."""
    sent = clock.now() // clock.SECOND
    body = json.dumps(
        {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{clock.now()}", "event_time": sent,
         "event": {"type": "message", "channel": "C1", "channel_type": "channel", "user": user, "text": text,
                   "ts": f"{sent}.000100"}}
    ).encode()  # fmt: skip
    signed = hmac.new(secret.encode(), b"v0:%d:%s" % (sent, body), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": str(sent),
        "X-Slack-Signature": f"v0={signed}",
    }
    with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30) as answer:
        return int(answer.status)


def export(path: Path) -> Path:
    """A workspace's export: two days on which Ana and Ben wrote, and liked what the other wrote."""
    people = {"U1": "Ana Lindqvist", "U2": "Ben Okafor"}
    users = [
        {"id": key, "name": name.split()[0].lower(), "profile": {"real_name": name}} for key, name in people.items()
    ]
    now = clock.now() // clock.SECOND
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("users.json", json.dumps(users))
        archive.writestr("channels.json", json.dumps([{"id": "C1", "name": "general"}]))
        for ago in (2, 1):
            day = now - ago * 86_400
            messages = [
                {"type": "message", "user": user, "text": "this says more than five words", "ts": f"{day + nth}.000200",
                 "reactions": [{"name": "+1", "users": [liker], "count": 1}]}
                for nth, (user, liker) in enumerate([("U1", "U2"), ("U2", "U1"), ("U1", "U2")])
            ]  # fmt: skip
            archive.writestr(
                f"general/{clock.to_datetime(day * clock.SECOND).date().isoformat()}.json", json.dumps(messages)
            )
    return path
