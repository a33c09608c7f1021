"""Light, dark, or as the system has it: a cookie that holds for this browser."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from renown.access.routes import public
from renown.context.request import local

pages = Blueprint("theme", __name__)
COOKIE = "renown_theme"
_YEAR = 365 * 86_400


@pages.post("/theme")
@public
def choose() -> Response:
    answer = redirect(local(request.form.get("back", "/")))
    chosen = request.form.get("theme")
    if chosen in ("light", "dark"):
        answer.set_cookie(COOKIE, chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    else:
        answer.delete_cookie(COOKIE)
    return answer


@pages.app_template_global()
def theme() -> str:
    return request.cookies.get(COOKIE, "system")
