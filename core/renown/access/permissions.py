"""What each action of the core needs. Plugins declare theirs in their manifests."""

from __future__ import annotations

from collections.abc import Mapping

from renown.access.viewer import Role, Viewer

#: The least role for each action. An API token needs the action among its scopes besides.
ACTIONS: Mapping[str, Role] = {
    "me:read": "customer",
    "me:write": "customer",
    "boards:read": "member",
    "people:read": "member",
    "rules:read": "member",
    "desk:read": "moderator",
    "admin:read": "administrator",
    "audit:read": "administrator",
    "events:write": "administrator",
    "jobs:write": "administrator",
    "ledger:write": "administrator",
    "metrics:read": "administrator",
    "mail:write": "administrator",
    "people:write": "administrator",
    "plugins:write": "administrator",
    "privacy:write": "administrator",
    "rules:write": "administrator",
    "settings:write": "administrator",
    "sources:read": "administrator",
    "sources:write": "administrator",
    "teams:write": "administrator",
    "tokens:write": "administrator",
}


def allows(viewer: Viewer, action: str) -> bool:
    """Whether the viewer may do `action`, one of ACTIONS. An action that nobody declared is denied."""
    least = ACTIONS.get(action)
    if least is None or not viewer.at_least(least):
        return False
    return viewer.scopes is None or action in viewer.scopes
