"""A short run of `python -m tests.holds.kill`: one kill of each sort."""

from __future__ import annotations

import pytest

from tests.holds import kill


@pytest.mark.timeout(400)
def test_nothing_is_lost_or_doubled_when_processes_are_killed(dialect: str, request: pytest.FixtureRequest) -> None:
    at = None if dialect == "sqlite" else request.getfixturevalue("postgres")
    killed = kill.run(at, 3, 7, ("server and worker", "replay", "import"))
    assert killed.kills == {"server": 1, "worker": 1, "replay": 1, "import": 1}
