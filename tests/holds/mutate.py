"""Payloads with seeded harm, through every way in: no 5xx, no exception, no neighbour lost, memory bounded.

The long run: `python -m tests.holds.mutate --count 10000 --seed 7 [DATABASE_URL | postgresql]`.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from structlog.testing import capture_logs

from renown import app, clock
from renown.access import signin, tokens
from renown.api import hmac_sha256
from renown.app import Renown
from renown.events import consume
from renown.events.models import Event
from renown.events.receive import BATCH, LINES, SINGLE
from renown.people import affiliations, persons
from renown.sources import registry
from tests.holds import kit
from tests.holds.exporting import Exports
from tests.holds.mutations import MEDIA, harmed, packed, torn, written
from tests.holds.payloads import Corpus, corpus
from tests.networks import payloads as github
from tests.networks.kit import SECRET
from tests.networks.test_slack_events import message

#: Bytes by which a run may grow this process at most: caches, and the largest payload a few times over; and a little
#: for each payload, since the log grows, what is cached of it, and what must be found in the end. Measured: 135 MiB
#: with 150 payloads, 152 with 1,500, 190 with 4,000.
ROOM, EACH = 160 << 20, 16 << 10
#: The pages that show what came in.
PAGES = ("/", "/people", "/boards/activity.points", "/admin/sources", "/admin/plugins", "/api/v1/people")
REFUSED = {400, 413, 415}


class Attack:
    """One site, and what it must have taken in the end: the keys of every valid neighbour."""

    def __init__(self, renown: Renown, found: Corpus, seed: int) -> None:
        self.renown, self.corpus, self.random = renown, found, Random(seed)
        self.client: FlaskClient = app.create_app(renown).test_client()
        self.exports = Exports(renown, found, self.random)
        self.answers: Counter[str] = Counter()
        self.expected: set[str] = set()
        self.number = 0
        #: Bytes by which the process grew at most.
        self.grown = 0
        self.paths: dict[str, str] = {}
        with renown.db.write() as conn:
            self.administrator = persons.add(conn, "Ada", "ada@example.com", handle="ada")
            signin.add_login(conn, self.administrator, "ada@example.com", "administrator")
            affiliations.affiliate(conn, self.administrator, "employee")
            self.token = tokens.add(conn, "mutations", ["events:write"]).token
            connectors = renown.loaded.connectors()
            for network in ("slack", "github"):
                row = registry.add(
                    conn, renown.keyring, network, f"{network}:acme", connector=connectors[network], secret=SECRET
                )
                registry.change(conn, row.id, keep_text=network == "slack", keep_private=True)
                self.paths[network] = registry.path(row)

    def once(self) -> None:
        """One harmed payload on one way in, chosen by the seed."""
        ways = (self.delivery, self.delivery, self.delivery, self.commits, self.single, self.batch, self.lines)
        way = self.random.choice((*ways, *ways, self.exports.once))
        self.number += 1
        with capture_logs() as logs:
            told = way()
        faults = [line for line in logs if line["log_level"] in ("error", "critical") or "exc_info" in line]
        assert not faults, f"number {self.number}, {told}: {faults[0]}"
        self.answers[told] += 1

    def delivery(self) -> str:
        """A network's own, signed after it was harmed, as one who has the secret would send it."""
        network, event, body = self.random.choice(self.corpus.deliveries)
        if self.corpus.foreign and self.random.random() < 0.1:
            body = self.random.choice(self.corpus.foreign)
        headers = {"Content-Type": "application/json"}
        raw = written(harmed(body, self.random))
        match self.random.randrange(7):
            case 0:
                raw = torn(raw, self.random)
            case 1:
                headers["Content-Type"] = self.random.choice(MEDIA)
            case 2:
                raw, headers["Content-Encoding"] = packed(raw, self.random)
            case 3:
                event = self.random.choice(("", "\xe9" * 300, "ping", "push", "issues"))
        status, text = self._deliver(network, event, raw, headers)
        assert "connector failed" not in text, f"{network} {event}: {text}"
        return f"{network} {status}"

    def commits(self) -> str:
        """A push of three commits of which one is harmed: the others are taken."""
        commits = [github.commit(self._fresh()) for _ in range(2)]
        bad = harmed({"it": github.commit(self._fresh())}, self.random, 1).get("it")
        body = github.push(*commits)
        body["commits"].insert(self.random.randint(0, 2), bad)
        status, text = self._deliver("github", "push", written(body), {"Content-Type": "application/json"})
        if status == 200:
            self.expected |= {f"commit:{one['id']}" for one in commits}
        else:
            assert status == 413 or "nested deeper" in text or "is not JSON" in text, text
        return f"push {status}"

    def _deliver(self, network: str, event: str, raw: bytes, headers: dict[str, str]) -> tuple[int, str]:
        if network == "slack":
            sent = str(clock.now() // 1_000_000)
            headers["X-Slack-Request-Timestamp"] = sent
            headers["X-Slack-Signature"] = "v0=" + hmac_sha256(SECRET, b"v0:" + sent.encode() + b":" + raw)
        else:
            headers["X-GitHub-Event"] = event
            headers["X-GitHub-Delivery"] = f"guid-{self.number}"
            headers["X-Hub-Signature-256"] = "sha256=" + hmac_sha256(SECRET, raw)
        return self._post(self.paths[network], raw, headers)

    def single(self) -> str:
        raw = written(harmed(self._event(), self.random))
        media = SINGLE if self.random.random() < 0.8 else self.random.choice((BATCH, LINES, *MEDIA))
        if self.random.random() < 0.3:
            raw = torn(raw, self.random)
        return f"single {self._send(raw, media)[0]}"

    def batch(self) -> str:
        """Harmed values in an array with a good one. Only where its brackets are torn is the good one not found."""
        items = [written(harmed(self._event(), self.random)) for _ in range(self.random.randint(1, 3))]
        good = self._neighbour()
        items.insert(self.random.randint(0, len(items)), written(good))
        raw = b"[" + b",".join(items) + b"]"
        torn_ = self.random.random() < 0.3
        status, answer = self._send(torn(raw, self.random) if torn_ else raw, BATCH)
        if not torn_ and status != 413:
            assert status == 200, answer
            self.expected.add(good["id"])
        return f"batch {status}"

    def lines(self) -> str:
        """Harmed lines, torn ones too, beside a good one: it is always taken."""
        items = [written(harmed(self._event(), self.random)) for _ in range(self.random.randint(1, 3))]
        items = [torn(one, self.random) if self.random.random() < 0.5 else one for one in items]
        good = self._neighbour()
        items.insert(self.random.randint(0, len(items)), written(good))
        status, answer = self._send(b"\n".join(items), LINES)
        if status != 413:
            assert status == 200, answer
            self.expected.add(good["id"])
        return f"lines {status}"

    def _send(self, raw: bytes, media: str) -> tuple[int, str]:
        return self._post("/api/v1/events", raw, {"Content-Type": media, "Authorization": f"Bearer {self.token}"})

    def _post(self, path: str, raw: bytes, headers: dict[str, str]) -> tuple[int, str]:
        answer = self.client.post(path, data=raw, headers=headers)
        text = answer.get_data(as_text=True)
        assert answer.status_code in {200, *REFUSED}, f"number {self.number}: {answer.status_code} {text[:500]}"
        return answer.status_code, text

    def _event(self) -> Any:
        foreign = self.corpus.foreign
        return self.random.choice(foreign if foreign and self.random.random() < 0.05 else self.corpus.events)

    def _neighbour(self) -> dict[str, Any]:
        number = self._fresh()
        data = {"type": "Create", "actor": {"id": f"U{number % 50}"}, "object": {"id": f"m{number}", "kind": "message"}}
        return {
            "specversion": "1.0", "id": f"good-{number}", "source": "post:good", "type": "collab.create.v1",
            "time": "2024-05-06T07:08:09Z", "data": data,
        }  # fmt: skip

    def _fresh(self) -> int:
        self.number += 1
        return self.number

    def prove(self) -> None:
        """Deliveries still work, every neighbour is in the log once, readers run, pages answer, and all follows."""
        raw = written(message(ts="1714979999.000100"))
        assert self._deliver("slack", "", raw, {"Content-Type": "application/json"})[0] == 200
        kit.settle(self.renown)
        with self.renown.db.read() as conn:
            taken = Counter(conn.scalars(select(Event.key)))
            stopped = [(row.name, row.error) for row in consume.listed(conn) if row.state == consume.STOPPED]
            assert conn.scalar(select(func.count()).select_from(Event)) == taken.total()
        lost = (self.expected | self.exports.expected) - taken.keys()
        assert not lost, f"{len(lost)} neighbours were lost, such as {sorted(lost)[:3]}"
        assert not stopped, stopped
        with self.client.session_transaction() as session:
            session["_user_id"] = f"{self.administrator}:0:test"
        for page in PAGES:
            answer = self.client.get(page)
            assert answer.status_code == 200, f"{page} answers {answer.status_code}"
        kit.whole(self.renown)


def run(renown: Renown, samples: Path | None, count: int, seed: int) -> Attack:
    """`count` harmed payloads. Raises AssertionError with the number of the one that broke something."""
    attack = Attack(renown, corpus(samples), seed)
    memory = kit.Peak()
    for done in range(count):
        attack.once()
        if done % 250 == 249:
            kit.settle(renown)
    attack.prove()
    attack.grown = memory.grown
    assert attack.grown < ROOM + count * EACH, f"memory grew by {attack.grown >> 20} MiB"
    return attack


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("database", nargs="?", help="a server's address, or postgresql: one started for the run")
    given = asked.parse_args()
    folder = Path(os.environ.get("RENOWN_SAMPLES", Path(__file__).parents[3] / "shared" / "samples"))
    begun = time.perf_counter()
    with kit.database(given.database) as url, kit.house(url) as renown:
        attack = run(renown, folder if folder.is_dir() else None, given.count, given.seed)
        taken = len(attack.expected | attack.exports.expected)
    for told, number in sorted(attack.answers.items()):
        print(f"{number:7,} {told}")
    seconds = time.perf_counter() - begun
    print(f"{given.count:,} mutations, {taken:,} neighbours taken, {seconds:.0f} s, grew by {attack.grown >> 20} MiB")


if __name__ == "__main__":
    main()
