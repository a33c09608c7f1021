"""A schema becomes a form, and the form becomes what the schema loads."""

from __future__ import annotations

from marshmallow import Schema, fields, validate
from werkzeug.datastructures import MultiDict

from renown.web.drawn import draw, groups, lines, read


class House(Schema):
    name = fields.String(required=True, metadata={"label": "Name", "group": "House"})
    colour = fields.String(load_default="red", validate=validate.OneOf(("red", "dark-blue")))
    rooms = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1), metadata={"unit": "rooms"})
    garden = fields.Boolean(load_default=True, metadata={"label": "Garden"})
    pets = fields.List(
        fields.String(validate=validate.Length(max=5)),
        load_default=list,
        metadata={"choices": ("cat", "dog"), "open": True, "group": "Living"},
    )
    streets = fields.List(fields.String(), load_default=list)
    key = fields.String(load_default="", metadata={"secret": True})


def kinds() -> dict[str, str]:
    return {field.name: field.kind for field in draw(House(), {})}


def test_each_field_gets_what_suits_it() -> None:
    assert kinds() == {
        "name": "text", "colour": "choice", "rooms": "number", "garden": "check", "pets": "boxes",
        "streets": "lines", "key": "secret",
    }  # fmt: skip


def test_what_is_drawn_and_sent_back_unchanged_loads_the_same() -> None:
    body = {"name": "Elm", "colour": "dark-blue", "rooms": 4, "garden": False, "pets": ["dog", "hen"], "streets": ["a"]}
    drawn = {field.name: field for field in draw(House(), body)}
    sent: MultiDict[str, str] = MultiDict()
    for field in drawn.values():
        if field.kind == "boxes":
            sent.setlist(field.name, [one for one in field.choices if one in field.chosen])
            sent[f"{field.name}-more"] = field.value
        elif field.kind != "check" or field.checked:
            sent[field.name] = field.value or ("yes" if field.checked else "")
    assert House().load(read(House(), sent)) == {**body, "key": ""}


def test_defaults_are_shown_and_a_secret_is_not() -> None:
    drawn = {field.name: field for field in draw(House(), {"key": "hush"})}
    assert drawn["garden"].checked
    assert drawn["colour"].options == [("", "–"), ("red", "red"), ("dark-blue", "dark blue")]
    assert drawn["key"].value == ""


def test_a_wrong_answer_stands_beside_its_field_as_it_was_typed() -> None:
    sent = MultiDict({"name": "", "rooms": "many", "pets-more": "cat\nrhinoceros"})
    data = read(House(), sent)
    errors = House().validate(data)
    drawn = {field.name: field for field in draw(House(), data, errors)}
    assert drawn["rooms"].value == "many"
    assert drawn["rooms"].errors == ["Not a valid integer."]
    assert drawn["pets"].errors == ["2: Longer than maximum length 5."]
    assert drawn["pets"].chosen == {"cat", "rhinoceros"}
    assert not drawn["garden"].checked


def test_an_empty_number_is_none_and_an_empty_choice_the_default() -> None:
    loaded = House().load(read(House(), MultiDict({"name": "Elm", "rooms": " ", "colour": ""})))
    assert (loaded["rooms"], loaded["colour"]) == (None, "red")


def test_groups_keep_their_order() -> None:
    assert [title for title, _ in groups(draw(House(), {}))] == ["House", "", "Living"]


def test_lines_tell_what_is_not_as_it_comes() -> None:
    body = {"name": "Elm", "rooms": 2, "garden": False, "pets": ["cat"]}
    assert lines(House(), body) == ["Name: Elm", "Rooms: 2 rooms", "Garden: no", "Pets: cat"]
