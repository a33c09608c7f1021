"""The page of a plugin that was installed beside Renown, and its boxes: sound in light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from renown.access import signin
from renown.access.viewer import Viewer
from renown.app import Renown
from renown.context.switching import set_enabled
from renown.people import affiliations, persons
from renown_migrations import upgrade
from tests.browser.conftest import answering, example, site_in
from tests.browser.look import Looker, looking

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with example("kudos", tmp_path_factory.mktemp("installed")):
        yield


@pytest.fixture(scope="module")
def looker(installed: None, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looker]:
    """As Ana, who thanked Bea and was thanked."""
    with site_in(tmp_path_factory.mktemp("kudos")) as renown:
        ana = begin(renown)
        with (
            answering(renown) as (base, signed),
            looking(browser, base, signed(ana), width=1280, dark=False) as look,
        ):
            yield look


def begin(renown: Renown) -> int:
    from renown_kudos import giving

    upgrade(renown.db, {"kudos": renown.plugins.migrations["kudos"]})
    renown.plugins.refresh(now=True)
    set_enabled(renown.db, renown.plugins, "kudos", True, actor_id=None, via="system")
    with renown.db.write() as conn:
        ana, bea = (persons.add(conn, name, f"{name.lower()}@example.com") for name in ("Ana", "Bea"))
        for person in (ana, bea):
            affiliations.affiliate(conn, person, "employee")
        signin.add_login(conn, ana, "ana@example.com", "member")
    with renown.contexts.of("kudos").writing() as ctx:
        for giver, to, private in ((ana, "bea", False), (bea, "ana", True), (bea, "ana", False)):
            giving.give(ctx, Viewer(giver, "member"), to, "for staying on the call until it worked", private=private)
    return ana


@pytest.mark.parametrize("path", ["/kudos", "/kudos?show=to-you", "/kudos?show=from-you", "/", "/people/bea"])
def test_a_page_is_sound_in_light_and_dark_wide_and_narrow(looker: Looker, path: str) -> None:
    looker.show(width=1280, dark=False)
    seen = looker.visit(path)
    assert seen.status == 200
    assert "Kudos" in looker.page.inner_text("main")
    assert looker.axe() == []
    looker.show(width=1280, dark=True)
    assert looker.axe("color-contrast") == []
    looker.show(width=360, dark=True)
    assert not looker.overflows(), "wider than the screen"
    assert looker.axe() == []
    assert (seen.csp, seen.errors) == ([], [])


def test_what_is_wrong_is_said_beside_the_field(looker: Looker) -> None:
    looker.show(width=360, dark=False)
    looker.visit("/kudos")
    looker.page.fill("#f-to", "nobody at all")
    looker.page.fill("#f-reason", "for staying on the call until it worked")
    looker.page.check("#f-private-yes")
    looker.page.click("main form[action='/kudos'] button")
    looker.page.wait_for_selector(".field-error")
    assert "No colleague has this name" in looker.page.inner_text("main")
    assert looker.page.is_checked("#f-private-yes")
    assert looker.axe() == []
