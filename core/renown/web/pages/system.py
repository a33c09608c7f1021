"""What machines ask: whether the process lives, whether it can serve, and its figures."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from renown import clock
from renown.access.routes import needs, public
from renown.events.models import Consumer, Event
from renown.jobs import memory
from renown.jobs.models import Worker
from renown.jobs.presence import fresh
from renown.web.house import house, reading

pages = Blueprint("system", __name__)


@pages.get("/healthz")
@public
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


@pages.get("/readyz")
@public
def readyz() -> Response:
    """503 while the database does not answer."""
    try:
        with house().db.read() as conn:
            conn.execute(text("SELECT 1 FROM core_plugin LIMIT 1"))
    except SQLAlchemyError:
        return Response("the database does not answer\n", status=503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@pages.get("/metrics")
@needs("metrics:read")
def metrics() -> Response:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    """Read from the database at each scrape, so every process tells the same."""

    def collect(self) -> list[Metric]:
        conn = reading()
        last = conn.execute(select(func.max(Event.id))).scalar() or 0
        log = GaugeMetricFamily("renown_log_position", "Position of the last event in the log", value=last)
        lag = GaugeMetricFamily("renown_consumer_lag_events", "Events not yet read", labels=["consumer", "state"])
        for row in conn.execute(select(Consumer.name, Consumer.position, Consumer.state)):
            lag.add_metric([row.name, row.state], last - row.position)
        beating = select(func.count()).select_from(Worker).where(fresh(60 * clock.SECOND))
        workers = GaugeMetricFamily(
            "renown_workers", "Worker processes heard of within a minute", value=conn.execute(beating).scalar_one()
        )
        refused = CounterMetricFamily(
            "renown_writes_refused", "Writes that this process could not make, for lack of room on the disk",
            value=house().db.refusals.count,
        )  # fmt: skip
        held = GaugeMetricFamily(
            "renown_process_memory_bytes", "Memory of the process that answers", value=memory.held() or 0
        )
        return [log, lag, workers, refused, held]
