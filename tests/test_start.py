"""The README's first command, on a clean copy of what the repository holds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.serving import answering, fetch
from tests.wheels import copied


@pytest.mark.slow
def test_the_demo_of_a_clean_clone_answers_with_its_home_page(tmp_path: Path) -> None:
    clone = copied(tmp_path / "renown")
    command = [sys.executable, "start.py", "demo", "--port", "0", "--people", "12", "--days", "14"]
    environ = {"RENOWN_DATA": str(tmp_path / "data"), "RENOWN_DATABASE_URL": "", "PYTHONPATH": "", "VIRTUAL_ENV": ""}
    with answering(command, environ, cwd=clone, seconds=400) as (address, lines):
        assert b"Sign in" in fetch(address)
        assert sum("/login/link/" in line for line in lines) == 3
