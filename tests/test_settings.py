"""What the environment says, and the key that is made where it says nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from renown.settings import Settings


def test_a_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    settings = Settings.from_environment({"RENOWN_DATA": str(tmp_path / "data")})
    first = settings.with_secret_key().secret_key
    assert first == settings.with_secret_key().secret_key
    assert first is not None
    assert len(first) >= 43
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600


def test_what_a_process_of_the_same_number_left_unfinished_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / f".secret.key.{os.getpid()}").touch()
    settings = Settings.from_environment({"RENOWN_DATA": str(tmp_path)})
    assert len(settings.with_secret_key().secret_key or "") >= 43


def test_the_environments_key_is_taken_and_nothing_is_written(tmp_path: Path) -> None:
    settings = Settings.from_environment({"RENOWN_DATA": str(tmp_path / "data"), "RENOWN_SECRET_KEY": "s3cret"})
    assert settings.with_secret_key().secret_key == "s3cret"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("text", "safe"), [("1", True), ("true", True), ("0", False), ("False", False), ("off", False)]
)
def test_a_switch_is_on_or_off_as_it_reads(text: str, safe: bool) -> None:
    assert Settings.from_environment({"RENOWN_SAFE": text}).safe is safe


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match="RENOWN_SAFE: 'maybe' is neither 1 nor 0"):
        Settings.from_environment({"RENOWN_SAFE": "maybe"})
    with pytest.raises(ValueError, match="RENOWN_TRUSTED_PROXIES: 'two' is not a whole number"):
        Settings.from_environment({"RENOWN_TRUSTED_PROXIES": "two"})


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("")
    with pytest.raises(ValueError, match=r"RENOWN_DATA: .*/data is a file"):
        Settings.from_environment({"RENOWN_DATA": str(file)})
    with pytest.raises(ValueError, match=r"RENOWN_DATA: .*/data is a file"):
        Settings.from_environment({"RENOWN_DATA": str(file / "below")})
    with pytest.raises(ValueError, match=r"RENOWN_DATABASE_URL: .*/data is a file"):
        Settings.from_environment({"RENOWN_DATABASE_URL": f"sqlite:///{file}/renown.sqlite3"})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_any_common_address_of_postgresql_will_do(scheme: str) -> None:
    settings = Settings.from_environment({"RENOWN_DATABASE_URL": f"{scheme}://u@h/d"})
    assert settings.database_url == "postgresql+psycopg://u@h/d"
