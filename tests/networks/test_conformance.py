"""What reads networks keeps to what every plugin does."""

from __future__ import annotations

from renown.testing import Conformance


class TestSlack(Conformance):
    plugin = "slack"


class TestGithub(Conformance):
    plugin = "github"
