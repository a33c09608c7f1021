"""Static files, all from this machine: read once, compressed once, addressed by their content, cached for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from flask import Blueprint, Flask, Response, abort, request

from renown.access.routes import public
from renown.web.icons import sprite

#: Where each file comes from: (package, path inside it).
_FILES = {
    "bootstrap.css": ("flask_bootstrap", "static/bootstrap5/css/bootstrap.min.css"),
    "htmx.js": ("js_lib_htmx", "static/htmx/htmx.min.js"),
    "renown.js": ("renown.web", "static/renown.js"),
    "favicon.svg": ("renown.web", "static/favicon.svg"),
}
_STYLES = ("tokens", "base", "shell", "parts", "data", "pages", "print")


@dataclass(frozen=True)
class Asset:
    name: str
    body: bytes
    packed: bytes
    mimetype: str
    digest: str


@lru_cache
def load() -> dict[str, Asset]:
    """Every asset under its plain name."""
    assets = {name: _asset(name, _resource(package, path)) for name, (package, path) in _FILES.items()}
    styles = b"\n".join(_resource("renown.web", f"static/{part}.css") for part in _STYLES)
    assets["renown.css"] = _asset("renown.css", styles)
    assets["icons.svg"] = _asset("icons.svg", sprite())
    return assets


def init(app: Flask) -> None:
    assets = load()
    blueprint = Blueprint("assets", __name__, url_prefix="/assets")

    @blueprint.get("/<digest>/<name>")
    @public
    def file(digest: str, name: str) -> Response:
        asset = assets.get(name)
        if asset is None or asset.digest != digest:
            abort(404)
        packed = request.accept_encodings.quality("gzip") > 0
        response = Response(asset.packed if packed else asset.body, mimetype=asset.mimetype)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    app.register_blueprint(blueprint)

    addresses = {name: f"/assets/{asset.digest}/{name}" for name, asset in assets.items()}

    def asset_url(name: str) -> str:
        """The address of one of Renown's own files: "renown.css", "icons.svg"."""
        return addresses[name]

    app.jinja_env.globals["asset_url"] = asset_url


def _resource(package: str, path: str) -> bytes:
    return files(package).joinpath(path).read_bytes()


def _asset(name: str, body: bytes) -> Asset:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if mimetype.startswith("text/") or mimetype.endswith("javascript"):
        mimetype += "; charset=utf-8"
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Asset(name, body, gzip.compress(body, 9, mtime=0), mimetype, digest)
