"""Nothing of Renown but `renown.api`: what is not there may change with any release."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import renown.api
from renown.hooks.states import Installed
from renown.testing.conformance.base import Base, installed_plugins

_IMPORTERS = frozenset({"import_module", "__import__", "find_spec", "resolve_name", "run_module", "import_string"})
_DOTTED = re.compile(r"renown(\.\w+)+", re.ASCII)
HERE = Path(renown.api.__file__).parent


class Imports(Base):
    def test_it_imports_nothing_of_renown_but_the_api(self, installed: Installed) -> None:
        assert installed.folder is not None, f"{self.plugin} is no module in a folder, so it cannot be looked through"
        own = package_of(installed)
        others = {package_of(one) for one in installed_plugins().installed if one.module is not None} - {own}
        wrong = [
            f"{path}:{line} uses {name}"
            for path in sorted(one.relative_to(installed.folder) for one in installed.folder.rglob("*.py"))
            for line, name in names_used(
                ast.parse((installed.folder / path).read_text(encoding="utf-8")), ".".join((own, *path.parent.parts))
            )
            if not _is_allowed(name, path, own, others)
        ]
        assert not wrong, (
            f"{'; '.join(wrong)}: take it from renown.api, where it is if it is meant for plugins; plugins meet "
            "through events and measures alone, and `renown.testing` is for tests"
        )


def package_of(one: Installed) -> str:
    """The package of the module behind a plugin's entry point. One distribution may hold several."""
    assert one.module is not None
    name = str(one.module.__name__)
    return name if hasattr(one.module, "__path__") else name.rpartition(".")[0] or name


def _is_allowed(name: str, path: Path, own: str, others: set[str]) -> bool:
    """`path` is that of the file in its package."""
    parts = name.split(".")
    if parts[:2] == ["renown", "api"]:
        return len(parts) == 2 or parts[2] in renown.api.__all__
    if parts[:2] == ["renown", "testing"]:
        return "tests" in path.parts or path.name.startswith(("test_", "conftest"))
    if parts[0] in ("renown", "renown_migrations"):
        return False
    # A plugin may be inside another's package, or the other in its own.
    around = {".".join(parts[:length]) for length in range(1, len(parts) + 1)} & {own, *others}
    return not around or max(around, key=len) == own


def names_used(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Lines, and the dotted names imported there: by statements, by strings, by attributes of `renown` itself.

    A text anywhere that is the name of a module of Renown counts as well. `package` is the one that the file is in.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names if alias.name != "*")
            if any(alias.name == "*" for alias in node.names):
                yield node.lineno, module
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "renown":
            yield node.lineno, f"renown.{node.attr}"
        elif isinstance(node, ast.Call) and _called(node.func) in _IMPORTERS:
            yield from ((node.lineno, text.replace(":", ".")) for text in _texts(node.args))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_module(node.value):
            yield node.lineno, node.value


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    above = package.split(".")
    return ".".join(filter(None, (*above[: len(above) - node.level + 1], node.module)))


def _is_module(text: str) -> bool:
    """Whether this text names a module inside of Renown that is there, whatever is done with it."""
    if not _DOTTED.fullmatch(text):
        return False
    place = HERE.joinpath(*text.split(".")[1:])
    return place.is_dir() or place.with_suffix(".py").is_file()


def _called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _texts(nodes: list[ast.expr]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
