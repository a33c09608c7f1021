"""Behind a proxy that is trusted, the served process believes what the proxy says of the client; else nobody."""

from __future__ import annotations

import sys
import urllib.request
from pathlib import Path

import pytest

from tests.serving import answering


@pytest.mark.parametrize(("trusted", "believed"), [("0", False), ("1", True)])
def test_only_a_trusted_proxy_says_how_and_whence_one_came(tmp_path: Path, trusted: str, believed: bool) -> None:
    command = [sys.executable, "-m", "renown.cli", "serve", "--port", "0"]
    environ = {"RENOWN_DATA": str(tmp_path), "RENOWN_DATABASE_URL": "", "RENOWN_TRUSTED_PROXIES": trusted}
    said = {"X-Forwarded-Host": "renown.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    with (
        answering(command, environ) as (address, _),
        urllib.request.urlopen(urllib.request.Request(f"{address}/api/docs", headers=said), timeout=30) as answer,
    ):
        assert (b"https://renown.example/api/v1/me" in answer.read()) is believed
