"""Any of the plugins may be on: in each combination the site starts, answers, counts, and nothing fails.

All combinations are one installation that is begun anew with others on, so that what one leaves meets the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import select

from renown import app
from renown.db.engine import Database
from renown.hooks.manager import Plugins
from renown.hooks.states import State
from renown.ledger import replay
from renown.ledger.models import Entry, Measure
from renown_migrations import upgrade
from tests.holds import kit
from tests.ready import DIALECTS, MIGRATED, Ready
from tests.safety import thirds
from tests.safety.subsets import (
    ABSENT,
    HOMES,
    NETWORKS,
    PLUGINS,
    SUBSETS,
    Installation,
    addresses,
    browsers,
    drained,
    installed,
    off,
)


@pytest.fixture(scope="module", params=DIALECTS)
def installation(
    request: pytest.FixtureRequest, ready: Callable[[str], Ready], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("subsets")
    with ExitStack() as left, pytest.MonkeyPatch.context() as patch:
        url = left.enter_context(ready(request.param).copy(MIGRATED, folder))
        thirds.install(folder / "thirds", patch)
        db = Database(url)
        left.callback(db.close)
        upgrade(db, Plugins.discover().migrations)
        yield installed(db, folder)


@pytest.fixture(autouse=True)
def _patient(patient_pages: None) -> None:
    """What is slow is told elsewhere."""


def test_they_are_all_combinations_of_five() -> None:
    assert set(PLUGINS) == {"activity", "influence", "ideation", "kudos", "care"}
    assert len(set(SUBSETS)) == len(SUBSETS) == 32


@pytest.mark.parametrize("networks", [NETWORKS, ()], ids=["networks", "none"])
@pytest.mark.parametrize("on", SUBSETS, ids=lambda on: "+".join(on) or "nothing")
def test_any_of_them_may_be_on(installation: Installation, on: tuple[str, ...], networks: tuple[str, ...]) -> None:
    installation.lively_day()
    with installation.with_on((*on, *networks)) as renown:
        assert set(renown.plugins.enabled) == {*on, *networks}
        installation.act(renown)
        drained(renown)
        pages = app.create_app(renown)
        clients, turn = browsers(pages, installation.people), SUBSETS.index(on)
        closed = off(pages, [name for name in PLUGINS if name not in on])
        for path in ("/", *(HOMES[name] for name in on)):
            assert clients["member"].get(path).status_code == 200, path
        assert clients["administrator"].get("/admin/plugins").status_code == 200
        for path, role in addresses(pages, renown, installation.people, turn):
            with clients[role].get(path) as answer:
                assert answer.status_code < 500, f"{path} answers {answer.status_code} to {role}"
                assert path not in closed or answer.status_code == 404, f"{path} is of one that is off"
                if role == "administrator" and path not in closed | ABSENT:
                    assert answer.status_code < 400, f"{path} answers {answer.status_code} to an administrator"
        drained(renown)
        states = {name: renown.plugins.status(name).state for name in PLUGINS}
        assert states == {name: State.ENABLED if name in on else State.DISABLED for name in PLUGINS}


def test_what_was_counted_in_turns_is_what_is_counted_at_once(installation: Installation) -> None:
    """Each plugin was off for half of the days, and has them all the same."""
    with installation.with_on((*PLUGINS, *NETWORKS)) as renown:
        installation.lively_day()
        drained(renown)
        kit.whole(renown)
        for scorer in kit.scorers(renown):
            again = replay.replay(renown.db, scorer, dry_run=True, digest=True)
            assert again.same, (scorer.plugin, again.differences)
        with renown.db.read() as conn:
            counted = set(conn.scalars(select(Measure.plugin).join(Entry, Entry.measure == Measure.id).distinct()))
        assert counted == set(PLUGINS), "else its being off or on shows nothing"
