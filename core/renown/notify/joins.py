"""Letters to whoever asks to come in as a customer. What they wrote themselves stands in none of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from renown.access import joining
from renown.access.joining import Asked
from renown.clock import SECOND
from renown.db import stored
from renown.db.engine import Database
from renown.jobs import Drain
from renown.notify import deliveries, mail
from renown.notify.spread import MAIL


def possible(conn: Connection, url: str | None) -> bool:
    """Whether letters can be sent, with links that lead here: never to an address that a request names."""
    return bool(url) and bool(mail.shown(conn))


def drain(url: str | None) -> Drain:
    """A job: one letter at a time. `url` is the site's address."""

    def work(db: Database) -> bool:
        with db.read() as conn:
            if not joining.waiting(conn):
                return False
        return db.retrying(lambda conn: _write(conn, url or ""))

    return Drain("joins", work, every=SECOND, lane="notices", topic=joining.TOPIC, schedule=False)


def _write(conn: Connection, url: str) -> bool:
    asked = joining.answer(conn)
    if asked is not None:
        payload = _letter(asked, stored.get(conn, "core", "organisation", "Renown"), url)
        deliveries.queue(conn, MAIL, asked.email, payload, person_id=asked.known.person)
    return asked is not None


def _letter(asked: Asked, name: str, url: str) -> dict[str, Any]:
    if asked.secret is not None:
        body = (
            f"Open this page within {joining.MINUTES} minutes, and press its button to come in. It works once.\n\n"
            "You did not ask for it? Then do nothing: nobody comes in without it."
        )
        return {"title": f"Your link to {name}", "body": body, "url": f"{url}/join/{asked.secret}"}
    if asked.known.kind == "employee":
        body = (
            "Somebody, you perhaps, wanted to come in as a customer with this e-mail. You work here: sign in as you"
            " always do, on the page below. No password, or forgotten? An administrator can send you a sign-in link."
        )
        return {"title": f"How to sign in to {name}", "body": body, "url": f"{url}/login"}
    body = f"Somebody, you perhaps, wanted to come in with this e-mail. It cannot be used to sign in to {name}."
    return {"title": f"No link to {name}", "body": body}
