"""Is all well? Checks that say what is wrong and what to do, for the health page, `renown doctor` and /readyz."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.exc import OperationalError

from renown import clock
from renown.db.engine import Database
from renown.hooks.manager import Plugins
from renown.settings import Settings

START = "start the database, or set RENOWN_DATABASE_URL to where it is"

State = Literal["good", "warning", "bad"]


@dataclass(frozen=True)
class Finding:
    """What a check found. `remedy` is what to do or to run; empty where nothing is wrong."""

    check: str
    state: State
    text: str
    remedy: str = ""
    micros: int = 0


@dataclass(frozen=True)
class Site:
    """What is checked."""

    db: Database
    settings: Settings
    plugins: Plugins


Check = Callable[[Site], Finding]


def good(check: str, text: str) -> Finding:
    return Finding(check, "good", text)


def examine(site: Site, checks: Sequence[tuple[str, Check]]) -> list[Finding]:
    """Every check by itself: one that fails to run is bad news of its own and stops none of the others."""
    found = []
    for name, check in checks:
        started = clock.now()
        try:
            one = check(site)
        except Exception as error:
            said = str(getattr(error, "orig", error)).strip().partition("\n")[0]
            if isinstance(error, OperationalError) and not site.db.is_sqlite:
                one = Finding(name, "bad", f"the database does not answer: {said}", START)
            else:
                one = Finding(name, "bad", f"could not be checked: {type(error).__name__}: {said}", "see the log")
        found.append(Finding(one.check, one.state, one.text, one.remedy, clock.now() - started))
    return found
