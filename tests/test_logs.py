"""The logs say what happened and never what the variables held."""

from __future__ import annotations

import pytest
import structlog

from renown import logs


def test_a_traceback_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    logs.configure()
    try:
        secret = "hunter2"
        try:
            raise ValueError("wrong" + secret[:0])
        except ValueError:
            structlog.get_logger("renown").exception("failed", source=3)
    finally:
        structlog.configure(**before)
    said = capsys.readouterr()
    assert "ValueError: wrong" in said.err
    assert "hunter2" not in said.err
    assert said.out == ""
