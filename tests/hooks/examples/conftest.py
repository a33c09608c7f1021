"""Each module here is a plugin, installed for its own tests as a distribution would bring it."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def as_installed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Puts a distribution on the path whose one entry point is the module that asks."""
    module = request.module
    site: Path = tmp_path_factory.mktemp("site")
    info = site / "example-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: example\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[renown.plugins]\n{module.plugin.name} = {module.__name__}\n")
    monkeypatch.syspath_prepend(site)
