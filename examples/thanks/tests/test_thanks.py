from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from renown_thanks import service
from renown_thanks.models import Card
from sqlalchemy import select

from renown.testing import Conformance, Kit


class TestConformance(Conformance):
    plugin = "thanks"

    def fill(self, kit: Kit, people: Sequence[int]) -> None:
        for giver, receiver in pairwise(people):
            give(kit, giver, receiver, f"by @{kit.handle(giver)} for @{kit.handle(receiver)}")


@pytest.fixture
def kit(renown_kit: Kit) -> Kit:
    renown_kit.enable("thanks")
    return renown_kit


def give(kit: Kit, giver: int, receiver: int, text: str = "for the cake") -> str:
    with kit.context("thanks") as ctx:
        return service.give(ctx, giver, receiver, text).event


def test_thanks_give_points_up_to_the_daily_limit(kit: Kit) -> None:
    ana, others = kit.person("Ana"), [kit.person(f"Bea{n}") for n in range(7)]
    for other in others:
        give(kit, other, ana)
    kit.settle()
    assert kit.amount(ana, "thanks.received") == 5
    assert kit.amount(others[0], "thanks.received") == 0


def test_nobody_thanks_more_often_than_the_settings_allow(kit: Kit) -> None:
    ana, bea = kit.person("Ana"), kit.person("Bea")
    for _ in range(3):
        give(kit, ana, bea)
    with pytest.raises(service.TooMany):
        give(kit, ana, bea)
    with pytest.raises(ValueError, match="somebody else"):
        give(kit, bea, bea)
    kit.settle()
    assert kit.amount(bea, "thanks.received") == 3


def test_a_thank_you_that_fails_leaves_neither_card_nor_event(kit: Kit) -> None:
    ana, bea = kit.person("Ana"), kit.person("Bea")
    keys = []

    def fail() -> None:
        with kit.context("thanks") as ctx:
            keys.append(service.give(ctx, ana, bea, "never").event)
            raise RuntimeError("the request ends here")

    with pytest.raises(RuntimeError):
        fail()
    with kit.context("thanks") as ctx:
        assert ctx.session.scalars(select(Card)).all() == []
        assert ctx.events.position(keys[0]) is None


def test_the_panel_shows_what_was_said_and_escapes_it(kit: Kit) -> None:
    ana, bea = kit.person("Ana"), kit.person("Bea")
    give(kit, ana, bea, "<b>the cake</b>")
    [panel] = kit.panels("thanks", "person", bea)
    assert "Ana</bdi>: &lt;b&gt;the cake&lt;/b&gt;" in panel.html
    assert kit.panels("thanks", "person", ana) == []


def test_the_page_is_there_while_the_plugin_is_on(kit: Kit) -> None:
    ana = kit.person("Ana", "member")
    browser = kit.client(ana)
    assert browser.get("/thanks").status_code == 200
    assert kit.client().get("/thanks").status_code == 302
    kit.disable("thanks")
    assert browser.get("/thanks").status_code == 404


def test_cards_follow_a_merge_and_lose_their_text_with_the_person(kit: Kit) -> None:
    ana, bea, cem = kit.person("Ana"), kit.person("Bea"), kit.person("Cem")
    give(kit, ana, bea)
    kit.call("thanks", "person_merged", kept=cem, gone=bea)
    kit.call("thanks", "person_erased", person_id=cem)
    with kit.context("thanks") as ctx:
        [card] = service.received(ctx, cem)
        assert card.text == ""
