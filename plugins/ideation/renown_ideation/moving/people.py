"""Who imported people are here: by e-mail somebody who is known, or a customer who joins; else only a name."""

from __future__ import annotations

from renown.api import NotACustomer, PluginContext, SignInRefused
from renown_ideation.moving.records import Who
from renown_ideation.moving.report import Report


class People:
    """Of one import. An e-mail is believed as the tool had it: whoever confirms it here later finds their votes."""

    def __init__(self, ctx: PluginContext, source: str, report: Report) -> None:
        self._ctx, self._issuer, self._report = ctx, f"import:{source}", report
        self._found: dict[tuple[str, bool], int | None] = {}

    def known(self, who: Who, where: str) -> int | None:
        """None: they stay a name."""
        if not who.email:
            return None
        key = (who.email, who.staff)
        if key not in self._found:
            self._found[key] = self._find(who, where)
        return self._found[key]

    def _find(self, who: Who, where: str) -> int | None:
        found = self._ctx.people.find(who.email)
        if found is not None:
            self._report.people["known"] += 1
            return found.id
        if not who.staff:
            return self._join(who, where)
        self._name(where, f"{who.email} worked there and is not known here: kept as a name.")
        return None

    def _join(self, who: Who, where: str) -> int | None:
        try:
            made = self._ctx.customers.vouch(self._issuer, who.email, who.email, verified=True, name=who.name)
        except NotACustomer:
            self._name(where, f"{who.email} works here and is known by another e-mail: kept as a name.")
            return None
        except (SignInRefused, ValueError) as error:
            self._name(where, f"{who.email} is kept as a name: {error}")
            return None
        self._report.people["joined"] += 1
        person = self._ctx.people.get(made.person)
        return made.person if person is None else person.id

    def _name(self, where: str, said: str) -> None:
        self._report.people["names"] += 1
        self._report.tell("remark", where, "", said)
