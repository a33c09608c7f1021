"""The organisation's colours and logo, at addresses that change with them."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from renown.access.routes import public
from renown.web import brand
from renown.web.house import branding, reading

pages = Blueprint("brand", __name__, url_prefix="/brand")

#: A picture shows itself, and loads and runs nothing, even where it is opened alone.
_STILL = "default-src 'none'; sandbox; frame-ancestors 'none'"


@pages.get("/<digest>.css")
@public
def style(digest: str) -> Response:
    if digest != brand.digest(branding()) or not brand.style(branding()):
        abort(404)
    return _kept(Response(brand.style(branding()), mimetype="text/css"))


@pages.get("/logo/<digest>")
@public
def logo(digest: str) -> Response:
    said, content = branding().get("logo"), brand.logo(reading())
    if said is None or content is None or said["digest"] != digest:
        abort(404)
    answer = Response(content, mimetype=said["mimetype"])
    answer.headers["Content-Security-Policy"] = _STILL
    return _kept(answer)


@pages.app_template_global()
def brand_style() -> str | None:
    """The address of the style sheet, where there is one."""
    return f"/brand/{brand.digest(branding())}.css" if branding().get("colours") else None


@pages.app_template_global()
def brand_logo() -> dict[str, str | int] | None:
    """Its address, and its size in pixels."""
    said = branding().get("logo")
    return said and {"url": f"/brand/logo/{said['digest']}", "width": said["width"], "height": said["height"]}


def _kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
