"""Who reads what, and what becomes of it when people are hidden, merged, split or erased."""

from __future__ import annotations

import json

import pytest
from conftest import WHY, Office, post
from renown.api import Viewer
from sqlalchemy import text

from renown_kudos.giving import Refused


def test_private_ones_are_for_the_two_of_them(office: Office) -> None:
    office.give(office.ana, office.bea, "between the two of us", private=True)
    boss = office.kit.person("Boss", "administrator")
    for show in ("everyone", "to-you", "from-you"):
        assert office.seen(office.cem, show) == []
        assert office.seen(boss, show) == []
    assert office.seen(office.bea, "to-you") == office.seen(office.ana, "from-you") == ["between the two of us"]
    for viewer in (office.cem, boss):
        for path in ("/kudos", f"/people/{office.kit.handle(office.bea)}", "/api/v1/kudos"):
            assert "between the two" not in office.page(viewer, path)
        panels = office.kit.panels("kudos", "person", office.bea, Viewer(viewer, "member"))
        assert all("between the two" not in one.html for one in panels)


def test_a_public_one_is_read_by_colleagues_and_escaped(office: Office) -> None:
    office.give(office.ana, office.bea, "for <b>the</b> pump")
    assert "for &lt;b&gt;the&lt;/b&gt; pump" in office.page(office.cem)
    [panel] = office.kit.panels("kudos", "person", office.bea, Viewer(office.cem, "member"))
    assert "Ana</bdi>: <bdi>for &lt;b&gt;the&lt;/b&gt; pump" in panel.html
    assert "Thank <bdi>Bea" in panel.html


def test_home_says_what_one_was_thanked_for_and_may_still_give(office: Office) -> None:
    office.give(office.ana, office.bea, private=True)
    [panel] = office.kit.panels("kudos", "home", None, Viewer(office.bea, "member"))
    assert WHY in panel.html
    assert "10 more colleagues</a> until 1 June" in panel.html
    [panel] = office.kit.panels("kudos", "home", None, Viewer(office.ana, "member"))
    assert "9 more colleagues" in panel.html
    assert office.kit.panels("kudos", "home", None, Viewer(office.kit.customer("Cleo"), "customer")) == []


def test_what_is_said_can_be_taken_down_at_any_time(office: Office) -> None:
    """By whoever it is said of, and by a moderator where everybody reads it. The allowance does not come back."""
    keys = [office.give(office.ana, office.bea, private=private) for private in (False, True, False)]
    office.clock.move(minutes=16)
    mod = office.kit.person("Mod", "moderator")
    assert not office.take_down(office.cem, keys[0])
    assert not office.take_down(mod, keys[1], "moderator"), "nobody else's business"
    assert (office.take_down(office.bea, keys[1]), office.take_down(mod, keys[0], "moderator")) == (True, True)
    assert office.take_down(office.bea, keys[0]), "twice is once"
    assert (office.amount(office.bea), office.left(office.ana)) == (1, 7)
    assert len(office.seen(office.bea, "to-you")) == len(office.seen(office.ana, "from-you")) == 1
    with office.kit.context("kudos") as ctx:
        audited = text("SELECT action, actor_id FROM core_audit WHERE action = 'kudos.taken-down'")
        acts = ctx.session.execute(audited).all()
        said = str(ctx.session.execute(text("SELECT reason FROM kudos_thanks")).all())
        down = text("SELECT person_id, title FROM core_notification WHERE kind = 'kudos.down' ORDER BY person_id")
        told = [tuple(row) for row in ctx.session.execute(down)]
    assert told == [
        (office.ana, "A moderator took down thanks that you gave"),
        (office.bea, "A moderator took down thanks that you were given"),
    ], "what the other takes down is between the two"
    assert acts == [("kudos.taken-down", mod)]
    assert said.count(WHY) == 1


def hide(office: Office, person: int) -> None:
    """As they choose on their own page."""
    browser = office.browser(person)
    assert post(browser, "/me/privacy", "/me/privacy", {"shown": "no"}).status_code == 302


def test_who_hides_is_not_named_to_others(office: Office) -> None:
    office.give(office.ana, office.bea, "for the first thing")
    office.give(office.bea, office.cem, "for the second thing")
    hide(office, office.bea)
    dora = office.kit.person("Dora", "member")
    assert office.seen(dora) == []
    assert office.seen(office.ana) == ["for the first thing"]
    assert office.seen(office.bea) == ["for the second thing", "for the first thing"]
    assert "Bea" in office.page(office.ana, "/kudos?show=from-you"), "who gave knows to whom"
    with pytest.raises(Refused, match="No colleague has this name"):
        office.give(office.ana, office.bea)


def test_who_is_hidden_from_a_person_stays_so_in_what_others_say_of_them(office: Office) -> None:
    """Ana knows Bea's name from her own thanks; what Cem said to Bea is still not hers to read."""
    office.give(office.ana, office.bea, "for the first thing")
    office.give(office.cem, office.bea, "for the second thing")
    hide(office, office.bea)
    assert office.seen(office.ana) == ["for the first thing"]


@pytest.mark.parametrize("preset", ["teams-only", "own-only"])
def test_where_nobody_is_shown_by_name_nobody_is_thanked(office: Office, preset: str) -> None:
    office.give(office.ana, office.bea)
    boss = office.browser(office.kit.person("Boss", "administrator"))
    assert post(boss, "/admin/privacy", "/admin/privacy", {"preset": preset, "depth": "25"}).status_code == 302
    assert "Nobody can be thanked here now" in office.page(office.cem)
    assert (office.seen(office.cem), office.seen(office.bea, "to-you")) == ([], [WHY])
    [panel] = office.kit.panels("kudos", "home", None, Viewer(office.cem, "member"))
    assert "You can thank" not in panel.html
    with pytest.raises(Refused, match="No colleague"):
        office.give(office.cem, office.bea)


def test_a_merge_brings_them_together_and_a_split_gives_them_back(office: Office) -> None:
    office.give(office.ana, office.bea, "for the first thing")
    office.give(office.cem, office.ana, "for the second thing")
    merge = office.kit.merge(office.cem, office.bea)
    assert office.amount(office.cem) == 1
    assert office.seen(office.cem, "to-you") == ["for the first thing"]
    assert office.left(office.cem) == 9
    office.kit.split(merge)
    assert (office.amount(office.bea), office.amount(office.cem)) == (1, 0)
    assert office.seen(office.bea, "to-you") == ["for the first thing"]
    assert (office.seen(office.cem, "to-you"), office.seen(office.cem, "from-you")) == ([], ["for the second thing"])


def test_who_was_merged_into_one_who_was_merged_has_it_back_too(office: Office) -> None:
    office.give(office.ana, office.bea, "for the first thing")
    dora = office.kit.person("Dora")
    inner, outer = office.kit.merge(office.cem, office.bea), office.kit.merge(dora, office.cem)
    assert office.amount(dora) == 1
    assert office.seen(dora, "to-you") == ["for the first thing"]
    office.kit.split(inner)
    assert (office.amount(office.bea), office.amount(dora)) == (1, 0)
    assert office.seen(office.bea, "to-you") == ["for the first thing"]
    office.kit.split(outer)
    assert office.amount(dora) == 0
    assert (office.seen(dora, "to-you"), office.seen(office.cem, "to-you")) == ([], [])


def test_thanks_between_two_who_are_one_give_nothing(office: Office) -> None:
    office.give(office.ana, office.bea)
    merge = office.kit.merge(office.ana, office.bea)
    assert office.amount(office.ana) == 0
    assert office.seen(office.cem) == office.seen(office.ana, "to-you") == []
    assert "thank-you" not in office.page(office.cem, f"/people/{office.kit.handle(office.ana)}/why/kudos.received")
    office.kit.split(merge)
    assert office.amount(office.bea) == 1
    assert office.seen(office.cem) == [WHY]


def test_erased_the_words_go_and_the_others_keep_their_points(office: Office) -> None:
    dora = office.kit.person("Dora Lind")
    office.give(dora, office.bea, "for the first thing")
    office.give(office.bea, dora, "for the second thing")
    office.kit.erase(dora)
    assert office.amount(office.bea) == 1
    assert office.seen(office.bea) == ["", ""]
    assert office.seen(office.cem) == []
    with office.kit.context("kudos") as ctx:
        for table in ("kudos_thanks", "core_notification"):
            said = str(ctx.session.execute(text(f"SELECT * FROM {table}")).all())
            assert "thing" not in said
            assert "Dora" not in said


def test_an_export_has_the_words_of_private_ones_for_oneself_alone(office: Office) -> None:
    office.give(office.ana, office.bea, "between the two of us", private=True)
    office.give(office.cem, office.bea, "before everybody here")
    boss = office.kit.person("Boss", "administrator")

    def export(viewer: Viewer) -> str:
        return json.dumps(office.kit.call("kudos", "export_person", person_id=office.bea, viewer=viewer))

    assert "between the two of us" in export(Viewer(office.bea, "member"))
    assert "before everybody here" in export(Viewer(boss, "administrator"))
    assert "between the two of us" not in export(Viewer(boss, "administrator"))
