"""Answers that are owed: by when, counted in the organisation's working days."""

from __future__ import annotations

from datetime import datetime, time

from renown.api import PluginContext, from_datetime, to_date, to_datetime


def due(ctx: PluginContext, working_days: int) -> int:
    """The end of the working day so many from today on, as an instant. 0: today, or the next working day."""
    calendar = ctx.calendar.load()
    return end_of(ctx, calendar.after(ctx.clock.today(), working_days))


def end_of(ctx: PluginContext, day: int) -> int:
    """Midnight after a day, where the organisation is."""
    return from_datetime(datetime.combine(to_date(day + 1), time(), ctx.calendar.zone()))


def day(ctx: PluginContext, instant: int) -> str:
    """The last day on which something is in time, in words: 4 June."""
    said = to_datetime(instant - 1).astimezone(ctx.calendar.zone())
    return f"{said.day} {said:%B}"


def date(ctx: PluginContext, instant: int) -> str:
    """The day of an instant, in words, with its year: 4 June 2026."""
    there = to_datetime(instant).astimezone(ctx.calendar.zone())
    return f"{there.day} {there:%B %Y}"
