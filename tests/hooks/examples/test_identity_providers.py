"""Signing in with the badge that opens the doors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from renown.api import Account, IdentityProvider, Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="badge", title="Badge", summary="Signing in with the badge.")


class Badge(IdentityProvider):
    name = "badge"
    title = "Sign in with the badge"

    def start(self, callback: str, state: str, nonce: str, ctx: PluginContext) -> str:
        return "https://badges.example/?" + urlencode({"back": callback, "state": state})

    def finish(self, query: Mapping[str, str], callback: str, nonce: str, ctx: PluginContext) -> Account:
        who = ctx.sign.read("badge", query.get("who", ""), max_age=60)  # raises ValueError where it is not ours
        return Account(subject=who, email=who, email_verified=True)


@hookimpl
def identity_providers(ctx: PluginContext) -> Iterable[IdentityProvider]:
    return [Badge()]


def test_who_comes_back_with_the_badge_is_signed_in(renown_kit: Kit) -> None:
    renown_kit.enable("badge")
    renown_kit.person("Ana", "member")
    browser = renown_kit.client()
    leads = browser.get("/login/with/badge").location
    assert leads.startswith("https://badges.example/")
    with renown_kit.context("badge") as ctx:
        who = ctx.sign.make("badge", "ana@example.test")
    state = leads.rpartition("state=")[2]
    assert browser.get(f"/login/with/badge/back?state={state}&who={who}").status_code == 302
    assert "Sign out" in browser.get("/").text
