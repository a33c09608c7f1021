"""Plugins take part: on each working day each is told who is there, and does what people would do with it."""

from __future__ import annotations

from sqlalchemy import Connection

from renown.access import signin
from renown.app import Renown
from renown.demo.doors import CUSTOMER, MEMBER
from renown.demo.organisation import Customer, Organisation, weekday
from renown.hooks.types import DemoDay
from renown.people import persons


class Acting:
    def __init__(self, renown: Renown, acme: Organisation, first: int, last: int, seed: int) -> None:
        self._renown, self._acme, self._days, self._seed = renown, acme, (first, last), seed
        self._colleagues: dict[str, int] = {}
        self._customers: dict[str, int] = {}

    def meet(self) -> None:
        """Whoever is known by now may sign in, as everybody may who works at Acme or buys from it."""
        with self._renown.db.write() as conn:
            for one in self._acme.colleagues:
                if one.email not in self._colleagues and (person := persons.by_email(conn, one.email)):
                    self._colleagues[one.email] = person
                    signin.add_login(conn, person, one.email, MEMBER)
            for other in self._acme.customers:
                if other.email not in self._customers and (person := known(conn, other)):
                    self._customers[other.email] = person
                    signin.add_login(conn, person, other.email, CUSTOMER)

    def day(self, day: int) -> None:
        """Raises HookFault."""
        if weekday(day) > 4:
            return
        colleagues, customers = (list(one.values()) for one in (self._colleagues, self._customers))
        said = DemoDay(day, *self._days, colleagues, customers, self._seed)
        dispatcher = self._renown.dispatcher
        for plugin in dispatcher.demonstrating():
            with self._renown.db.write() as conn:
                dispatcher.demo(plugin, said, conn)


def known(conn: Connection, one: Customer) -> int | None:
    """By an e-mail address or an account in the customers' workspace."""
    return persons.by_email(conn, one.email) or persons.by_account(conn, one.slack.lower())
