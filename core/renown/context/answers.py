"""The same view as data: JSON, and a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from flask import Response


def as_json(data: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(data), status=status, mimetype="application/json")


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Comma-separated, UTF-8, one line of column names. Cells that a spreadsheet would run are quoted out."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _harmless(cell: Any) -> Any:
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        return "'" + cell
    return cell
