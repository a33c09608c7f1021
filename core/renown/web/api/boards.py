"""Measures and boards."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from renown.access.routes import needs
from renown.web import measures
from renown.web.api import shapes
from renown.web.pages import boards as pages

api = APIBlueprint("api_boards", __name__, url_prefix="/api/v1", tag="Boards")


@api.get("/measures")
@needs("boards:read")
@api.output(shapes.Measure(many=True))
@api.doc(summary="The measures that are on", security="token")
def index() -> list[dict[str, Any]]:
    return [
        {
            "measure": one.name,
            "title": one.title,
            "kind": one.kind,
            "unit": one.unit,
            "plugin": one.name.partition(".")[0],
        }
        for one in measures.all_of()
    ]


@api.get("/boards/<measure>")
@needs("boards:read")
@api.input(shapes.BoardQuery, location="query")
@api.output(shapes.Board)
@api.doc(summary="A page of a board", security="token")
def show(measure: str, query_data: dict[str, Any]) -> dict[str, Any]:
    view = pages.view_or_404(measure, query_data["limit"])
    return pages.board_data(view.board, view.measure)
