"""The figures of `/metrics`, read from the database at each scrape, so that every process tells the same."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select

from renown import clock
from renown.context import timing
from renown.db import stored
from renown.events import consume
from renown.events.models import Consumer, Event
from renown.jobs import memory, schedule
from renown.jobs.models import Worker
from renown.jobs.presence import fresh
from renown.ledger import freshness
from renown.sources.models import Quarantine, Reject, Source


class Figures(Collector):
    def __init__(self, conn: Connection, refused: int) -> None:
        """`refused`: how many writes this process could not make."""
        self._conn = conn
        self._refused = refused

    def collect(self) -> list[Metric]:
        return [*self._log(), *self._sources(), *self._hooks(), *self._jobs(), *self._plugins()]

    def _log(self) -> Iterator[Metric]:
        last = self._conn.scalar(select(func.max(Event.id))) or 0
        yield GaugeMetricFamily("renown_log_position", "Position of the last event in the log", value=last)
        lag = GaugeMetricFamily("renown_consumer_lag_events", "Events not yet read", labels=["consumer", "state"])
        for row in self._conn.execute(select(Consumer.name, Consumer.position, Consumer.state).order_by(Consumer.name)):
            lag.add_metric([row.name, row.state], last - row.position)
        yield lag
        still = GaugeMetricFamily(
            "renown_consumer_still_seconds", "Of readers that run and do not move on: since when", labels=["consumer"]
        )
        for reader, micros in consume.standing_still(self._conn):
            still.add_metric([reader.name], micros / clock.SECOND)
        yield still
        yield GaugeMetricFamily(
            "renown_freshness_seconds", "Age of the oldest event that the boards do not show yet; 0 if there is none",
            value=freshness.age(self._conn) / clock.SECOND,
        )  # fmt: skip

    def _sources(self) -> Iterator[Metric]:
        kept = GaugeMetricFamily(
            "renown_rejects", "Events refused (rejected), passed over (skipped) or held back (quarantined), as kept",
            labels=["source", "outcome"],
        )  # fmt: skip
        counted = (
            select(Source.name, Reject.outcome, func.sum(Reject.count).label("number"))
            .join(Source, Source.id == Reject.source_id, isouter=True)
            .group_by(Source.name, Reject.outcome)
        )
        held = select(Source.name, func.count(Quarantine.id).label("number")).join(
            Source, Source.id == Quarantine.source_id
        ).group_by(Source.name)  # fmt: skip
        for row in self._conn.execute(counted):
            kept.add_metric([row.name or "", row.outcome], int(row.number))
        for name, number in self._conn.execute(held):
            kept.add_metric([name, "quarantined"], number)
        yield kept
        since = GaugeMetricFamily("renown_source_last_event_seconds", "Age of a source's last event", labels=["source"])
        live = select(Source.name, Source.last_event_at).where(Source.state == "live")
        for name, at in self._conn.execute(live):
            if at is not None:
                since.add_metric([name], (clock.now() - at) / clock.SECOND)
        yield since

    def _hooks(self) -> Iterator[Metric]:
        labels = ["plugin", "hook"]
        seconds = CounterMetricFamily("renown_hook_seconds", "Time spent in plugins' hooks", labels=labels)
        calls = CounterMetricFamily("renown_hook_calls", "Calls of plugins' hooks", labels=labels)
        faults = CounterMetricFamily(
            "renown_plugin_faults", "Calls that raised, and connections refused", labels=labels
        )
        slow = CounterMetricFamily("renown_hook_slow", "Calls that took longer than is given", labels=labels)
        for key, counts in timing.totals(self._conn).items():
            seconds.add_metric(key, counts.micros / 1e6)
            calls.add_metric(key, counts.calls)
            faults.add_metric(key, counts.faults)
            slow.add_metric(key, counts.slow)
        yield from (seconds, calls, faults, slow)

    def _jobs(self) -> Iterator[Metric]:
        beating = select(func.count()).select_from(Worker).where(fresh(60 * clock.SECOND))
        yield GaugeMetricFamily(
            "renown_workers", "Worker processes heard of within a minute", value=self._conn.scalar(beating) or 0
        )
        yield CounterMetricFamily(
            "renown_writes_refused", "Writes that this process could not make, for lack of room on the disk",
            value=self._refused,
        )  # fmt: skip
        yield GaugeMetricFamily(
            "renown_process_memory_bytes", "Memory of the process that answers", value=memory.held() or 0
        )
        failing = GaugeMetricFamily("renown_job_failures", "Failures in a row of a job", labels=["job"])
        for row in schedule.listed(self._conn):
            failing.add_metric([row.name], row.failures)
        yield failing

    def _plugins(self) -> Iterator[Metric]:
        """What plugins told the job that asks them."""
        families: dict[str, Metric] = {}
        for one in stored.get(self._conn, "core", "plugin_metrics", []):
            name = f"renown_{one['plugin']}_{one['name']}"
            if name not in families:
                kind = CounterMetricFamily if one["kind"] == "counter" else GaugeMetricFamily
                families[name] = kind(name, one["help"] or name, labels=list(one["labels"]))
            family = families[name]
            family.add_sample(family.name + ("_total" if one["kind"] == "counter" else ""), one["labels"], one["value"])
        yield from families.values()
