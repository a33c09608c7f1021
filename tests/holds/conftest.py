"""The site of the web tests, with somebody of each role."""

from __future__ import annotations

from tests.web.conftest import site

__all__ = ["site"]
