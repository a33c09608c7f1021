"""The settings of every plugin as administrators meet them: what is shown can be saved, and what is wrong is named."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from renown.context import settings
from renown.hooks.manifest import Plugin
from renown.web.drawn import draw
from tests.web.conftest import Site


class Form(HTMLParser):
    """The form of an address: what a browser would send, and what each select offers."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self._action, self._inside, self._select = action, False, ""
        self.values: MultiDict[str, str] = MultiDict()
        self.options: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = said.get("action") == self._action
        if not self._inside:
            return
        if tag == "input" and "name" in said and (said.get("type") != "checkbox" or "checked" in said):
            self.values.add(said["name"], said.get("value", ""))
        elif tag == "select":
            self._select = said["name"]
            self.options[self._select] = []
        elif tag == "option":
            self.options[self._select].append(said["value"])
            if "selected" in said:
                self.values[self._select] = said["value"]

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


def with_settings(site: Site) -> list[Plugin]:
    manifests = site.renown.plugins.manifests.values()
    return [one for one in manifests if one.settings is not None]


def form(browser: FlaskClient, plugin: str) -> Form:
    return Form(browser.get(f"/admin/plugins/{plugin}").get_data(as_text=True), f"/admin/plugins/{plugin}/settings")


def save(browser: FlaskClient, plugin: str, **changed: str) -> TestResponse:
    """What the form shows, with these changes."""
    shown = form(browser, plugin).values
    for name, value in changed.items():
        shown[name] = value
    return browser.post(f"/admin/plugins/{plugin}/settings", data=shown)


def loaded(site: Site, manifest: Plugin) -> dict[str, object]:
    with site.db.read() as conn:
        return dict(settings.load(conn, manifest, site.renown.keyring))


def test_what_is_shown_is_what_is_kept_when_saved(site: Site) -> None:
    assert with_settings(site)
    for manifest in with_settings(site):
        before = loaded(site, manifest)
        assert save(site.as_("administrator"), manifest.name).status_code == 302
        assert loaded(site, manifest) == before


def test_every_choice_can_be_made_and_is_kept(site: Site) -> None:
    tried, browser = 0, site.as_("administrator")
    for manifest in with_settings(site):
        for name, options in form(browser, manifest.name).options.items():
            made = [one for one in options if one]
            assert made, f"{manifest.name}: nothing to choose for {name}"
            for choice in made:
                # Twice: chosen, then saved again as it is shown.
                for changed in ({name: choice}, {}):
                    assert save(browser, manifest.name, **changed).status_code == 302
                    assert loaded(site, manifest)[name] == choice
                tried += 1
    assert tried, "influence has engines to choose from"


def test_choices_that_cannot_be_drawn_are_refused() -> None:
    class Pairs(Schema):
        engine = fields.String(metadata={"choices": [("a", "A")]})

    with pytest.raises(TypeError, match="engine: choices are strings"):
        draw(Pairs(), {})


def test_an_error_goes_by_the_label_of_its_field(site: Site) -> None:
    answer = save(site.as_("administrator"), "influence", half_life="2", alpha="many")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert '<a href="#f-half_life">Half-life</a>' in page
    assert '<a href="#f-alpha">Reach</a>' in page


def test_what_is_filled_in_by_default_is_not_called_optional(site: Site) -> None:
    page = site.as_("administrator").get("/admin/plugins/influence").get_data(as_text=True)
    assert "Half-life" in page
    assert "(optional)" not in page
