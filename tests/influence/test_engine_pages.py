"""Pages of scores that another engine found: one that is less exact than explanations are, and one that is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from renown.db import stored
from renown.jobs.worker import drain_all
from renown_influence import redo, run
from renown_influence.solve import GROUP, SOLVERS
from tests.influence.office import RECKONED, Office, opened
from tests.influence.reading import data, main, numbers, page, said
from tests.ready import Ready


@pytest.fixture
def loosely(
    ready: Callable[[str], Ready], dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """Reckoned by an engine that is good to 1e-8, which a night takes."""
    point = EntryPoint("loose", "tests.influence.engines:loose", GROUP)
    monkeypatch.setitem(SOLVERS._points, point.name, point)
    with ready(dialect).copy(RECKONED, tmp_path) as url, opened(url, tmp_path) as office:
        with office.db.write() as conn:
            stored.put(conn, "influence", "solver", point.name)
        office.again()
        yield office


@pytest.mark.parametrize("installed", [True, False])
def test_pages_tell_what_another_engine_found(
    loosely: Office, installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not installed:
        monkeypatch.delitem(SOLVERS._points, "loose")
    client, path = loosely.as_("U1"), f"/influence/people/{loosely.handle('U1')}"
    assert newest(loosely)[1] == "loose"
    told = data(client, path + ".json")
    assert told["people"] == 19
    assert told["own"] + told["brought"] + told["rounding"] == pytest.approx(told["value"])
    assert data(loosely.as_("U0"), f"/api/v1{path}")["value"] == told["value"]
    assert numbers(main(client, "/influence"))
    for shown in (path, "/influence/changes", "/influence/network/me", f"{path}/from/{loosely.handle('U2')}"):
        assert main(client, shown)
    assert said(page(client, "/influence/_changes"))


def test_a_run_whose_engine_is_gone_cannot_be_done_again_and_the_page_says_why(
    loosely: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(SOLVERS._points, "loose")
    with loosely.db.write() as conn:
        stored.drop(conn, "influence", "solver")
    number, _ = newest(loosely)
    with loosely.writing() as ctx:
        redo.ask(ctx, number, None)
    drain_all(loosely.db, loosely.renown.drains)
    assert "the engine 'loose' is not installed" in main(loosely.as_("U29"), "/influence/runs")


def newest(office: Office) -> tuple[int, str]:
    """Its number and its engine."""
    with office.reading() as ctx:
        found = run.newest(ctx)
        assert found is not None
        return found.id, found.parameters["solver"]
