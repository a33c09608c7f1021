"""Panels, links and pages: for anybody, where there is nobody, and in an organisation of thousands, in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from typing import get_args
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.routing import BuildError

from renown.access.viewer import NOBODY, Viewer
from renown.events.types import CloudEvent
from renown.hooks.calls import FAULTS, CallLog
from renown.hooks.dispatch import Dispatcher
from renown.hooks.manifest import Plugin
from renown.hooks.types import Place, Role
from renown.testing.conformance.base import Base, faults
from renown.testing.conformance.routes import is_of
from renown.testing.kit import Kit

PLACES = ("home", "person", "team", "board", "admin", "source")
ROLES: tuple[Role, ...] = ("customer", "member", "moderator", "administrator")
#: A call is late when it is late each time: a machine may be busy for a moment.
_TRIES = 5
#: Seconds for one page, among 2,000 people.
_PAGE = 1.0
#: What is nobody's and nothing's.
_UNKNOWN: tuple[object, ...] = (999_999_999, "no-such-thing", UUID(int=1))


class Pages(Base):
    def test_its_pages_bear_an_empty_organisation(self, kit: Kit, manifest: Plugin) -> None:
        ada = kit.person("Ada", "administrator")
        self.ask_everywhere(kit, manifest, ada, in_time=False)
        self.visit(kit, ada, [], in_time=False)

    def test_its_pages_bear_a_huge_organisation_in_time(self, kit: Kit, manifest: Plugin) -> None:
        ada, people = kit.person("Ada", "administrator"), kit.crowd()
        self.fill(kit, people[:100])
        kit.settle()
        assert not faults(kit), f"with many events: {'; '.join(faults(kit))}"
        self.ask_everywhere(kit, manifest, people[0], in_time=True)
        self.visit(kit, ada, people[:1], in_time=True)

    def test_it_lives_through_a_lively_day(self, kit: Kit) -> None:
        self.lively(kit)
        kit.settle()
        told = "; ".join(faults(kit))
        assert not told, f"{told}: three times in a row suspends a hook; what goes out goes through ctx.http"
        status = kit.renown.plugins.status(self.plugin)
        assert status.on, f"after a day {self.plugin} is {status.state}: {status.reason}"

    def ask_everywhere(self, kit: Kit, manifest: Plugin, person: int, *, in_time: bool) -> None:
        for ask in self._questions(kit, manifest, person):
            self._call(kit, ask, in_time)

    def _questions(self, kit: Kit, manifest: Plugin, person: int) -> Iterator[Callable[[Dispatcher], object]]:
        for viewer in (NOBODY, *(kit.viewer(person, role) for role in ROLES)):
            for place, subject in product(PLACES, (None, person)):
                yield partial(self._panels, kit, place, subject, viewer)
            yield from (partial(_navigation, where, viewer) for where in get_args(Place))
            yield from (partial(_permit, viewer, one.name) for one in manifest.permissions)
        yield from (partial(self._explain, kit, measure.name, person) for measure in manifest.measures)
        event, _ = kit.event(person, "create")
        yield from (partial(_screen, event), partial(_enrich, event))

    def _call(self, kit: Kit, ask: Callable[[Dispatcher], object], in_time: bool) -> None:
        """With a guard of its own each time, so that three late calls in a row have nothing to say of the fourth."""
        late = ""
        for _ in range(_TRIES):
            calls = CallLog()
            ask(Dispatcher(kit.renown.plugins, kit.renown.contexts, calls))
            said = [call for call in calls.last(self.plugin) if call.outcome != "ok"]
            raised = [f"{call.hook} {call.outcome} {call.reason}" for call in said if call.outcome in FAULTS]
            assert not raised, f"{raised[0]}: it must bear any viewer, place and subject, and that there is nothing yet"
            if not said or not in_time:
                return
            late = f"{said[0].hook} {said[0].reason}"
        raise AssertionError(
            f"{late}, {_TRIES} times in a row, among 2,000 people: read less, by an index, or from a job"
        )

    def _panels(self, kit: Kit, place: str, subject: int | None, viewer: Viewer, use: Dispatcher) -> object:
        with kit.db.read() as conn:
            return use.panels(self.plugin, place, subject, viewer, conn)

    def _explain(self, kit: Kit, measure: str, person: int, use: Dispatcher) -> object:
        with kit.db.read() as conn:
            return use.explain(person, measure, "all", conn)

    def visit(self, kit: Kit, administrator: int, people: Sequence[int], *, in_time: bool) -> None:
        """Every page and every GET of the API, as nobody and in each role.

        Where an address has places, they are filled with what is there (the first of each kind, a person, a handle),
        and as an administrator with what is not.
        """
        known: list[object] = [1, *people, *(kit.handle(person) for person in people)]
        for role in ("nobody", *ROLES):
            client = kit.client(self._somebody(kit, role, administrator))
            unknown = _UNKNOWN if role == "administrator" else ()
            for path in self._addresses(client, (*known, *unknown)):
                self._get(client, path, role, in_time)

    def _somebody(self, kit: Kit, role: str, administrator: int) -> int | None:
        if role in ("nobody", "administrator"):
            return administrator if role == "administrator" else None
        return kit.customer("Customer") if role == "customer" else kit.person(role, role)  # type: ignore[arg-type]

    def _addresses(self, client: FlaskClient, values: Sequence[object]) -> list[str]:
        """Each once, in order. A place takes no value of another kind."""
        found: dict[str, None] = {}
        app = client.application
        addresses = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if not is_of(self.plugin, rule.endpoint) or "GET" not in (rule.methods or ()):
                continue
            for value in values if rule.arguments else [None]:
                try:
                    found[addresses.build(rule.endpoint, dict.fromkeys(rule.arguments, value), "GET")] = None
                except (BuildError, ValueError, TypeError):
                    continue
        return list(found)

    def _get(self, client: FlaskClient, path: str, role: str, in_time: bool) -> None:
        for _ in range(_TRIES):
            begun = time.monotonic()
            with client.get(path) as answer:
                said = answer.status_code
            took = time.monotonic() - begun
            assert said < 500, (
                f"GET {path} answered {said} to a viewer of role {role}: it failed inside, as its log says"
            )
            if took <= _PAGE or not in_time:
                return
        raise AssertionError(
            f"GET {path} took {took:.1f} s for a viewer of role {role}, {_TRIES} times in a row, among 2,000 people: "
            f"within {_PAGE:.0f} s, read less, by an index, or from a job"
        )


def _navigation(place: Place, viewer: Viewer, use: Dispatcher) -> object:
    return use.navigation(viewer, place)


def _permit(viewer: Viewer, action: str, use: Dispatcher) -> object:
    return use.permit(viewer, action)


def _screen(event: CloudEvent, use: Dispatcher) -> object:
    return use.screen_event(event)


def _enrich(event: CloudEvent, use: Dispatcher) -> object:
    return use.enrich_event(event)
