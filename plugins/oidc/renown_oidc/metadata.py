"""What a provider says of itself, and the keys it signs with: kept for an hour, keys asked for once more at need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from renown.api import SECOND, BadPayload, PluginContext, Response, parse_json
from renown_oidc.schemas import usable

Key = RSAKey | ECKey | OKPKey

#: Microseconds.
KEPT = 3600 * SECOND
#: Bytes of an answer.
MOST = 1 << 20
_KINDS: dict[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}


class Unbelievable(ValueError):
    """The provider, or what came back from it, is not to be believed. The text is for administrators."""


@dataclass(frozen=True)
class Endpoints:
    """Addresses of a provider. `userinfo` may be empty; `basic` is whether it takes the secret in a header."""

    issuer: str
    authorize: str
    token: str
    keys: str
    userinfo: str
    basic: bool
    #: Whether it names itself when it sends somebody back, so that nobody else can do so in its place.
    names_itself: bool


class Provider:
    """One provider, as this process knows it. Threads that ask at once may each fetch: none waits for another."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._endpoints: tuple[int, Endpoints] | None = None
        self._keys: tuple[int, tuple[tuple[str, Key], ...]] | None = None

    def endpoints(self, ctx: PluginContext) -> Endpoints:
        """Raises Unbelievable, and what `ctx.http` raises."""
        now, kept = ctx.clock.now(), self._endpoints
        if kept is None or not 0 <= now - kept[0] < KEPT:
            self._endpoints = kept = now, self._discover(ctx)
        return kept[1]

    def keys(self, ctx: PluginContext, name: str | None, kind: str) -> list[Key]:
        """Those that may have signed, by key id (None: the token names none) and type; asked for anew at most once."""
        address = self.endpoints(ctx).keys
        now, kept, fresh = ctx.clock.now(), self._keys, False
        if kept is None or not 0 <= now - kept[0] < KEPT:
            self._keys = kept = now, _load(ctx, address)
            fresh = True
        found = _chosen(kept[1], name, kind)
        if not found and not fresh:
            # It changes its keys when it likes.
            self._keys = kept = now, _load(ctx, address)
            found = _chosen(kept[1], name, kind)
        return found

    def _discover(self, ctx: PluginContext) -> Endpoints:
        said = fetched(
            ctx.http.request("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", most=MOST)
        )
        if said.get("issuer") != self.issuer:
            raise Unbelievable(f"issuer: it calls itself {str(said.get('issuer'))[:200]!r}")
        ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Endpoints(
            issuer=self.issuer,
            authorize=_address(said, "authorization_endpoint"),
            token=_address(said, "token_endpoint"),
            keys=_address(said, "jwks_uri"),
            userinfo=_address(said, "userinfo_endpoint") if said.get("userinfo_endpoint") else "",
            basic="client_secret_basic" in ways,
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        )


def fetched(answer: Response) -> dict[str, Any]:
    """An answer's JSON object. Raises Unbelievable, which does not tell what stands in it."""
    if answer.status != 200:
        raise Unbelievable(f"the provider answers {answer.status}")
    try:
        said = parse_json(answer.body)
    except BadPayload:
        raise Unbelievable("the provider's answer is no JSON") from None
    if not isinstance(said, dict):
        raise Unbelievable("the provider's answer is no object")
    return said


def _address(said: dict[str, Any], name: str) -> str:
    found = said.get(name)
    # An endpoint may have a query; what else makes an address unusable does so here as well.
    if not isinstance(found, str) or not usable(found.partition("?")[0]):
        raise Unbelievable(f"{name}: is no https address")
    return found


def _load(ctx: PluginContext, address: str) -> tuple[tuple[str, Key], ...]:
    """Public keys for signatures, with their ids; those of unknown kinds are passed over."""
    listed = fetched(ctx.http.request("GET", address, most=MOST)).get("keys")
    found: list[tuple[str, Key]] = []
    for one in listed if isinstance(listed, list) else []:
        # A shared secret ("oct") has no place here: whoever reads it could sign.
        if not isinstance(one, dict) or one.get("use", "sig") != "sig" or one.get("kty") not in _KINDS:
            continue
        try:
            key = _KINDS[one["kty"]].import_key(one)
        except (JoseError, ValueError, TypeError):
            continue
        found.append((str(one.get("kid", "")), key))
    return tuple(found)


def _chosen(keys: tuple[tuple[str, Key], ...], name: str | None, kind: str) -> list[Key]:
    return [key for kid, key in keys if (name is None or kid == name) and key.key_type == kind]
