"""Connecting a network in five steps. Each is saved, so another administrator can go on."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from marshmallow import ValidationError
from sqlalchemy import Row, select
from werkzeug.wrappers import Response

from renown import audit
from renown.access.routes import needs
from renown.jobs import runs
from renown.jobs.models import Run
from renown.sources import notes, registry
from renown.sources.registry import AFFILIATIONS, CLOUDEVENTS, SourceError
from renown.web.drawn import draw, groups, read
from renown.web.house import house, reading, reread, viewer
from renown.web.numbers import whole_or
from renown.web.pages.admin.sources import (
    BACKFILL,
    CREDENTIALS,
    DONE,
    LIVE,
    READS,
    about,
    connector_of,
    known,
    note,
    save,
)

pages = Blueprint("wizard", __name__, url_prefix="/admin/sources")

STEPS = ("Choose", "What we read", "Credentials", "First event", "History")
#: The largest export that is taken by the browser; larger ones by `renown import`.
MAX_UPLOAD = 200 << 20


@pages.get("/new")
@needs("sources:write")
def choose() -> str:
    return _choose()


@pages.post("/new")
@needs("sources:write")
def begin() -> str | Response | tuple[str, int]:
    network, name = request.form.get("network", ""), request.form.get("name", "").strip()
    connectors = house().loaded.connectors()
    if network not in connectors and network != CLOUDEVENTS:
        return _choose({"network": ["Choose a network."]}), 422
    try:
        with house().db.write() as conn:
            row = registry.add(
                conn, house().keyring, network, name, connector=connectors.get(network),
                title=request.form.get("title", "").strip() or None, state="setup",
            )  # fmt: skip
            registry.change(conn, row.id, step=READS)
            audit.record(
                conn, "source.added", actor_id=viewer().person_id, via="web", target=f"source:{row.id}",
                details={"network": network, "name": name},
            )  # fmt: skip
    except SourceError as error:
        field, _, text = str(error).partition(": ")
        return _choose({field: [text[:1].upper() + text[1:] + "."]}), 422
    return redirect(f"/admin/sources/{row.id}/setup")


@pages.get("/<int:source_id>/setup")
@needs("sources:write")
def setup(source_id: int) -> str:
    row = known(source_id)
    wanted = request.args.get("step", "")
    # Back to any step that was done, never past the one to do next.
    step = min(whole_or(wanted, 0), row.step) if whole_or(wanted, 0) >= READS else row.step
    return _step(row, min(max(step, READS), BACKFILL))


@pages.post("/<int:source_id>/setup/reads")
@needs("sources:write")
def reads(source_id: int) -> Response | tuple[str, int]:
    row, form = known(source_id), request.form
    values: dict[str, Any] = {name: form.get(name) == "yes" for name in ("vouches", "keep_text", "keep_private")}
    errors: dict[str, Any] = save(row, {**values, "affiliation": form.get("affiliation", "")})
    connector = connector_of(row)
    if connector is not None and connector.settings is not None:
        schema = connector.settings()
        try:
            given = schema.load(read(schema, request.form))
        except ValidationError as error:
            errors = {**errors, **error.messages_dict}
        else:
            errors = errors or save(row, {"settings": schema.dump(given)})
    return _forward(row, READS, errors)


@pages.post("/<int:source_id>/setup/credentials")
@needs("sources:write")
def credentials(source_id: int) -> Response | tuple[str, int]:
    row, given = known(source_id), request.form.get("secret", "").strip()
    errors = {"secret": ["A secret has at least 8 characters."]} if given and len(given) < 8 else {}
    if given and not errors:
        _believe(row, given)
    if not errors and row.state == "setup":
        # From here on deliveries are taken: the next step shows the first.
        errors = save(row, {"state": "live"})
    return _forward(row, CREDENTIALS, errors)


@pages.post("/<int:source_id>/setup/secret")
@needs("sources:write")
def secret(source_id: int) -> str:
    """Make a new secret and show it, this once."""
    made = _believe(known(source_id), None)
    return _step(known(source_id), CREDENTIALS, made=made)


@pages.post("/<int:source_id>/setup/live")
@needs("sources:write")
def live(source_id: int) -> Response | tuple[str, int]:
    return _forward(known(source_id), LIVE, {})


@pages.post("/<int:source_id>/setup/done")
@needs("sources:write")
def done(source_id: int) -> Response:
    row = known(source_id)
    save(row, {"step": DONE})
    flash(f"{row.title} is connected.", "good")
    return redirect(f"/admin/sources/{row.id}/live")


@pages.get("/<int:source_id>/backfill")
@needs("sources:write")
def backfill(source_id: int) -> str:
    row = known(source_id)
    return render_template("admin/sources/backfill.html", imports=_imports(row), **about(row))


@pages.get("/<int:source_id>/_imports")
@needs("sources:write")
def imports(source_id: int) -> str:
    return render_template("admin/_runs.html", runs=_imports(known(source_id)), idle="No import yet")


@pages.post("/<int:source_id>/backfill")
@needs("sources:write", body=MAX_UPLOAD)
def upload(source_id: int) -> str | Response | tuple[str, int]:
    row, file = known(source_id), request.files.get("file")
    connector = connector_of(row)
    if connector is None or connector.export is None or file is None or not file.filename:
        errors = {"file": ["Choose the file of the export."]}
        return render_template("admin/sources/backfill.html", imports=_imports(row), errors=errors, **about(row)), 422
    folder = house().settings.data / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{secrets.token_hex(16)}{_suffix(file.filename)}"
    file.save(path)
    with house().db.write() as conn:
        run = runs.start(
            conn, "import", f"Import into {row.title}",
            {"network": connector.export, "path": str(path), "source": row.name, "source_id": row.id},
            person_id=viewer().person_id,
        )  # fmt: skip
        audit.record(conn, "source.import", actor_id=viewer().person_id, via="web", target=f"source:{row.id}",
                     details={"run": run})  # fmt: skip
    return redirect(f"/admin/sources/{row.id}/{'setup' if row.step == BACKFILL else 'backfill'}")


def _believe(row: Row[Any], secret: str | None) -> str:
    """Believe this secret alone; None makes one. Give it."""
    with house().db.write() as conn:
        made = registry.add_secret(conn, house().keyring, row.id, secret)
        registry.drop_old_secrets(conn, row.id)
    note("source.secret", row.id)
    reread()
    return made


def _imports(row: Row[Any]) -> list[Row[Any]]:
    found = reading().execute(select(Run.__table__).where(Run.kind == "import").order_by(Run.id.desc()).limit(50))
    return [run for run in found if (run.parameters or {}).get("source_id") == row.id]


def _suffix(name: str) -> str:
    """The endings that tell what the file is, and nothing else of a name that somebody else chose."""
    kept = [one for one in Path(name).suffixes[-2:] if one[1:].isalnum() and len(one) <= 6]
    return "".join(kept).lower()


def _forward(row: Row[Any], step: int, errors: dict[str, list[str]]) -> Response | tuple[str, int]:
    if errors:
        return _step(row, step, errors), 422
    if row.step == step:
        save(row, {"step": step + 1})
    return redirect(f"/admin/sources/{row.id}/setup?step={step + 1}")


def _choose(errors: dict[str, list[str]] | None = None) -> str:
    networks = sorted(house().loaded.connectors().values(), key=lambda one: one.title)
    return render_template(
        "admin/sources/choose.html", steps=STEPS, networks=networks, cloudevents=CLOUDEVENTS, errors=errors or {}
    )


def _filled(text: str, address: str, made: str) -> str:
    """What to type into the network; a secret only where it was made just now."""
    return text.replace("{url}", address).replace("{secret}", made or "The one that you make below.")


def _step(row: Row[Any], step: int, errors: dict[str, list[str]] | None = None, made: str = "") -> str:
    connector = connector_of(row)
    schema = connector.settings() if connector is not None and connector.settings is not None else None
    shown = about(row)
    return render_template(
        "admin/sources/setup.html",
        steps=STEPS,
        step=step,
        errors=errors or {},
        affiliations=[(one, one) for one in AFFILIATIONS],
        drawn=groups(draw(schema, row.settings or {}, errors)) if schema else [],
        told=[(one.label, _filled(one.text, shown["address"], made)) for one in connector.steps] if connector else [],
        asks=connector is not None and any("{secret}" in one.text for one in connector.steps),
        made=made,
        ending=house().keyring.open_all(row.secrets[:1])[0][-4:] if step == CREDENTIALS else "",
        deliveries=notes.deliveries(reading(), row.id, limit=30) if step == LIVE else [],
        imports=_imports(row) if step == BACKFILL else [],
        **shown,
    )
