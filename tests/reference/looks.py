"""The page of what a plugin's templates may stand on, from the macros, filters and globals themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import Environment, nodes
from jinja2.defaults import DEFAULT_FILTERS

from renown.web import assets, formats, words
from renown.web.pages import brand
from tests.reference.hooks import HOUSE

TEMPLATES = HOUSE / "core" / "renown" / "web" / "templates"
STATIC = TEMPLATES.parent / "static"
#: What plugins may use; the rest of `ui` is the core's own.
MACROS = (
    "badge", "bar", "check", "confirm", "copy", "csrf", "data_table", "day", "diff", "empty", "export_links", "failed",
    "figure", "form_errors", "hash", "icon", "input", "line_chart", "live_list", "notice", "page_header", "pager",
    "person", "progress", "secret", "segments", "select", "state", "steps", "tabs", "team", "textarea", "time",
)  # fmt: skip
FILTERS = ("amount", "day", "number", "rounded", "rule_title", "span")
GLOBALS = ("asset_url", "brand_style", "now", "plural")
#: Templates to extend, with the blocks to fill.
BLOCKS = {
    "base.html": {
        "title": "What the window is called",
        "head": 'More for the head: `<link rel="stylesheet" ...>` of a file in the blueprint\'s `static_folder`',
        "page_class": "A class of the page",
        "content": "The page",
    },
    "admin/base.html": {"heading": "A `page_header`", "admin": "The page, beside the links of administrators"},
}
CLASSES = {
    "stack": "one below the other, with a little air between",
    "stack-wide": "the same for the sections of a page",
    "cluster": "side by side, on further lines where there is no room",
    "split": "the first takes what is left, the rest stands at the end",
    "card-r": "a box, its heading an `h2`",
    "list": "of a `ul`: lines instead of dots",
    "facts": "of a `dl`: names, and what they are",
    "figures": "around each `ui.figure`",
    "figure-value": "a large number",
    "btn": "a button, with one of these three",
    "btn-primary": "what the page is for",
    "btn-quiet": "what else can be done",
    "btn-danger": "what cannot be undone",
    "badge-r": "as `ui.badge` draws it, where there is no `ui`: in the HTML of panels",
    "data": "of a `table`, as `ui.data_table` draws it; where it is told `cards`, cells have a `data-label` for phones",
    "num": "a cell with a number",
    "tabular": "digits of one width",
    "mono": "names that machines gave",
    "muted": "what matters less",
    "small": "smaller",
    "nowrap": "on one line",
    "only-phone": "there on small screens alone",
    "not-phone": "there on the others alone",
    "no-print": "not on paper",
}

_HEAD = """# What pages look like

Written from the code by `python -m tests.reference`; a test fails where it is not what stands there.

A plugin's template extends one of Renown's and draws with its macros, so that it looks, prints and reads aloud as all
other pages do. What stands here is part of the contract and [grows by addition](growing.md), with [the api](api.md).
What does not may change with every release: other templates, macros and classes. All of Flask and Jinja is there too,
and Bootstrap's classes, of the version that Renown brings, which is not promised.

    {% extends "base.html" %}
    {% block title %}Praise{% endblock %}
    {% block content %}
    {{ ui.page_header("Praise", "What is praised here.") }}
    <form method="post" action="/praise" class="stack">{{ ui.csrf() }}
      {{ ui.input("to", "To", help="Their name, handle or e-mail.") }}
      <button class="btn btn-primary" type="submit">Praise</button>
    </form>
    {% endblock %}

A box on a page (`panels`) is HTML that the plugin makes outside of a page: it has these classes, and no `ui`.
"""


def page() -> str:
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    yield _HEAD
    yield "## Templates\n"
    rows = [(f"`{file}`", f"`{name}`", told) for file, blocks in BLOCKS.items() for name, told in blocks.items()]
    yield _table(("extends", "block", ""), rows)
    yield "## Macros\n"
    yield "As `ui.<name>(...)`; one that has a body is called by `{% call ui.<name>(...) %} ... {% endcall %}`.\n"
    for name in MACROS:
        yield f"### {name}\n"
        yield f"```jinja\nui.{name}{_spelled(name)}\n```\n"
        yield f"{said_of(name)}\n"
    yield "## Filters\n"
    rows = [(f"`{{{{ x|{name}{_rest(work)} }}}}`", _said(work)) for name, work in filters().items()]
    yield _table(("", ""), rows)
    yield "## Functions\n"
    rows = [(f"`{name}{_of(work)}`", _said(work)) for name, work in functions().items()]
    yield _table(("", ""), rows)
    yield "## Classes\n"
    yield _table(("", "is"), [(f"`{name}`", told) for name, told in CLASSES.items()])


def lines() -> Iterator[tuple[str, Callable[..., Any] | None]]:
    """Names of the contract, with what is to be given to them."""
    yield from ((f"ui.{name}", taken(name)) for name in MACROS)
    yield from ((f"filter {name}", work) for name, work in filters().items())
    yield from ((f"global {name}", work) for name, work in functions().items())
    yield from ((f"block {name} of {file}", None) for file, blocks in BLOCKS.items() for name in blocks)
    yield from ((f"class {name}", None) for name in CLASSES)


def plugins() -> Mapping[str, Path]:
    """Ours and the examples, by the names of their packages; and what a new one begins with."""
    folders = [*HOUSE.glob("plugins/*/renown_*"), *HOUSE.glob("examples/*/renown_*")]
    found = {folder.name: folder / "templates" for folder in folders if (folder / "templates").is_dir()}
    return {**found, "new": HOUSE / "core" / "renown" / "cli" / "templates"}


def beyond(plugin: str) -> set[str]:
    """What a plugin's templates use of the core and are not offered."""
    found: set[str] = set()
    for file in plugins()[plugin].rglob("*.html*"):
        found |= set(_beyond(file.read_text()))
    return found


def _beyond(source: str) -> Iterator[str]:
    tree, offered = environment().parse(source), {f"ui.{name}" for name in MACROS}
    used = {f"ui.{one.attr}" for one in tree.find_all(nodes.Getattr) if _is(one.node, "ui")}
    yield from used - offered
    ours = {one.name for one in tree.find_all(nodes.Filter)} - set(DEFAULT_FILTERS)
    yield from (f"filter {name}" for name in ours - set(FILTERS))
    called = {one.node.name for one in tree.find_all(nodes.Call) if isinstance(one.node, nodes.Name)}
    yield from (f"global {name}" for name in called & _globals() - set(GLOBALS))
    bases = {one.template.value for one in tree.find_all(nodes.Extends) if isinstance(one.template, nodes.Const)}
    yield from (f"template {name}" for name in bases & _core() - set(BLOCKS))


def _is(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name


def _globals() -> set[str]:
    """Of all of the core's templates."""
    found: set[str] = set()
    for file in TEMPLATES.parent.rglob("*.py"):
        source = file.read_text()
        found |= set(re.findall(r"globals\[\"(\w+)\"\]", source))
        found |= set(re.findall(r"app_template_global\(\)\ndef (\w+)", source))
        for update in re.findall(r"globals\.update\((.*?)\)\n", source, re.S):
            found |= set(re.findall(r"(\w+)=", update))
    return found


def _core() -> set[str]:
    return {file.relative_to(TEMPLATES).as_posix() for file in TEMPLATES.rglob("*.html")}


@cache
def environment() -> Environment:
    """With what the core offers, and no site."""
    app = Flask("looks")
    for part in (assets, formats, words):
        part.init(app)
    app.register_blueprint(brand.pages)
    return app.jinja_env


def filters() -> Mapping[str, Callable[..., Any]]:
    return {name: environment().filters[name] for name in FILTERS}


def functions() -> Mapping[str, Callable[..., Any]]:
    return {name: environment().globals[name] for name in GLOBALS}


def said_of(name: str) -> str:
    """The comment above a macro, in one line; empty where there is none."""
    found = re.match(r"\{#(.*?)#\}", _source(name), re.S)
    return " ".join(found[1].split()) if found else ""


def taken(name: str) -> Callable[..., Any]:
    """Something with the macro's signature: `**attributes` where it hands on what else it is given."""
    macro, kinds = _macro(name), inspect.Parameter
    missing = len(macro.args) - len(macro.defaults)
    defaults = [kinds.empty] * missing + [one.as_const() for one in macro.defaults]
    parameters = [
        kinds(one.name, kinds.POSITIONAL_OR_KEYWORD, default=default)
        for one, default in zip(macro.args, defaults, strict=True)
    ]
    if _uses(macro, "kwargs"):
        parameters.append(kinds("attributes", kinds.VAR_KEYWORD))

    def stub() -> None: ...

    vars(stub)["__signature__"] = inspect.Signature(parameters)
    return stub


def _macro(name: str) -> nodes.Macro:
    return next(one for one in environment().parse(_source(name)).find_all(nodes.Macro) if one.name == name)


def _source(name: str) -> str:
    return (TEMPLATES / "components" / f"{name}.html").read_text()


def _uses(macro: nodes.Macro, word: str) -> bool:
    return any(one.name == word for one in macro.find_all(nodes.Name))


def _spelled(name: str) -> str:
    return f"{_of(taken(name))}{'  {# may have a body #}' if _uses(_macro(name), 'caller') else ''}"


def _of(work: Callable[..., Any]) -> str:
    found = inspect.signature(work)
    bare = [one.replace(annotation=one.empty) for one in found.parameters.values()]
    return str(found.replace(parameters=bare, return_annotation=found.empty))


def _rest(work: Callable[..., Any]) -> str:
    """What a filter takes beside what stands before its bar."""
    rest = list(inspect.signature(work).parameters)[1:]
    return f"({', '.join(rest)})" if rest else ""


def _said(work: Callable[..., Any]) -> str:
    return " ".join((inspect.getdoc(work) or "").split())


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    rule = tuple("---" for _ in head)
    return "\n".join([f"| {' | '.join(row)} |" for row in (head, rule)] + [_row(row) for row in rows] + [""])


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(re.sub(r'`[^`]*`', _barred, cell) for cell in cells)} |"


def _barred(found: re.Match[str]) -> str:
    """What stands in a cell of a table has its bars marked."""
    return found[0].replace("|", "\\|")
