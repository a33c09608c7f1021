"""The pages of a score, and the numbers they print."""

from __future__ import annotations

import re

from renown import clock
from tests.influence.office import NOW, Office
from tests.influence.reading import data

MINE = "/influence"
TODAY = NOW // clock.DAY


def address(office: Office, who: str, ending: str = "") -> str:
    return f"/influence/people/{office.handle(who)}{ending}"


def rated(office: Office, who: str, viewer: str, at: int = 0) -> str:
    """The address of the acts behind a line of somebody's score."""
    one = data(office.as_(viewer), address(office, who, ".json"))["from"][at]
    return address(office, who, f"/from/{one['person']}")


def figures(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)]
