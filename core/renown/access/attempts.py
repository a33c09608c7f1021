"""What may be done so many times in a while: each try is a row, so limits hold over all processes."""

from __future__ import annotations

import hashlib
import ipaddress

from sqlalchemy import ColumnElement, Connection, delete, func, insert, not_, select

from renown import clock
from renown.access.models import Attempt
from renown.clock import SECOND
from renown.db.engine import SIGN_IN_LOCK, Database, lock

WINDOW = 15 * 60 * SECOND


class TooMany(Exception):
    """Wait `seconds` before the next try."""

    def __init__(self, seconds: int) -> None:
        minutes = max(1, -(-seconds // 60))
        super().__init__(f"Too many attempts. Try again in {minutes} minute{'s' if minutes > 1 else ''}.")
        self.seconds = seconds


def key(what: str, value: object) -> str:
    return hashlib.sha256(f"{what}:{value}".encode()).hexdigest()


def origin(address: str) -> str:
    """Whose tries count together: an IPv6 sender has a whole /64 to himself; an IPv4 address stands alone."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network(f"{ip}/64", strict=False))


def take(conn: Connection, *limits: tuple[str, int]) -> tuple[int, ...]:
    """Write a try down under each (key, most in the window); give the rows. Raises TooMany and writes nothing."""
    lock(conn, SIGN_IN_LOCK)
    now = clock.now()
    for one, most in limits:
        count, first = conn.execute(
            select(func.count(), func.min(Attempt.at)).where(Attempt.key == one, _within(now))
        ).one()
        if count >= most:
            raise TooMany(-(-(first + WINDOW - now) // SECOND))
    return tuple(conn.scalars(insert(Attempt).returning(Attempt.id), [{"key": one, "at": now} for one, _ in limits]))


def drain(db: Database) -> bool:
    """A job: tries out of the window are forgotten."""
    db.retrying(lambda conn: conn.execute(delete(Attempt).where(not_(_within(clock.now())))))
    return False


def _within(now: int) -> ColumnElement[bool]:
    # Tries in the future were made before the clock was set back: they would lock somebody out for as long.
    return Attempt.at.between(now - WINDOW + 1, now + WINDOW)
