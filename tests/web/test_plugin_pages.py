"""Pages of plugins: there while their plugin is on, and unable to take the core's away."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Blueprint

from renown import app, web
from renown.access.routes import needs
from renown.app import Renown
from renown.context.store import switch
from renown.db.engine import Database
from renown.settings import Settings


@pytest.fixture
def renown(db: Database, tmp_path: Path) -> Renown:
    built = app.build(Settings(data=tmp_path, database_url=db.url, secret_key="k" * 40))
    built.begin()
    return built


def _page(name: str, path: str) -> Blueprint:
    blueprint = Blueprint(name, __name__)

    @blueprint.get(path)
    @needs("me:read")
    def show() -> str:
        return "shown"

    @blueprint.get(f"{path}/silent")
    def silent() -> str:
        return "nobody may see this"

    return blueprint


def test_routes_follow_the_switch_without_a_restart(renown: Renown) -> None:
    renown.loaded.found["blueprints"]["activity"] = [_page("activity_extra", "/extra")]
    client = web.create(renown).test_client()
    assert client.get("/extra").status_code == 302, "strangers sign in"
    assert client.get("/extra/silent").status_code == 404, "a view that declares nothing does not exist"
    with renown.db.write() as conn:
        switch(conn, "activity", False, [])
    renown.plugins.refresh(now=True)
    assert client.get("/extra").status_code == 404
    with renown.db.write() as conn:
        switch(conn, "activity", True, [])
    renown.plugins.refresh(now=True)
    assert client.get("/extra").status_code == 302
    renown.close()


def test_a_plugin_that_takes_a_core_name_fails_alone(renown: Renown) -> None:
    renown.loaded.found["blueprints"]["slack"] = [_page("boards", "/mine")]
    client = web.create(renown).test_client()
    assert str(renown.plugins.status("slack").state) == "failed"
    assert "boards" in renown.plugins.status("slack").reason
    assert client.get("/boards").status_code == 302
    renown.close()
