"""Rows that every room may keep: stored settings and the state of plugins."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from renown.db.base import Owned


class Base(Owned, DeclarativeBase, owner="core"):
    """The core's own tables."""


class Setting(Base):
    """One stored value. `owner` is "core" or a plugin's name."""

    __tablename__ = "core_setting"
    owner: Mapped[str] = mapped_column(String(25), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_at: Mapped[int] = mapped_column(BigInteger)


#: The row whose version rises with every change, "enabled" once somebody decided. No plugin's name looks like it.
ALL = "*"


class PluginState(Base):
    """Whether a plugin is on, and why not. The row named "*" carries the version of the whole set.

    `agreed`: the roles of the permissions that it asked for when it was last switched on, by action.
    """

    __tablename__ = "core_plugin"
    name: Mapped[str] = mapped_column(String(25), primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(Integer, default=0)
    suspended: Mapped[Any] = mapped_column(JSON, default=dict)
    agreed: Mapped[Any | None] = mapped_column(JSON)
    reason: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[int] = mapped_column(BigInteger, default=0)
