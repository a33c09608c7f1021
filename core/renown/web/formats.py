"""Numbers, days and moments as people read them. The machine's form stands beside it in the markup."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from flask import Flask, g

from renown import clock
from renown.ledger.models import UNIT
from renown.web.house import setting

#: English with day before month; translations arrive with `locale` in the manifests.
LOCALE = Locale.parse("en_GB")
_GROUP, _POINT = get_group_symbol(LOCALE), get_decimal_symbol(LOCALE)


def init(app: Flask) -> None:
    env = app.jinja_env
    env.globals.update(plural=plural, zone=zone, now=clock.now)
    for name, filter_ in {
        "amount": amount, "level": level, "rounded": rounded, "number": number, "day": day, "month": month,
        "moment": moment, "iso_day": iso_day, "iso": iso, "span": span, "initials": initials, "tint": tint,
    }.items():  # fmt: skip
        env.filters[name] = filter_


def zone() -> ZoneInfo:
    """The organisation's time zone, in which days are counted."""
    if "zone" not in g:
        g.zone = ZoneInfo(setting("timezone", "UTC"))
    found: ZoneInfo = g.zone
    return found


@lru_cache(maxsize=4096)
def amount(thousandths: int | None) -> str:
    """1500 is "1.5", 42000 is "42"."""
    if thousandths is None:
        return "–"
    # As "#,##0.###;−#,##0.###" would be, which takes Babel twenty times as long, on every line of a board.
    whole, rest = divmod(abs(int(thousandths)), UNIT)
    shown = f"{whole:,}".replace(",", _GROUP) + (f"{_POINT}{rest:03}".rstrip("0") if rest else "")
    return f"−{shown}" if thousandths < 0 else shown


def level(thousandths: int | None) -> str:
    """To the tenth, as what is measured rather than counted: 19000 is "19.0"."""
    if thousandths is None:
        return "–"
    tenths = round(thousandths / 100)
    shown = f"{abs(tenths) / 10:,.1f}".replace(",", "\0").replace(".", _POINT).replace("\0", _GROUP)
    return f"−{shown}" if tenths < 0 else shown


def rounded(thousandths: int) -> str:
    """Whole, where the rest says nothing: "441"."""
    return number(round(thousandths / UNIT))


@lru_cache(maxsize=4096)
def number(value: float) -> str:
    """12345.6 is "12,345.6"."""
    return str(format_decimal(value, locale=LOCALE))


def plural(count: int, one: str, other: str) -> str:
    """`plural(3, "1 change", "{n} changes")`."""
    return (one if _is_one(count) else other).replace("{n}", number(count))


@lru_cache(maxsize=4096)
def _is_one(count: int) -> bool:
    return LOCALE.plural_form(count) == "one"


def day(value: int | date | None) -> str:
    """A day since 1970: "4 June", with the year where it is not this one."""
    if value is None:
        return "–"
    found = clock.to_date(value) if isinstance(value, int) else value
    this_year = clock.to_datetime(clock.now()).year
    return format_date(found, "d MMMM" if found.year == this_year else "d MMMM y", LOCALE)


def month(value: int) -> str:
    return format_date(clock.to_date(value), "MMMM y", LOCALE)


def moment(instant: int | None) -> str:
    """A moment in the viewer's zone: "4 June, 18:00"."""
    if instant is None:
        return "never"
    local = clock.to_datetime(instant).astimezone(zone())
    this_year = clock.to_datetime(clock.now()).year
    return format_datetime(local, "d MMM, HH:mm" if local.year == this_year else "d MMM y, HH:mm", locale=LOCALE)


def span(micros: int) -> str:
    """How long: "0.4 s", "12 min", "3 days"."""
    seconds = max(micros, 0) / clock.SECOND
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600:.0f} h"
    return plural(int(seconds // 86_400), "1 day", "{n} days")


def iso(instant: int) -> str:
    return clock.to_datetime(instant).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def iso_day(value: int) -> str:
    return clock.to_date(value).isoformat()


def parse_iso_day(text: str) -> int:
    """Raises ValueError where it is no date."""
    return clock.to_day(datetime.strptime(text, "%Y-%m-%d").date())  # noqa: DTZ007 - a day has no zone


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    return (words[0][0] + words[-1][0] if len(words) > 1 else name.strip()[:2]).upper()


def tint(key: int) -> int:
    """Which of the four soft colours stands behind somebody's initials."""
    return key % 4 + 1
