"""Single keys: what they do is on a page, and they can be switched off."""

from __future__ import annotations

from tests.web.conftest import Site
from tests.web.test_signin import send


def test_keys_are_listed_as_far_as_they_lead_somewhere_and_linked_from_every_page(site: Site) -> None:
    member = site.as_("member")
    assert 'href="/me/keyboard">Keyboard help' in member.get("/me/privacy").get_data(as_text=True)
    page = member.get("/me/keyboard").get_data(as_text=True)
    assert "Go to Boards" in page
    assert "Go to Admin" not in page
    assert "Go to Admin" in site.as_("administrator").get("/me/keyboard").get_data(as_text=True)
    assert 'id="keys"' not in site.as_("nobody").get("/login").get_data(as_text=True)


def test_single_keys_are_switched_off_and_on_for_this_browser(site: Site) -> None:
    member = site.as_("member")
    for chosen, there in (("off", False), ("on", True)):
        answer = send(member, "/me/keyboard", "/me/keyboard", keys=chosen)
        assert answer.headers["Location"] == "/me/keyboard"
        page = member.get("/me/privacy").get_data(as_text=True)
        assert ('<dialog id="keys"' in page, 'data-keys="off"' in page) == (there, not there)
