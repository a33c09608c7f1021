"""Puts the parts of the site together, in the order in which requests meet them."""

from __future__ import annotations

import hashlib
import hmac
from importlib.metadata import version

from apiflask import APIFlask
from werkzeug.middleware.proxy_fix import ProxyFix

from renown.web import (
    addresses,
    api,
    assets,
    charts,
    components,
    errors,
    formats,
    frame,
    guard,
    headers,
    house,
    navigation,
    numbers,
    plugins,
    scopes,
    session,
    words,
)
from renown.web.compiled import COMPILED
from renown.web.pages import register, system
from renown.web.parts import Renown


def create(renown: Renown) -> APIFlask:
    app = APIFlask(
        "renown.web",
        title="Renown",
        version=version("renown"),
        spec_path=None,
        docs_path=None,
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]
    )
    init(app, renown)
    return app


def init(app: APIFlask, renown: Renown) -> None:
    settings = renown.settings
    if not settings.secret_key:
        raise RuntimeError("RENOWN_SECRET_KEY: sessions cannot be signed without it")
    app.secret_key = hmac.new(settings.secret_key.encode(), b"sessions", hashlib.sha256).digest()
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    app.jinja_options = {
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n"],
        "bytecode_cache": COMPILED,
    }
    # Plugins' templates mark what is to be translated; until there are languages it is said as it is.
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    addresses.init(app)
    house.init(app, renown)
    numbers.init(app)
    system.init(app)
    session.init(app, settings)
    plugins.init(app)
    guard.init(app)
    headers.init(app)
    errors.init(app)
    assets.init(app)
    formats.init(app)
    charts.init(app)
    navigation.init(app)
    frame.init(app)
    components.init(app)
    words.init(app)
    scopes.init(app)
    register(app, development=settings.development)
    api.register(app)
    plugins.register(app, renown)
