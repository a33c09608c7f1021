"""Choices in the settings of the bundled plugins: each can be made on the form, and stays when it is saved."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest
from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from renown.web import drawn

SETTINGS = {
    one.name: schema
    for one in entry_points(group="renown.plugins")
    if (schema := one.load().plugin.settings) is not None
}


def selects(schema: Schema) -> list[drawn.Drawn]:
    return [one for one in drawn.draw(schema, {}) if one.kind == "choice"]


def test_there_is_something_to_choose() -> None:
    assert "influence" in {name for name, schema in SETTINGS.items() if selects(schema())}


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_each_choice_is_offered_and_kept(name: str) -> None:
    schema = SETTINGS[name]()
    for field in selects(schema):
        values = [value for value, title in field.options if value and title]
        assert values, field.name
        assert field.value in values or not field.value, "what holds is among them"
        for value in values:
            sent = drawn.read(schema, MultiDict({field.name: value}))
            loaded = schema.load({**schema.load({}), **sent})
            [again] = [one for one in drawn.draw(schema, loaded) if one.name == field.name]
            assert again.value == value
