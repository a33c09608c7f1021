"""What is mutated: the real payloads where they are, and small ones of each kind that are always there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from renown.api import BadPayload, CloudEvent, Connector, Inbound
from renown_github.connector import GitHub
from renown_slack.connector import Slack
from tests.networks import kit
from tests.networks import payloads as github
from tests.networks.test_fuzz import SLACK_BODIES
from tests.networks.test_samples import go_scm

#: Where a folder's payloads say what happened in the name of their file, as the sender says in a header.
NAMED = {"webhook": lambda name: name.partition("__")[0], "webhook-go-scm": lambda name: go_scm(name)}


@dataclass
class Corpus:
    """`deliveries` are (network, event, payload); `foreign` is what other networks send; `events` are CloudEvents."""

    deliveries: list[tuple[str, str, Any]] = field(default_factory=list)
    foreign: list[Any] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    exports: list[Path] = field(default_factory=list)


def corpus(samples: Path | None) -> Corpus:
    found = Corpus()
    found.deliveries += [("slack", "", body) for _, body in SLACK_BODIES]
    found.deliveries += [("github", name, body) for name, body in github.ALL]
    if samples is not None:
        for path in sorted(samples.rglob("*.json")):
            _sort(found, path, path.relative_to(samples).parts)
        found.exports = sorted((samples / "slack" / "export").glob("*.zip"))
    for network, event, body in found.deliveries:
        found.events += _events(network, event, body)
    return found


def _sort(found: Corpus, path: Path, parts: tuple[str, ...]) -> None:
    try:
        value = json.loads(path.read_bytes())
    except ValueError:
        return
    if parts[0] == "slack":
        found.deliveries.append(("slack", "", value))
    elif parts[0] == "github":
        found.deliveries.append(("github", NAMED[parts[1]](path.stem), value))
    else:
        found.foreign.append(value)


def _events(network: str, event: str, body: Any) -> list[dict[str, Any]]:
    connector: Connector = Slack() if network == "slack" else GitHub()
    inbound: Inbound = kit.slack(body) if network == "slack" else kit.github(event, body)
    try:
        items = list(connector.normalise(inbound, kit.source(network, keep_text=True)))
    except BadPayload:
        return []
    return [msgspec.to_builtins(item) for item in items if isinstance(item, CloudEvent)]
