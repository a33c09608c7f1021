"""The pytest plugin. It is loaded wherever Renown is installed, so it imports nothing until a fixture is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from renown.testing.databases import File, OnServer, Template
    from renown.testing.kit import Kit
    from renown.testing.time import Clock


@pytest.fixture(scope="session")
def renown_postgres() -> Iterator[str]:
    """The address of a PostgreSQL server: RENOWN_TEST_DATABASE_URL, else one started for this run.

    Where there is neither, the tests on it are skipped and say what to install.
    """
    from renown.testing.postgres import NoServer, serving

    try:
        with serving() as url:
            yield url
    except NoServer as error:
        pytest.skip(f"no PostgreSQL: {error}")


@pytest.fixture(scope="session")
def renown_sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> File:
    from renown.testing.databases import File

    return File(tmp_path_factory.mktemp("renown"))


@pytest.fixture(scope="session")
def renown_postgresql_template(renown_postgres: str) -> Iterator[OnServer]:
    from renown.testing.databases import OnServer

    made = OnServer(renown_postgres)
    yield made
    made.close()


@pytest.fixture(scope="session")
def renown_template(request: pytest.FixtureRequest) -> Callable[[str], Template]:
    """By dialect: an empty database, made once and copied for each test."""
    return lambda dialect: request.getfixturevalue(f"renown_{dialect}_template")


@pytest.fixture(params=("sqlite", "postgresql"))
def renown_dialect(request: pytest.FixtureRequest) -> str:
    """Every test that asks for a site runs on both; a module may define its own of this name for fewer."""
    return str(request.param)


@pytest.fixture
def renown_database_url(
    renown_dialect: str, renown_template: Callable[[str], Template], tmp_path: Path
) -> Iterator[str]:
    """The address of a new database with the tables of all installed plugins, and nothing in them."""
    with renown_template(renown_dialect).copy(tmp_path) as url:
        yield url


@pytest.fixture
def renown_clock() -> Iterator[Clock]:
    """The time of the whole process, which stands still until it is moved."""
    from renown.testing.time import Clock

    with Clock().holds() as made:
        yield made


@pytest.fixture
def renown_kit(request: pytest.FixtureRequest, tmp_path: Path, renown_database_url: str) -> Iterator[Kit]:
    """A site of one's own on a new database, with the tables of all installed plugins."""
    from renown.testing.kit import Kit

    if "renown_clock" in request.fixturenames:
        request.getfixturevalue("renown_clock")  # so that the site begins at its time
    kit = Kit(tmp_path, renown_database_url)
    try:
        yield kit
    finally:
        kit.close()
