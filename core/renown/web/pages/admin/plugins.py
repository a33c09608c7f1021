"""Plugins: what is installed, in which state and why; switched, set, helped on where one stopped, and got rid of."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from renown.access.routes import needs
from renown.context import helping, holdings, purging, switching, troubles, uses
from renown.context import settings as stored_settings
from renown.context.holdings import Gone
from renown.events import consume
from renown.events.models import Consumer
from renown.hooks import importing
from renown.hooks.manifest import is_name
from renown.hooks.states import Installed
from renown.jobs import schedule
from renown.jobs.presence import alive
from renown.web.drawn import draw, groups, read
from renown.web.house import house, reading, reread, viewer

pages = Blueprint("plugins", __name__, url_prefix="/admin/plugins")

Page = str | Response | tuple[str, int]


@pages.get("")
@needs("plugins:write")
def index() -> str:
    plugins = house().plugins
    plugins.refresh(now=True)
    return render_template(
        "admin/plugins/index.html",
        plugins=[(one, plugins.status(one.name), plugins.is_wanted(one.name)) for one in plugins.installed],
        troubles=troubles.troubles(reading(), plugins),
        gone=_gone(),
        stuck=importing.advice(importing.unfinished(house().settings.data)) if house().settings.safe else "",
    )


@pages.get("/<name>")
@needs("plugins:write")
def show(name: str) -> str:
    one = known(name)
    return render_template("admin/plugins/gone.html", one=one) if isinstance(one, Gone) else _show(one)


@pages.get("/<name>/enable")
@needs("plugins:write")
def ask(name: str) -> Page:
    """What it asks for and may do, before it is switched on, or is allowed what it asks for since it was upgraded."""
    one, plugins = installed(name), house().plugins
    if one.fault is not None or (plugins.is_on(name) and not plugins.wanting(name)):
        return redirect(f"/admin/plugins/{name}")
    return _ask(one)


@pages.post("/<name>/enable")
@needs("plugins:write")
def enable(name: str) -> Page:
    one, plugins = installed(name), house().plugins
    if one.fault is None and not one.bundled and request.form.get("asks", "") != _asks(one):
        # Shown by another version, before an upgrade or in another process.
        return _ask(one, refused=f"This is what version {one.version} asks for. Look at it, and say so again."), 422
    was_on = plugins.is_on(name)
    try:
        if request.form.get("tables") == "yes":
            reread()
            switching.make_tables(house().db, plugins, name, actor_id=viewer().person_id, via="web")
        switching.set_enabled(house().db, plugins, name, True, actor_id=viewer().person_id, via="web")
    except switching.NotSwitched as error:
        return (_show(one, refused=str(error)) if one.fault else _ask(one, refused=str(error))), 422
    if plugins.is_on(name) and was_on:
        flash(f"{name} has what it asks for, in every process within a second.", "good")
    elif plugins.is_on(name):
        flash(f"{name} is switched on, in every process within a second.", "good")
    else:
        flash(f"{name} is switched on, but does not run: {plugins.status(name).reason}.", "warn")
    return redirect(f"/admin/plugins/{name}")


@pages.post("/<name>/disable")
@needs("plugins:write")
def disable(name: str) -> Page:
    by = viewer().person_id
    try:
        switching.set_enabled(house().db, house().plugins, known(name).name, False, actor_id=by, via="web")
    except switching.NotSwitched as error:
        abort(422, str(error))
    flash(f"{name} is switched off, in every process within a second.", "good")
    return redirect(f"/admin/plugins/{name}")


@pages.post("/<name>/again")
@needs("plugins:write")
def again(name: str) -> Response:
    """Close the breakers, and have readers and jobs that failed try once more."""
    helping.try_again(house().db, house().plugins, installed(name).name, actor_id=viewer().person_id, via="web")
    flash("It tries again.", "good")
    return redirect(f"/admin/plugins/{name}")


@pages.post("/<name>/aside")
@needs("plugins:write")
def aside(name: str) -> Response:
    """Take the event at which a reader stopped out of this plugin's reckoning; the log says so."""
    reader, reason = request.form.get("reader", ""), request.form.get("reason", "")
    try:
        event = helping.set_aside(
            house().db, installed(name).name, reader, reason, actor_id=viewer().person_id, via="web"
        )
    except helping.NotHelped as error:
        abort(422, str(error))
    flash(f"Event {event} is set aside for {name}; everything else goes on.", "good")
    return redirect(f"/admin/plugins/{name}")


@pages.post("/<name>/settings")
@needs("plugins:write")
def change(name: str) -> Page:
    one = installed(name)
    manifest = one.manifest
    if manifest is None or manifest.settings is None:
        abort(404)
    given, by = read(manifest.settings(), request.form), viewer().person_id
    try:
        with house().db.write() as conn:
            stored_settings.change(conn, manifest, house().keyring, given, actor_id=by, via="web")
    except ValidationError as error:
        return _show(one, given=given, errors=error.messages_dict), 422
    flash("Saved.", "good")
    return redirect(f"/admin/plugins/{name}")


@pages.get("/<name>/_readers")
@needs("plugins:write")
def reads(name: str) -> str:
    """How far it has read; asks for itself again while it catches up."""
    return render_template("admin/plugins/_readers.html", **_reading(installed(name)))


@pages.get("/<name>/_holdings")
@needs("plugins:write")
def has(name: str) -> str:
    """In a request of its own: counting takes its time."""
    one = installed(name)
    files = holdings.folder(house().settings.data, name)
    return render_template("admin/plugins/_holdings.html", one=one, found=holdings.count(reading(), name, files))


@pages.get("/<name>/purge")
@needs("plugins:write")
def leave(name: str) -> str:
    """What would go, what would stay, and the question."""
    known(name)
    return _purge(name)


@pages.post("/<name>/purge")
@needs("plugins:write")
def purge(name: str) -> Page:
    known(name)
    if request.form.get("phrase", "").strip() != name:
        return _purge(name, {"phrase": [f"Nothing was removed: type {name} to go on."]}), 422
    # Tables are dropped with what refers to people: that waits for all who read, and so for this page too.
    reread()
    plugins, networks, by = house().plugins, house().loaded.networks(name), viewer().person_id
    try:
        done = purging.purge(house().db, plugins, name, house().settings.data, networks, actor_id=by, via="web")
    except purging.NotPurged as error:
        return _purge(name, refused=str(error)), 422
    if done.kept:
        flash(f"Removed, but for files that have to be removed by hand: {'; '.join(done.kept[:3])}.", "bad")
    else:
        flash(f"What {name} had here is removed.", "good")
    return redirect(f"/admin/plugins/{name}" if name in house().plugins else "/admin/plugins")


def known(name: str) -> Installed | Gone:
    """Installed, or gone with something left."""
    plugins = house().plugins
    plugins.refresh(now=True)
    if name in plugins:
        return plugins[name]
    return next((one for one in _gone() if one.name == name), None) or abort(404)


def installed(name: str) -> Installed:
    one = known(name)
    return abort(404) if isinstance(one, Gone) else one


def _gone() -> list[Gone]:
    names = [one.name for one in house().plugins.installed]
    return holdings.gone(reading(), names, house().settings.data)


def _asks(one: Installed) -> str:
    """What is agreed to, as the form that asks says it."""
    asked = one.manifest.permissions if one.manifest is not None else ()
    return " ".join(sorted(f"{each.name}:{each.role}" for each in asked))


def _had(one: Installed) -> dict[str, str]:
    """The role that has, until now, what a plugin asks for besides; empty where nobody has."""
    plugins = house().plugins
    return {each.name: plugins.had(each) or "" for each in plugins.wanting(one.name)}


def _ask(one: Installed, refused: str = "") -> str:
    plugins = house().plugins
    return render_template(
        "admin/plugins/enable.html",
        one=one,
        manifest=one.manifest,
        used=uses.uses(reading(), plugins, house().dispatcher.calls, one.name),
        behind=plugins.is_behind(one.name),
        on=plugins.is_wanted(one.name),
        asks=_asks(one),
        had=_had(one),
        lacking=[other for other in (one.manifest.requires if one.manifest else ()) if not plugins.is_on(other)],
        refused=refused,
    )


def _purge(name: str, errors: Any = None, refused: str = "") -> str:
    plugins = house().plugins
    try:
        found = purging.preview(reading(), plugins, name, house().settings.data, house().loaded.networks(name))
    except purging.NotPurged:
        # What is installed may have a name that no plugin can have.
        abort(404)
    return render_template(
        "admin/plugins/purge.html",
        name=name,
        on=plugins.is_wanted(name),
        here=plugins[name] if name in plugins and plugins[name].distribution else None,
        found=found,
        errors=errors or {},
        refused=refused,
    )


def _reading(one: Installed) -> dict[str, Any]:
    found = uses.readers(reading(), one.name)
    return {"one": one, "readers": found, "workers": alive(reading()), "on": house().plugins.is_on(one.name)}


def _show(one: Installed, *, given: dict[str, Any] | None = None, errors: Any = None, refused: str = "") -> str:
    conn, plugins, manifest = reading(), house().plugins, one.manifest
    drawn: list[Any] = []
    if manifest is not None and manifest.settings is not None:
        data = stored_settings.raw(conn, manifest) if given is None else given
        drawn = groups(draw(manifest.settings(), data, errors))
    return render_template(
        "admin/plugins/plugin.html",
        manifest=manifest,
        status=plugins.status(one.name),
        wanted=plugins.is_wanted(one.name),
        had=_had(one),
        used=uses.uses(conn, plugins, house().dispatcher.calls, one.name),
        last=house().dispatcher.calls.last(one.name)[:20],
        troubles=troubles.troubles(conn, plugins).get(one.name, []),
        still=[(row, since) for row, since in troubles.still(conn) if row.plugin == one.name],
        passed=consume.passed(conn, Consumer.plugin == one.name, limit=50),
        failing=schedule.failing(conn, one.name) if plugins.is_on(one.name) else (),
        named=is_name(one.name),
        drawn=drawn,
        errors=errors or {},
        refused=refused,
        **_reading(one),
    )
