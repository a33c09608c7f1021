"""Texts: of a plugin that names a `locale` in its manifest, all that its templates say can be translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale, UnknownLocaleError
from babel.messages.pofile import PoFileError, read_po
from jinja2 import Environment, TemplateSyntaxError, nodes

from renown.hooks.manifest import Plugin
from renown.hooks.states import Installed
from renown.testing.conformance.base import Base

_TAGS = re.compile(r"<!--.*?-->|<(style|script)\b.*?</\1>|<[^<>]*>|&\w+;", re.DOTALL)
_SAID = re.compile(r"""\b(?:title|alt|placeholder|aria-label)\s*=\s*"([^"]*)\"""")
_BUTTON = re.compile(r"""<input\b(?=[^<>]*\btype\s*=\s*["']?(?:submit|button|reset))[^<>]*\bvalue\s*=\s*"([^"]*)\"""")
_PLACE = re.compile(r"%\(\w+\)[-+ #0-9.]*[a-zA-Z]|%[sdrfi]|\{[^{}]*\}")


class Texts(Base):
    def test_what_its_templates_say_can_be_translated(self, installed: Installed, manifest: Plugin) -> None:
        self._need_locale(manifest)
        assert installed.folder is not None
        wrong = [
            f"{path.relative_to(installed.folder)}: {text!r}"
            for path in sorted((installed.folder / "templates").rglob("*.html"))
            for text in untranslatable(path.read_text(encoding="utf-8"))
        ]
        assert not wrong, f"{'; '.join(wrong)}: write it as {{{{ _('…') }}}} or {{% trans %}}…{{% endtrans %}}"

    def test_its_translations_can_be_read(self, installed: Installed, manifest: Plugin) -> None:
        self._need_locale(manifest)
        assert installed.folder is not None
        assert manifest.locale is not None
        folder = installed.folder / manifest.locale
        assert folder.is_dir(), (
            f"locale: there is no folder {manifest.locale!r} in {installed.folder}; make it, or leave it out"
        )
        found = sorted(folder.glob("*/LC_MESSAGES/*.po"))
        assert found, f"locale: {manifest.locale} holds no <language>/LC_MESSAGES/{self.plugin}.po: add one"
        for path in found:
            self._check(path)

    def _need_locale(self, manifest: Plugin) -> None:
        if manifest.locale is None:
            pytest.skip("it names no `locale`, so it speaks one language, and what it says is not looked at")

    def _check(self, path: Path) -> None:
        language = path.parts[-3]
        try:
            Locale.parse(language)
            with path.open("rb") as file:
                catalogue = read_po(file, abort_invalid=True)
        except (UnknownLocaleError, ValueError, PoFileError) as error:
            pytest.fail(f"{path}: {error}: mend the file, or name its folder as a language is, like pt_BR")
        for message in catalogue:
            said, meant = str(message.string or ""), str(message.id or "")
            if message.id and said and not message.pluralizable:
                same = set(_PLACE.findall(said)) == set(_PLACE.findall(meant))
                assert same, f"{path}: {said!r} has other places than {meant!r}: keep what stands in %(…)s and {{…}}"


def untranslatable(template: str) -> Iterator[str]:
    """What it says outside of gettext, by words; in titles and labels, too."""
    try:
        tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(template)
    except TemplateSyntaxError as error:
        yield f"line {error.lineno}: {error.message}"
        return
    # What {% trans %} holds is a call by now; what is left as data stands outside of one.
    markup = "".join(
        one.data if isinstance(one, nodes.TemplateData) else _constants(one)
        for node in tree.find_all(nodes.Output)
        for one in node.nodes
    )
    for text in (*_SAID.findall(markup), *_BUTTON.findall(markup), *_TAGS.split(markup)):
        words = " ".join((text or "").split())
        if re.search(r"[^\W\d_]{2}", words) and words not in ("style", "script"):
            yield words


def _constants(node: nodes.Expr) -> str:
    """The texts that an expression may give as they are: not those that it hands to something."""
    if isinstance(node, nodes.Const):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, nodes.CondExpr):
        return " ".join(_constants(one) for one in (node.expr1, node.expr2) if one is not None)
    if isinstance(node, nodes.Concat):
        return "".join(map(_constants, node.nodes))
    return ""
