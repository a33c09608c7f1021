"""The declarative base of all tables of this plugin."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase

from renown.api import Owned


class Base(Owned, DeclarativeBase, owner="ideation"):
    """The plugin's own tables."""
