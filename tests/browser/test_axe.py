"""Every page, in light and dark, wide and narrow: nothing axe finds, nothing the policy stops."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from renown import app
from renown.access import setup
from tests.browser.conftest import Served, answering, site_in
from tests.browser.look import Looker, looking
from tests.browser.pages import NO_PAGES, PAGES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def looker(
    browser: Browser, served: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Looker]]:
    """One page of the browser for each role, used again from address to address."""
    found: dict[str, Looker] = {}
    with ExitStack() as open_:

        def of(role: str) -> Looker:
            if role not in found:
                base = first_day(open_, tmp_path_factory.mktemp("first")) if role == "first" else served.base
                cookie = served.cookies.get(role, "")
                found[role] = open_.enter_context(looking(browser, base, cookie, width=1280, dark=False))
            return found[role]

        yield of


def first_day(open_: ExitStack, folder: Path) -> str:
    renown = open_.enter_context(site_in(folder))
    with renown.db.write() as conn:
        setup.begin(conn)
    return open_.enter_context(answering(renown))[0]


@pytest.mark.parametrize(("role", "path"), [(role, path) for role, paths in PAGES.items() for path in paths])
def test_a_page_is_sound_in_light_and_dark_wide_and_narrow(
    looker: Callable[[str], Looker], served: Served, role: str, path: str
) -> None:
    look = looker(role)
    look.show(width=1280, dark=False)
    named = {"TOKEN": served.leaving, "RATER": served.rater, "STOP": served.stop, "ENTERED": served.entered}
    named["MAILED"] = served.mailed
    seen = look.visit(re.sub("|".join(named), lambda found: named[found[0]], path))
    assert seen.status == (404 if "no-such" in path else 200)
    assert look.axe() == []
    look.show(width=1280, dark=True)
    assert look.axe("color-contrast") == []
    look.show(width=360, dark=True)
    assert not look.overflows(), "wider than the screen"
    assert look.axe() == []
    look.show(width=360, dark=False)
    assert look.axe("color-contrast") == []
    assert (seen.csp, seen.errors) == ([], [])


def test_no_page_is_left_out(served: Served) -> None:
    """A new page goes on the list, or says that it is none."""
    rules = app.create_app(served.renown).url_map
    wanted = {
        rule.endpoint
        for rule in rules.iter_rules()
        if "GET" in (rule.methods or ()) and not re.search(NO_PAGES, rule.rule)
    }
    where = rules.bind("localhost")
    for path in {path.partition("?")[0] for paths in PAGES.values() for path in paths}:
        try:
            wanted.discard(where.match(path)[0])
        except (NotFound, RequestRedirect):
            assert "no-such" in path, path
    assert wanted == set()
