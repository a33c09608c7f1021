"""Forms drawn from a marshmallow schema, for settings and rules alike: the schema says what there is, once.

A field's `metadata` may hold `label`, `description`, `unit`, `group` (fields of one group stand together), `choices`
(of a list, drawn as boxes to tick), `open` (beside the choices others may be written) and `secret`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from marshmallow import Schema, fields, missing, validate
from werkzeug.datastructures import MultiDict

Kind = Literal["check", "boxes", "lines", "number", "choice", "secret", "text"]


@dataclass(frozen=True)
class Drawn:
    """One field as a template draws it. `value` is its text; `chosen` are the boxes ticked."""

    name: str
    label: str
    help: str
    kind: Kind
    group: str
    unit: str = ""
    required: bool = False
    #: Whether nothing may be said: there is no default that would hold then.
    optional: bool = False
    value: str = ""
    choices: Sequence[str] = ()
    chosen: frozenset[str] = frozenset()
    open: bool = False
    errors: Sequence[str] = ()
    #: Whether it says something beyond its default.
    said: bool = False

    @property
    def checked(self) -> bool:
        return self.value == "yes"

    @property
    def options(self) -> list[tuple[str, str]]:
        """A choice's (value, title), with an empty one where none need be made."""
        return [*([] if self.required else [("", "–")]), *((one, one.replace("-", " ")) for one in self.choices)]


def draw(schema: Schema, data: Mapping[str, Any], errors: Mapping[str, Any] | None = None) -> list[Drawn]:
    """The schema's fields with what `data` holds (as stored, or as `read` gave it) and what is wrong with it."""
    told = errors or {}
    return [_draw(name, field, data, told.get(name)) for name, field in schema.fields.items() if not field.dump_only]


def groups(drawn: Iterable[Drawn]) -> list[tuple[str, list[Drawn]]]:
    """Fields by group, in the order in which each group first occurs."""
    found: dict[str, list[Drawn]] = {}
    for field in drawn:
        found.setdefault(field.group, []).append(field)
    return list(found.items())


def read(schema: Schema, form: MultiDict[str, str]) -> dict[str, Any]:
    """What a submitted form says, ready for `schema.load`. Nothing is refused here."""
    data: dict[str, Any] = {}
    for name, field in schema.fields.items():
        kind = _kind(name, field)
        if kind == "check":
            data[name] = form.get(name, "") == "yes"
        elif kind in ("boxes", "lines"):
            written = form.get(f"{name}-more" if kind == "boxes" else name, "").splitlines()
            ticked = form.getlist(name) if kind == "boxes" else []
            data[name] = list(dict.fromkeys(one.strip() for one in (*ticked, *written) if one.strip()))
        else:
            value = form.get(name, "").strip()
            if value or (field.required and not field.allow_none):
                data[name] = value
            elif field.allow_none:
                data[name] = None
    return data


def lines(schema: Schema, body: Mapping[str, Any]) -> list[str]:
    """A body as lines of text, fields that say nothing beyond their default left out: what a difference is shown in."""
    told = []
    for name, field in schema.fields.items():
        default = _default(field)
        value = body.get(name, default)
        if value in (default, None, "") or value == [] or field.metadata.get("secret"):
            continue
        text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else _joined(value)
        unit = field.metadata.get("unit")
        told.append(f"{_label(name, field)}: {text}{f' {unit}' if unit else ''}")
    return told


def _joined(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)


def _label(name: str, field: fields.Field[Any]) -> str:
    return str(field.metadata.get("label") or name.replace("_", " ").capitalize())


def _default(field: fields.Field[Any]) -> Any:
    default = field.load_default() if callable(field.load_default) else field.load_default
    return None if default is missing else default


def _draw(name: str, field: fields.Field[Any], data: Mapping[str, Any], errors: Any) -> Drawn:
    value = data.get(name, _default(field))
    kind = _kind(name, field)
    choices = _choices(name, field)
    listed = [str(one) for one in value] if isinstance(value, list | tuple) else []
    if kind in ("boxes", "lines"):
        text = "\n".join(one for one in listed if one not in choices or kind == "lines")
    elif kind == "check":
        text = "yes" if value in (True, "yes", "true") else ""
    else:
        text = "" if value is None or kind == "secret" else str(value)
    said = field.metadata
    return Drawn(
        name=name,
        label=_label(name, field),
        help=str(said.get("description") or ""),
        kind=kind,
        group=str(said.get("group") or ""),
        unit=str(said.get("unit") or ""),
        required=field.required and not field.allow_none,
        optional=not field.required and _default(field) in (None, "", []),
        value=text,
        choices=choices,
        chosen=frozenset(listed),
        open=bool(said.get("open")),
        errors=_texts(errors),
        said=value not in (_default(field), None, "") and value != [],
    )


def _kind(name: str, field: fields.Field[Any]) -> Kind:
    if isinstance(field, fields.Boolean):
        return "check"
    if isinstance(field, fields.List):
        return "boxes" if _choices(name, field) else "lines"
    if field.metadata.get("secret"):
        return "secret"
    if isinstance(field, fields.Number):
        return "number"
    return "choice" if _choices(name, field) else "number" if field.metadata.get("number") else "text"


def _choices(name: str, field: fields.Field[Any]) -> tuple[str, ...]:
    said = field.metadata.get("choices")
    if said:
        if not all(isinstance(one, str) for one in said):
            raise TypeError(f"{name}: choices are strings, not {said!r}")
        return tuple(said)
    return next((tuple(str(c) for c in v.choices) for v in field.validators if isinstance(v, validate.OneOf)), ())


def _texts(errors: Any) -> list[str]:
    """Marshmallow's errors of one field, however deep, as sentences."""
    if not errors:
        return []
    if isinstance(errors, str):
        return [errors]
    if isinstance(errors, Mapping):
        return [
            f"{where + 1}: {text}" if isinstance(where, int) else text
            for where, inner in errors.items()
            for text in _texts(inner)
        ]
    return [text for inner in errors for text in _texts(inner)]
