"""Nothing of Renown but `renown.api`: what is not there may change with any release."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import renown.api
from renown.hooks.states import Installed
from renown.testing.conformance.base import Base, installed_plugins

_IMPORTERS = frozenset({"import_module", "__import__", "find_spec", "resolve_name", "run_module", "import_string"})


class Imports(Base):
    def test_it_imports_nothing_of_renown_but_the_api(self, installed: Installed) -> None:
        assert installed.folder is not None, f"{self.plugin} is no module in a folder, so it cannot be looked through"
        others = {
            str(one.module.__name__).partition(".")[0]
            for one in installed_plugins().installed
            if one.module is not None and one.name != self.plugin
        }
        wrong = [
            f"{path.relative_to(installed.folder)}:{line} uses {name}"
            for path in sorted(installed.folder.rglob("*.py"))
            for line, name in names_used(ast.parse(path.read_text(encoding="utf-8")))
            if not _is_allowed(name, path, others)
        ]
        assert not wrong, (
            f"{'; '.join(wrong)}: take it from renown.api, where it is if it is meant for plugins; plugins meet "
            "through events and measures alone, and `renown.testing` is for tests"
        )


def _is_allowed(name: str, path: Path, others: set[str]) -> bool:
    parts = name.split(".")
    if parts[:2] == ["renown", "api"]:
        return len(parts) == 2 or parts[2] in renown.api.__all__
    if parts[:2] == ["renown", "testing"]:
        return "tests" in path.parts or path.name.startswith(("test_", "conftest"))
    return parts[0] not in ("renown", "renown_migrations", *others)


def names_used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines, and the dotted names imported there: by statements, by strings, by attributes of `renown` itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names if alias.name != "*")
            if any(alias.name == "*" for alias in node.names):
                yield node.lineno, node.module
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "renown":
            yield node.lineno, f"renown.{node.attr}"
        elif isinstance(node, ast.Call) and _called(node.func) in _IMPORTERS:
            yield from ((node.lineno, text.replace(":", ".")) for text in _texts(node.args))
        elif isinstance(node, ast.Subscript) and _called(node.value) == "modules":
            yield from ((node.lineno, text) for text in _texts([node.slice]))


def _called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _texts(nodes: list[ast.expr]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
