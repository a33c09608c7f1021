"""The description of the API (OpenAPI 3.1), and its documentation without anything from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from apiflask import APIFlask
from flask import Blueprint, Response, current_app, render_template

from renown.access.routes import public
from renown.web.api import events
from renown.web.exports import as_json

pages = Blueprint("openapi", __name__, url_prefix="/api")

_ABOUT = """What pages show, as data, for whoever holds a token. Amounts are in the measure's own unit, times are UTC.
Send a token as `Authorization: Bearer rnw_...`. What is hidden and what is absent both answer 404."""


def init(app: APIFlask) -> None:
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        SPEC_FORMAT="json",
        DESCRIPTION=_ABOUT,
        AUTO_SERVERS=False,
        VALIDATION_ERROR_DESCRIPTION="A field has a wrong value",
        NOT_FOUND_DESCRIPTION="Absent, or not shown to the token's holder",
    )
    app.schema_name_resolver = partial(_named, app.schema_name_resolver)
    app.security_schemes = {"token": {"type": "http", "scheme": "bearer"}}
    app.spec_processor(_whole)
    app.register_blueprint(pages)


def _named(by_class: Callable[[Any], str], schema: Any) -> str:
    """A plugin's are called after it as well: two plugins that never heard of each other may both have a `Person`."""
    kind = schema if isinstance(schema, type) else type(schema)
    package = kind.__module__.partition(".")[0]
    owner = "" if package == "renown" else package.removeprefix("renown_").title().replace("_", "")
    return owner + by_class(schema)


def _whole(spec: Any) -> Any:
    """With the body of events, and what every operation that needs a token may answer to one that does not reach."""
    events.described(spec)
    for methods in spec["paths"].values():
        for operation in methods.values():
            if isinstance(operation, dict) and operation.get("security"):
                told = operation["responses"]
                for status, text in (("403", "The token lacks the scope"), ("404", "Not for the caller, or absent")):
                    told.setdefault(status, {**told.get("401", {}), "description": text})
    return spec


@pages.get("/openapi.json")
@public
def description() -> Response:
    return as_json(_spec())


@pages.get("/docs")
@public
def docs() -> str:
    spec = _spec()
    return render_template("api/docs.html", spec=spec, operations=_operations(spec))


def _spec() -> Mapping[str, Any]:
    assert isinstance(current_app, APIFlask)
    spec = current_app.spec
    assert isinstance(spec, dict)
    return spec


def _operations(spec: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """By tag, with their parameters, bodies and answers ready to be shown."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in spec["paths"].items():
        shared = methods.get("parameters", [])
        for method, operation in methods.items():
            if method == "parameters":
                continue
            shown = {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("summary", ""),
                "description": operation.get("description", ""),
                "parameters": [*shared, *operation.get("parameters", [])],
                "responses": operation.get("responses", {}),
                "example": _example(operation, spec),
            }
            found.setdefault((operation.get("tags") or ["Other"])[0], []).append(shown)
    return found


def _example(operation: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    """What a good answer looks like, drawn from its schema."""
    for status in ("200", "201"):
        content = operation.get("responses", {}).get(status, {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema:
            return json.dumps(_sample(schema, spec, 0), indent=2)
    return ""


def _sample(schema: Mapping[str, Any], spec: Mapping[str, Any], depth: int) -> Any:
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if depth > 6:
        return None
    kind = schema.get("type")
    kind = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
    if kind == "array":
        return [_sample(schema.get("items", {}), spec, depth + 1)]
    if kind == "object" or "properties" in schema:
        return {name: _sample(one, spec, depth + 1) for name, one in schema.get("properties", {}).items()}
    if "example" in schema:
        return schema["example"]
    return {"integer": 1, "number": 42, "boolean": True}.get(str(kind), schema.get("format", "text"))
