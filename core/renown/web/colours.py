"""The organisation's colours: contrast as WCAG 2 has it, measured against all that they stand on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Rgb = tuple[int, int, int]
Theme = Literal["light", "dark"]

#: What text needs.
LEAST = 4.5
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
_WHITE, _DARK = (255, 255, 255), (16, 19, 31)
#: As in tokens.css: page, surface, sunken. The soft ground is made of the first and so much of the colour.
_GROUNDS: dict[Theme, tuple[Rgb, ...]] = {
    "light": ((255, 255, 255), (246, 247, 249), (236, 239, 243)),
    "dark": ((20, 23, 28), (28, 32, 39), (15, 18, 22)),
}
_SOFT = {"light": 0.1, "dark": 0.18}


class TooFaint(ValueError):
    """A colour that cannot be read. The text has the measured ratio."""


@dataclass(frozen=True)
class Palette:
    """Colours of one theme, written as #rrggbb: the accent, what is written on it, and its soft ground."""

    accent: str
    on: str
    soft: str


def palette(text: str, theme: Theme) -> Palette:
    """Raises ValueError where it is no colour, TooFaint."""
    colour = _read(text)
    soft = _mix(_GROUNDS[theme][0], colour, _SOFT[theme])
    worst = min(ratio(colour, ground) for ground in (*_GROUNDS[theme], soft))
    if worst < LEAST:
        where = "light" if theme == "light" else "dark"
        # Rounded down: 4.496 is not enough, and 4.50 would say that it is.
        measured = int(worst * 100) / 100
        raise TooFaint(f"{_hex(colour)} has a contrast of {measured:.2f} on {where} ground; text needs {LEAST}.")
    on = max((_WHITE, _DARK), key=lambda one: ratio(one, colour))
    return Palette(_hex(colour), _hex(on), _hex(soft))


def lighter(text: str) -> str:
    """The same colour with as little white as it takes to be read on dark ground."""
    colour = _read(text)
    for share in range(0, 101, 4):
        tried = _hex(_mix(colour, _WHITE, share / 100))
        try:
            return palette(tried, "dark").accent
        except TooFaint:
            continue
    return _hex(_WHITE)


def ratio(one: Rgb, other: Rgb) -> float:
    """From 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Rgb) -> float:
    shares = [part / 255 for part in colour]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _read(text: str) -> Rgb:
    found = _HEX.fullmatch(text.strip())
    if found is None:
        raise ValueError("Write a colour like #3a4fd0.")
    red, green, blue = bytes.fromhex(found[1])
    return red, green, blue


def _mix(ground: Rgb, colour: Rgb, share: float) -> Rgb:
    red, green, blue = (round(one + (other - one) * share) for one, other in zip(ground, colour, strict=True))
    return red, green, blue


def _hex(colour: Rgb) -> str:
    return "#" + bytes(colour).hex()
