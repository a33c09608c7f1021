"""Templates may mark what is to be translated."""

from __future__ import annotations

from flask import render_template_string

from renown.testing import Kit


def test_what_is_marked_for_translation_is_said_as_it_is(renown_kit: Kit) -> None:
    page = "{% trans name=who %}For {{ name }}{% endtrans %}: {{ _('%(count)s notes', count=2) }}"
    with renown_kit.client().application.app_context():
        assert render_template_string(page, who="<Ana>") == "For &lt;Ana&gt;: 2 notes"
