"""Every component with an example, for those who build pages. Only in development."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from renown.access.routes import public
from renown.web.components import names

pages = Blueprint("catalogue", __name__, url_prefix="/admin")


@pages.get("/_components")
@public
def index() -> str:
    direction = "rtl" if request.args.get("dir") == "rtl" else "ltr"
    return render_template("admin/components.html", names=names(), direction=direction)
