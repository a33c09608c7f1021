"""The figures of `/metrics`, over HTTP, after real traffic."""

from __future__ import annotations

from typing import Any

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from renown import clock
from renown.access import tokens
from renown.context import timing
from renown.events import consume
from renown.hooks.calls import Call, CallLog, Outcome
from renown.sources import registry
from tests.events.kit import event, message
from tests.holds.kit import settle
from tests.web.conftest import Site

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def headers(site: Site, scope: str) -> dict[str, str]:
    with site.db.write() as conn:
        return {"Authorization": f"Bearer {tokens.add(conn, scope, [scope]).token}"}


def scraped(site: Site) -> Figures:
    answer = site.app.test_client().get("/metrics", headers=headers(site, "metrics:read"))
    assert answer.status_code == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def posted(site: Site, sent: object) -> Any:
    answer = site.app.test_client().post(
        "/api/v1/events", data=msgspec.json.encode(sent), content_type="application/cloudevents-batch+json",
        headers=headers(site, "events:write"),
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def about(figures: Figures, name: str, **labels: str) -> float:
    return figures[name, frozenset(labels.items())]


def test_what_comes_in_is_told_until_the_boards_show_it(site: Site) -> None:
    now = clock.now()
    with clock.set_to(lambda: now):
        with site.db.write() as conn:
            registry.add(conn, site.renown.keyring, "cloudevents", "slack:T1")
        settle(site.renown)
        before = scraped(site)
        assert about(before, "renown_freshness_seconds") == 0
        sent = msgspec.to_builtins([message("m1"), event("l1", actor="U2"), message("m2")])
        del sent[2]["data"]["actor"]
        answer = posted(site, sent)
        assert (answer["accepted"], len(answer["rejected"])) == (2, 1)
        now += 90 * clock.SECOND
        figures = scraped(site)
        assert about(figures, "renown_freshness_seconds") == 90, "nobody has counted them"
        with site.db.read() as conn:
            [reader] = [one.name for one in consume.listed(conn) if one.name.startswith("score:activity:")]
        lag = about(figures, "renown_consumer_lag_events", consumer=reader, state="running")
        assert lag == about(figures, "renown_log_position") - about(before, "renown_log_position") >= 2
        assert about(figures, "renown_rejects", source="slack:T1", outcome="rejected") == 1
        assert about(figures, "renown_source_last_event_seconds", source="slack:T1") == 90
        site.renown.follower.catch_up(site.db)
        assert round(about(scraped(site), "renown_freshness_seconds")) == 90, "counted, but on no board"
        settle(site.renown)
        figures = scraped(site)
        assert about(figures, "renown_freshness_seconds") == 0
        assert about(figures, "renown_consumer_lag_events", consumer=reader, state="running") == 0
        assert about(figures, "renown_hook_calls_total", plugin="activity", hook="score") >= 1
        assert about(figures, "renown_hook_seconds_total", plugin="activity", hook="score") > 0


def test_hook_times_of_all_processes_add_up(site: Site) -> None:
    """Each process tells what is new to it, once."""
    told: tuple[tuple[int, Outcome], ...] = ((2_000_000, "ok"), (1_500_000, "raised"))
    for micros, outcome in told:
        calls = CallLog()
        for _ in range(2):
            calls.add("activity", Call("panels", 0, micros, outcome))
            timing.tell(calls, site.db)
            timing.tell(calls, site.db)
    figures = scraped(site)
    panels = {"plugin": "activity", "hook": "panels"}
    assert about(figures, "renown_hook_seconds_total", **panels) == 7
    assert about(figures, "renown_hook_calls_total", **panels) == 4
    assert about(figures, "renown_plugin_faults_total", **panels) == 2
