"""Identities, affiliations, teams, working calendar and leave, merge, erase."""

from __future__ import annotations

from renown.people.merge import Refused
from renown.people.persons import Profile, find, get

__all__ = ["Profile", "Refused", "find", "get"]
