"""The way to sign in: code with PKCE, where the verifier never leaves this site."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from renown.api import SECOND, Account, Admits, IdentityProvider, PluginContext
from renown_oidc import claims
from renown_oidc.metadata import MOST, Endpoints, Provider, Unbelievable, fetched


class OpenId(IdentityProvider):
    """The provider that the settings name, if they name one. `ctx` is the plugin's own, for as long as it is loaded."""

    name = "oidc"

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx
        self._provider = Provider("")

    @property
    def title(self) -> str:
        said = self._settings(self._ctx)
        return str(said["title"]) if said["issuer"] and said["client_id"] else ""

    @property
    def admits(self) -> Admits:
        return "customers" if self._settings(self._ctx)["admits"] == "customers" else "known"

    def start(self, callback: str, state: str, nonce: str, ctx: PluginContext) -> str:
        """Where to send the browser. Raises Unbelievable, and what `ctx.http` raises."""
        said = self._settings(ctx)
        where = self._known(said["issuer"]).endpoints(ctx).authorize
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self._verifier(ctx, nonce).encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": said["client_id"],
            "redirect_uri": callback,
            "scope": said["scopes"],
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def finish(self, query: Mapping[str, str], callback: str, nonce: str, ctx: PluginContext) -> Account:
        """Raises Unbelievable, and what `ctx.http` raises."""
        if "error" in query:
            raise Unbelievable(f"the provider says {query['error'][:100]!r}")
        said = self._settings(ctx)
        provider = self._known(said["issuer"])
        endpoints = provider.endpoints(ctx)
        named = query.get("iss")
        if named != endpoints.issuer and (named is not None or endpoints.names_itself):
            raise Unbelievable("iss: another provider sent this answer")
        answer = self._redeem(ctx, said, endpoints, query.get("code", ""), callback, nonce)
        told = claims.read(
            answer.get("id_token"), partial(provider.keys, ctx), issuer=endpoints.issuer, client=said["client_id"],
            nonce=nonce, now=ctx.clock.now() / SECOND,
        )  # fmt: skip
        if "email" not in told and endpoints.userinfo:
            told = _more(ctx, endpoints, answer.get("access_token"), told)
        return _account(told)

    def _redeem(
        self, ctx: PluginContext, said: Mapping[str, Any], endpoints: Endpoints, code: str, callback: str, nonce: str
    ) -> dict[str, Any]:
        """What the provider gives for the code, which it takes once and from us alone."""
        if not code:
            raise Unbelievable("code: is missing")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "code_verifier": self._verifier(ctx, nonce),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        client, secret = said["client_id"], said["client_secret"]
        if secret and endpoints.basic:
            pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form |= {"client_id": client} | ({"client_secret": secret} if secret else {})
        return fetched(ctx.http.request("POST", endpoints.token, urlencode(form).encode(), headers, most=MOST))

    def _verifier(self, ctx: PluginContext, nonce: str) -> str:
        """Follows from the nonce, which only the browser's session and the provider know, and from our own key."""
        return ctx.sign.derive("pkce", nonce)

    def _settings(self, ctx: PluginContext) -> dict[str, Any]:
        with ctx.reading() as inner:
            return dict(inner.settings)

    def _known(self, issuer: str) -> Provider:
        known = self._provider
        if known.issuer != issuer:
            self._provider = known = Provider(issuer)
        return known


def _more(ctx: PluginContext, endpoints: Endpoints, access: object, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider tells of the same person beside the token."""
    if not isinstance(access, str) or not access.isascii() or not access.isprintable():
        raise Unbelievable("access_token: is missing")
    headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
    said = fetched(ctx.http.request("GET", endpoints.userinfo, headers=headers, most=MOST))
    if said.get("sub") != told["sub"]:
        raise Unbelievable("userinfo: of somebody else")
    return said | {"iss": told["iss"]}


def _account(told: Mapping[str, Any]) -> Account:
    email, name, verified = told.get("email"), told.get("name"), told.get("email_verified")
    return Account(
        subject=told["sub"],
        email=email if isinstance(email, str) else "",
        # Some providers write it as a text; anything else than true is no proof, and 1 is not true.
        email_verified=verified is True or verified == "true",
        name=name if isinstance(name, str) else "",
        issuer=told["iss"],
    )
