"""Jobs: long runs with their progress, schedules, and the workers that take them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from renown import audit
from renown.access.routes import needs
from renown.jobs import runs, schedule
from renown.jobs.models import Run, Schedule
from renown.jobs.models import Worker as WorkerRow
from renown.jobs.presence import GONE, fresh
from renown.web.house import house, reading, viewer, working

pages = Blueprint("jobs", __name__, url_prefix="/admin/jobs")


@pages.get("")
@needs("jobs:write")
def index() -> str:
    return render_template("admin/jobs.html", **_state(reading()))


@pages.get("/_runs")
@needs("jobs:write")
def live() -> str:
    return render_template("admin/_runs.html", **_state(reading()))


@pages.post("/runs/<int:run>/<any(stop, resume):act>")
@needs("jobs:write")
def change(run: int, act: str) -> Response:
    with house().db.write() as conn:
        found = conn.execute(select(Run.state).where(Run.id == run)).one_or_none() or abort(404)
        (runs.stop if act == "stop" else runs.resume)(conn, run)
        audit.record(conn, f"run.{act}", actor_id=viewer().person_id, via="web", target=f"run:{run}")
    flash("It stops after the batch at hand." if act == "stop" and found.state == "running" else "Done.", "good")
    return redirect("/admin/jobs")


@pages.post("/<name>/now")
@needs("jobs:write")
def run_now(name: str) -> Response:
    with house().db.write() as conn:
        here = (Schedule.name == name, Schedule.plugin.in_(working()))
        conn.execute(select(Schedule.name).where(*here)).one_or_none() or abort(404)
        schedule.due_now(conn, name)
        audit.record(conn, "job.now", actor_id=viewer().person_id, via="web", target=f"job:{name}")
    flash(f"{name} runs at the next tick.", "good")
    return redirect("/admin/jobs")


def _state(conn: Connection) -> dict[str, object]:
    return {
        "runs": conn.execute(select(Run.__table__).order_by(Run.id.desc()).limit(20)).all(),
        "schedules": conn.execute(
            select(Schedule.__table__).where(Schedule.plugin.in_(working())).order_by(Schedule.name)
        ).all(),
        "workers": conn.execute(select(WorkerRow.__table__).where(fresh(GONE))).all(),
    }
