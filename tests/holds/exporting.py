"""Harm to exports: members, lines and archives, each beside sound ones that must be taken where the file opens."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path
from random import Random
from typing import Any

from renown.app import Renown
from renown.sources import importing
from renown.sources.connector import BadPayload
from tests.holds.mutations import harmed, torn, written
from tests.holds.payloads import Corpus
from tests.networks import payloads as github
from tests.networks.test_github_archive import record
from tests.networks.test_slack_export import CHANNELS, MESSAGES, USERS

SOURCES = {"slack": "slack:acme", "github-archive": "github:acme"}
_BOMB = b"[" + b" " * (48 << 20) + b"]"


class Exports:
    """Imports into one site. `expected` are the keys of the sound records."""

    def __init__(self, renown: Renown, found: Corpus, random: Random) -> None:
        self.renown, self.corpus, self.random = renown, found, random
        self.expected: set[str] = set()
        self.number = 0
        self._real = [_members(path) for path in found.exports]

    def once(self) -> str:
        self.number += 1
        way = self.random.choice((self.member, self.archive, self.lists, self.hour, self.events))
        with tempfile.TemporaryDirectory(prefix="renown-holds-") as folder:
            network, path, expected = way(Path(folder))
            source = SOURCES.get(network)
            try:
                importing.run(self.renown.reception, network, path, source)
            except BadPayload:
                if expected is not None:
                    raise
                return f"{way.__name__} refused"
        self.expected |= expected or set()
        return f"{way.__name__} read"

    def member(self, folder: Path) -> tuple[str, Path, set[str] | None]:
        """A day of an export harmed or torn, another one sound."""
        members, key = self._slack()
        name = self.random.choice([one for one in members if "/" in one])
        raw = written(harmed(json.loads(members[name]), self.random, 5))
        members[name] = torn(raw, self.random) if self.random.random() < 0.3 else raw
        members["general/2024-05-07.json"] = self._good(key)
        return "slack", _zip(folder, members), {f"C01:{key}"}

    def lists(self, folder: Path) -> tuple[str, Path, set[str] | None]:
        """The lists of people and channels harmed: refused by name, or read."""
        members, _ = self._slack()
        name = self.random.choice(("users.json", "channels.json"))
        members[name] = torn(written(harmed(json.loads(members[name]), self.random)), self.random)
        return "slack", _zip(folder, members), None

    def archive(self, folder: Path) -> tuple[str, Path, set[str] | None]:
        """The zip itself harmed: its bytes, a bomb in it, a member that lies outside, or one twice."""
        members, _ = self._slack()
        path = _zip(folder, members)
        match self.random.randrange(4):
            case 0:
                path.write_bytes(torn(path.read_bytes(), self.random))
            case 1:
                raw = bytearray(path.read_bytes())
                for _ in range(self.random.randint(1, 20)):
                    raw[self.random.randrange(len(raw))] = self.random.randrange(256)
                path.write_bytes(raw)
            case 2:
                _zip(folder, members | {"general/2024-05-08.json": _BOMB})
            case _:
                name = self.random.choice(("../x.json", "/x.json", "a\\b.json", "a/../../x.json"))
                _zip(folder, members | {name: b"[]"})
        return "slack", path, None

    def hour(self, folder: Path) -> tuple[str, Path, set[str] | None]:
        """A file of GH Archive's: a harmed line beside a sound one, or the packing itself harmed."""
        sha = f"{0xA0000000 + self.number:040x}"
        push = {"ref": "refs/heads/main", "commits": [{"sha": sha, "author": None, "message": "x"}]}
        good = json.dumps(record("PushEvent", push)).encode()
        _, body = self.random.choice(github.ALL)
        kind = self.random.choice(("IssuesEvent", "PullRequestEvent", "IssueCommentEvent", "PushEvent", "WatchEvent"))
        bad = written(harmed(record(kind, body), self.random, 4))
        bad = torn(bad, self.random) if self.random.random() < 0.3 else bad
        whole = [bad, good] if self.random.random() < 0.5 else [good, bad]
        raw, expected = gzip.compress(b"\n".join(whole), 1), {f"commit:{sha}"}
        path = folder / "2024-05-06-7.json.gz"
        if self.random.random() < 0.3:
            raw = gzip.compress(good + b"\n" + _BOMB, 1) if self.random.random() < 0.1 else torn(raw, self.random)
            path.write_bytes(raw)
            return "github-archive", path, None
        path.write_bytes(raw)
        return "github-archive", path, expected

    def events(self, folder: Path) -> tuple[str, Path, set[str] | None]:
        """A file of CloudEvents: harmed and torn lines beside a sound one."""
        bad = [written(harmed(self.random.choice(self.corpus.events), self.random)) for _ in range(3)]
        bad = [torn(one, self.random) if self.random.random() < 0.3 else one for one in bad]
        good = json.loads(json.dumps(self.random.choice(self.corpus.events)))
        good |= {"id": f"file-{self.number}", "source": "post:file"}
        # Private ones are left out, as the source is set.
        good["data"].pop("quality", None)
        bad.insert(self.random.randint(0, 3), written(good))
        path = folder / "events.ndjson"
        path.write_bytes(b"\n".join(bad))
        return importing.EVENTS, path, {good["id"]}

    def _slack(self) -> tuple[dict[str, bytes], str]:
        """Members of an export, the real one or the small one, and a time that no message has."""
        small = {"users.json": USERS, "channels.json": CHANNELS, "general/2024-05-06.json": MESSAGES}
        members = {name: json.dumps(value).encode() for name, value in small.items()}
        if self._real and self.random.random() < 0.2:
            members |= {name: raw for name, raw in self.random.choice(self._real).items() if "/" in name}
        return members, f"{1715000000 + self.number}.000100"

    def _good(self, ts: str) -> bytes:
        message: dict[str, Any] = {"type": "message", "user": "U01", "text": "Sound", "ts": ts}
        return json.dumps([message]).encode()


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".json") and name.count("/") == 1]
        return {name: archive.read(name) for name in names if not name.startswith("__MACOSX")}


def _zip(folder: Path, members: dict[str, bytes]) -> Path:
    path, packed = folder / "export.zip", io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    path.write_bytes(packed.getvalue())
    return path
