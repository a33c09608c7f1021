"""Plugins: what is installed, in which state and why; switched, set, and helped on where one stopped."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from marshmallow import ValidationError
from sqlalchemy import Row
from werkzeug.wrappers import Response

from renown import audit, clock
from renown.access.routes import needs
from renown.context import settings as stored_settings
from renown.context import store, switching
from renown.events import consume, log
from renown.hooks.states import Installed
from renown.jobs import schedule
from renown.jobs.presence import alive
from renown.ledger import adjustments
from renown.web.drawn import draw, groups, read
from renown.web.house import house, reading, viewer

pages = Blueprint("plugins", __name__, url_prefix="/admin/plugins")


@pages.get("")
@needs("plugins:write")
def index() -> str:
    plugins = house().plugins
    plugins.refresh(now=True)
    return render_template(
        "admin/plugins/index.html", plugins=[(one, plugins.status(one.name)) for one in plugins.installed]
    )


@pages.get("/<name>")
@needs("plugins:write")
def show(name: str) -> str:
    return _show(known(name))


@pages.post("/<name>/<any(enable, disable):act>")
@needs("plugins:write")
def switch(name: str, act: str) -> Response | tuple[str, int]:
    one = known(name)
    try:
        switching.set_enabled(
            house().db, house().plugins, one.name, act == "enable", actor_id=viewer().person_id, via="web"
        )
    except switching.NotSwitched as error:
        return _show(one, refused=str(error)), 422
    words = "on" if act == "enable" else "off"
    flash(f"{name} is switched {words}, in every process within a second.", "good")
    return redirect(f"/admin/plugins/{name}")


@pages.post("/<name>/again")
@needs("plugins:write")
def again(name: str) -> Response:
    """Close the breakers, and have readers and jobs that failed try once more."""
    one = known(name)
    with house().db.write() as conn:
        store.try_again(conn, one.name)
        for reader in _readers(one.name):
            consume.retry(conn, reader.name)
        schedule.retry(conn, one.name)
        audit.record(conn, "plugin.again", actor_id=viewer().person_id, via="web", target=f"plugin:{name}")
    house().plugins.refresh(now=True)
    flash("It tries again.", "good")
    return redirect(f"/admin/plugins/{name}")


@pages.post("/<name>/aside")
@needs("plugins:write")
def aside(name: str) -> Response:
    """Take the event at which a reader stopped out of this plugin's reckoning; the log says so."""
    one, reason = known(name), request.form.get("reason", "").strip()
    reader = next((row for row in _readers(one.name) if row.name == request.form.get("reader")), None) or abort(404)
    if reader.failed_event is None or not reason:
        abort(422, "reason: say why the event is set aside")
    with house().db.write() as conn:
        if reader.kind == consume.SCORE:
            adjustments.set_aside(conn, one.name, reader.failed_event, reason, by=viewer().person_id, via="web")
        elif reader.kind == switching.PEOPLE:
            abort(422, "a merge or an erasure is not done before every plugin has done it")
        else:
            consume.pass_over(conn, reader.name)
            audit.record(
                conn, "event.passed-over", actor_id=viewer().person_id, via="web",
                target=f"event:{reader.failed_event}", details={"reader": reader.name, "reason": reason},
            )  # fmt: skip
    flash(f"Event {reader.failed_event} is set aside for {name}; everything else goes on.", "good")
    return redirect(f"/admin/plugins/{name}")


@pages.post("/<name>/settings")
@needs("plugins:write")
def change(name: str) -> str | Response | tuple[str, int]:
    one = known(name)
    if one.manifest is None or one.manifest.settings is None:
        abort(404)
    given = read(one.manifest.settings(), request.form)
    try:
        with house().db.write() as conn:
            stored_settings.save(conn, one.manifest, house().keyring, given)
            audit.record(
                conn, "plugin.settings", actor_id=viewer().person_id, via="web", target=f"plugin:{name}",
                details={"changed": sorted(given)},
            )  # fmt: skip
    except ValidationError as error:
        return _show(one, given=given, errors=error.messages_dict), 422
    flash("Saved.", "good")
    return redirect(f"/admin/plugins/{name}")


def known(name: str) -> Installed:
    plugins = house().plugins
    plugins.refresh(now=True)
    return plugins[name] if name in plugins else abort(404)


def _readers(plugin: str) -> list[Row[Any]]:
    return [row for row in consume.listed(reading()) if row.plugin == plugin]


def _still() -> list[tuple[Row[Any], int]]:
    """Without a worker all of them would stand still, and the page says so already."""
    return consume.standing_still(reading()) if alive(reading()) else []


def _show(one: Installed, *, given: dict[str, Any] | None = None, errors: Any = None, refused: str = "") -> str:
    conn, plugins, manifest = reading(), house().plugins, one.manifest
    drawn: list[Any] = []
    if manifest is not None and manifest.settings is not None:
        data = stored_settings.raw(conn, manifest) if given is None else given
        drawn = groups(draw(manifest.settings(), data, errors))
    calls = house().dispatcher.calls
    return render_template(
        "admin/plugins/plugin.html",
        one=one,
        manifest=manifest,
        status=plugins.status(one.name),
        hooks=plugins.hooks_of(one.name),
        counts=calls.counts(one.name),
        last=calls.last(one.name)[:20],
        suspended={hook: plugins.suspension(one.name, hook) for hook in plugins.hooks_of(one.name)},
        readers=_readers(one.name),
        still=[(row, clock.now() - micros) for row, micros in _still() if row.plugin == one.name],
        failing=schedule.failing(conn, one.name),
        end=log.head(conn),
        drawn=drawn,
        errors=errors or {},
        refused=refused,
    )
