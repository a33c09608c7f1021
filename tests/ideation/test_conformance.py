"""The plugin keeps to what every plugin keeps to."""

from __future__ import annotations

from renown.testing import Conformance


class TestConformance(Conformance):
    plugin = "ideation"
