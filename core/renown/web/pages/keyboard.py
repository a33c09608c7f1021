"""The keys that are quicker than the mouse, and the switch for them: a cookie that holds for this browser."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from renown.access.routes import needs

pages = Blueprint("keyboard", __name__)
COOKIE = "renown_keys"
_YEAR = 365 * 86_400


@pages.get("/me/keyboard")
@needs("me:read")
def show() -> str:
    return render_template("me/keyboard.html")


@pages.post("/me/keyboard")
@needs("me:write")
def choose() -> Response:
    answer = redirect("/me/keyboard")
    if request.form.get("keys") == "on":
        answer.delete_cookie(COOKIE)
    else:
        answer.set_cookie(COOKIE, "off", max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    flash("Saved for this browser.", "good")
    return answer


@pages.app_template_global()
def single_keys() -> bool:
    """Whether keys without Ctrl or Alt do anything here (WCAG 2.1.4: they can be switched off)."""
    return request.cookies.get(COOKIE) != "off"
