"""Ours gets no less and no more than anybody's plugin."""

from __future__ import annotations

from renown.testing import Conformance


class TestConformance(Conformance):
    plugin = "influence"
