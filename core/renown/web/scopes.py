"""What each scope of a token lets a program do, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from renown.web.house import house

#: The core's own.

WORDS: Mapping[str, str] = {
    "me:read": "Read what is yours",
    "me:write": "Change your settings",
    "boards:read": "Read boards",
    "people:read": "Read people, and why",
    "rules:read": "Read rules",
    "desk:read": "Read the desk of moderators",
    "admin:read": "Read the overview and health",
    "audit:read": "Read the audit log",
    "events:write": "Send events",
    "jobs:write": "Run jobs",
    "ledger:write": "Adjust points by hand",
    "metrics:read": "Read metrics",
    "mail:write": "Set up mail",
    "people:write": "Change people",
    "plugins:write": "Switch plugins",
    "privacy:write": "Change who sees what",
    "rules:write": "Change rules",
    "settings:write": "Change the organisation",
    "sources:read": "Read sources",
    "sources:write": "Connect and change sources",
    "teams:write": "Change teams",
    "tokens:write": "Make and revoke tokens",
}


def offered() -> Mapping[str, str]:
    """All that a token may be given now: the core's, then those of the plugins that are on."""
    return {**WORDS, **{name: one.title for name, one in house().plugins.permissions.items()}}


def init(app: Flask) -> None:
    app.jinja_env.filters["scope_words"] = lambda scope: offered().get(scope, "")
