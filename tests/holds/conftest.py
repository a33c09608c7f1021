"""The site of the web tests, with somebody of each role, and one with a plugin that misbehaves."""

from __future__ import annotations

from tests.holds.rogue import scene
from tests.web.conftest import site

__all__ = ["scene", "site"]
