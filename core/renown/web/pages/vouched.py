"""Signing in by way of a plugin's identity provider. Local sign-in stays beside it, so that nobody is locked out."""

from __future__ import annotations

import hmac
import secrets

import structlog
from flask import Blueprint, abort, redirect, render_template, request, session, url_for

from renown.access import vouched
from renown.access.routes import public
from renown.access.signin import SignInRefused
from renown.context.request import local
from renown.hooks.types import Account, Admits, IdentityProvider
from renown.web.house import house
from renown.web.pages.signin import Page, welcome

pages = Blueprint("signin_vouched", __name__, url_prefix="/login/with")

log = structlog.get_logger("renown.web")
_KEY = "vouched"


@pages.get("/<name>")
@public
def start(name: str) -> Page:
    """A link, not a form: a redirect after a form would run against `form-action`."""
    plugin, provider = _provider(name)
    state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    session[_KEY] = {"name": name, "state": state, "nonce": nonce, "next": local(request.args.get("next", "/"))}
    try:
        return redirect(provider.start(_callback(name), state, nonce, house().contexts.of(plugin)))
    except Exception as error:
        return _failed(provider, error)


@pages.get("/<name>/back")
@public
def back(name: str) -> Page:
    plugin, provider = _provider(name)
    begun = session.pop(_KEY, None)
    given = request.args.get("state", "")
    if begun is None or begun["name"] != name or not hmac.compare_digest(begun["state"].encode(), given.encode()):
        return _refused("This sign-in was not begun here, or is over. Begin again.")
    try:
        account = provider.finish(request.args.to_dict(), _callback(name), begun["nonce"], house().contexts.of(plugin))
        if not isinstance(account, Account):
            raise TypeError(f"returned {type(account).__name__}, not Account")
        admits: Admits = getattr(provider, "admits", "known")
        found = house().db.retrying(lambda conn: vouched.sign_in(conn, account, plugin, name, admits))
    except SignInRefused as error:
        return _refused(str(error))
    except Exception as error:
        return _failed(provider, error)
    return welcome(found, begun["next"])


@pages.app_template_global()
def identity_providers() -> list[tuple[str, str]]:
    """Name and title of each that is set up, for the page of sign-in."""
    found = ((name, _title(provider)) for name, (_, provider) in house().loaded.identity_providers().items())
    return [(name, title) for name, title in found if title]


def _provider(name: str) -> tuple[str, IdentityProvider]:
    found = house().loaded.identity_providers().get(name)
    return found if found is not None and _title(found[1]) else abort(404)


def _title(provider: IdentityProvider) -> str:
    """What stands on its button; nothing where it is not set up, or cannot say."""
    try:
        return provider.title
    except Exception as error:
        log.warning("identity provider failed", provider=provider.name, error=f"{type(error).__name__}: {error}")
        return ""


def _callback(name: str) -> str:
    base = house().settings.url
    path = url_for("signin_vouched.back", name=name)
    return f"{base}{path}" if base else url_for("signin_vouched.back", name=name, _external=True)


def _failed(provider: IdentityProvider, error: Exception) -> tuple[str, int]:
    log.warning("identity provider failed", provider=provider.name, error=f"{type(error).__name__}: {error}")
    return _refused(f"{provider.title} did not say who you are. Begin again, or sign in with your password.")


def _refused(text: str) -> tuple[str, int]:
    return render_template("signin/login.html", email="", error=text, first=False), 422
