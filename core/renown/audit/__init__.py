"""The record of administrative acts: a chain in which each row's hash covers the row before."""

from __future__ import annotations

from renown.audit.chain import Report, blank, record, verify
from renown.audit.reading import Line, export, lines

__all__ = ["Line", "Report", "blank", "export", "lines", "record", "verify"]
