"""Every component with an example, for those who build pages. Only in development."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from marshmallow import Schema, fields

from renown.access.routes import public
from renown.web.components import names
from renown.web.drawn import draw, groups


class Sample(Schema):
    note = fields.String(metadata={"label": "Note", "description": "For the audit log."})
    points = fields.Integer(load_default=10, metadata={"label": "Points", "unit": "points", "group": "Points"})
    acts = fields.List(
        fields.String(),
        metadata={"label": "Acts", "choices": ("answer", "react"), "open": True, "group": "What counts"},
    )
    spaces = fields.List(fields.String(), metadata={"label": "Spaces", "group": "What counts"})


pages = Blueprint("catalogue", __name__, url_prefix="/admin")


@pages.get("/_components")
@public
def index() -> str:
    direction = "rtl" if request.args.get("dir") == "rtl" else "ltr"
    drawn = groups(draw(Sample(), {"acts": ["answer", "shop.sold.v1"]}, {"spaces": ["Name at least one."]}))
    return render_template("admin/components.html", names=names(), direction=direction, drawn=drawn)
