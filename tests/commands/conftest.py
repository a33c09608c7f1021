"""Commands as a shell runs them: arguments in; output, errors and exit status out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from renown.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Run:
    def call(*arguments: str | Path, given: str | None = None) -> Result:
        environment = {"RENOWN_DATABASE_URL": database_url, "RENOWN_DATA": str(tmp_path / "data")}
        result = CliRunner().invoke(main, [str(one) for one in arguments], input=given, env=environment)
        # Whatever is wrong is told in words.
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call
