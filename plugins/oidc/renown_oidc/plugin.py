"""Signing in by OpenID Connect: with Entra ID, Google, Keycloak, Okta and others."""

from __future__ import annotations

from collections.abc import Iterable

from renown.api import Health, IdentityProvider, Plugin, PluginContext, hookimpl
from renown_oidc.provider import OpenId
from renown_oidc.schemas import Settings

plugin = Plugin(
    name="oidc",
    title="OpenID Connect",
    summary="Signing in with the organisation's own accounts, or with those that customers have elsewhere.",
    settings=Settings,
)


@hookimpl
def identity_providers(ctx: PluginContext) -> Iterable[IdentityProvider]:
    return [OpenId(ctx)]


@hookimpl
def health(ctx: PluginContext) -> Iterable[Health]:
    """What is written down; whether the provider answers is seen at the next sign-in."""
    said = ctx.settings
    if not said["title"]:
        return []
    missing = [name for name in ("issuer", "client_id") if not said[name]]
    text = f"{', '.join(missing)} not set" if missing else f"signs in with {said['issuer']}"
    return [Health("settings", not missing, text, "complete the settings of the plugin" if missing else "")]
