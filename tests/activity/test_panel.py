"""The box on a person's page."""

from __future__ import annotations

import html
import re

import pytest

from renown.api import Viewer
from renown.testing import Kit


@pytest.fixture
def kit(renown_kit: Kit) -> Kit:
    renown_kit.enable("activity")
    return renown_kit


def said(kit: Kit, person: int, viewer: Viewer) -> list[str]:
    boxes = kit.panels("activity", "person", person, viewer)
    return [html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", box.html))).strip() for box in boxes]


def test_it_tells_what_the_last_days_are_made_of_and_what_limits_took(kit: Kit) -> None:
    ana, ben = kit.person("Ana"), kit.person("Ben")
    for _ in range(7):
        kit.act(ben, "react", owner=ana)
    kit.act(ana, "create", words=30)
    kit.settle()
    colleague = Viewer(ben, "member")
    assert said(kit, ana, colleague) == [
        "Points of the last 30 days by rule Reactions received 9 Messages 1 5 points were not counted: limits reached."
    ]
    assert said(kit, ben, colleague) == []
    assert said(kit, ana, Viewer(None, "nobody")) == []
