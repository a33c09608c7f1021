"""What every plugin keeps to."""

from __future__ import annotations

from renown.testing import Conformance


class TestConformance(Conformance):
    plugin = "care"
