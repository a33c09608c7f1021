"""What machines ask: whether the process lives, whether it can serve, and its figures."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from renown.access.routes import needs, public
from renown.context import timing
from renown.db.trouble import passed_over
from renown.web import figures
from renown.web.house import house, reading

pages = Blueprint("system", __name__)


def init(app: Flask) -> None:
    @app.before_request
    def lives() -> Response | None:
        # Before anything that asks the database, which may be silent, who is looking and what is switched on.
        return healthz() if request.endpoint == "system.healthz" else None


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
    with passed_over():  # what the disk has no room for is told the next time; the figures are wanted now
        timing.tell(house().dispatcher.calls, house().db)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(figures.Figures(reading(), house().db.refusals.count))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
