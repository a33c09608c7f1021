"""The record of administrative acts: a chain in which each row's hash covers the row before."""

from __future__ import annotations

from renown.audit.chain import Act, Report, blank, record, record_all, verify
from renown.audit.reading import Line, export, lines

__all__ = ["Act", "Line", "Report", "blank", "export", "lines", "record", "record_all", "verify"]
