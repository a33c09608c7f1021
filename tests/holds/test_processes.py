"""What the harness starts, it ends."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.holds.processes import Started


@pytest.mark.parametrize(("arguments", "patience"), [(("worker",), 0), (("nonsense",), 120)])
def test_a_process_that_does_not_come_up_is_gone(tmp_path: Path, arguments: tuple[str, ...], patience: float) -> None:
    before = set(psutil.Process().children())
    environ = {"RENOWN_DATA": str(tmp_path), "RENOWN_DATABASE_URL": f"sqlite:///{tmp_path}/renown.sqlite3"}
    with pytest.raises(AssertionError, match="does not come up"):
        Started(environ, *arguments, says="(Never)", patience=patience)
    assert set(psutil.Process().children()) <= before
