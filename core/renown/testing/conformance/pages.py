"""Panels, links and pages: for anybody, where there is nobody, and in an organisation of thousands, in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import get_args

from renown.access.viewer import NOBODY, Viewer
from renown.events.types import CloudEvent
from renown.hooks.calls import FAULTS, CallLog
from renown.hooks.dispatch import Dispatcher
from renown.hooks.manifest import Plugin
from renown.hooks.types import Place, Role
from renown.testing.conformance.base import Base, faults
from renown.testing.kit import Kit

PLACES = ("home", "person", "team", "board", "admin", "source")
ROLES: tuple[Role, ...] = ("customer", "member", "moderator", "administrator")
#: A call is late when it is late each time: a machine may be busy for a moment.
_TRIES = 5


class Pages(Base):
    def test_its_pages_bear_an_empty_organisation(self, kit: Kit, manifest: Plugin) -> None:
        ada = kit.person("Ada", "administrator")
        self._ask_everywhere(kit, manifest, ada, in_time=False)
        self._visit(kit, ada)

    def test_its_pages_bear_a_huge_organisation_in_time(self, kit: Kit, manifest: Plugin) -> None:
        ada, people = kit.person("Ada", "administrator"), kit.crowd()
        self.fill(kit, people[:100])
        kit.settle()
        assert not faults(kit), f"with many events: {'; '.join(faults(kit))}"
        self._ask_everywhere(kit, manifest, people[0], in_time=True)
        self._visit(kit, ada)

    def test_it_lives_through_a_lively_day(self, kit: Kit) -> None:
        self.lively(kit)
        kit.settle()
        told = "; ".join(faults(kit))
        assert not told, f"{told}: three times in a row suspends a hook; what goes out goes through ctx.http"
        status = kit.renown.plugins.status(self.plugin)
        assert status.on, f"after a day {self.plugin} is {status.state}: {status.reason}"

    def _ask_everywhere(self, kit: Kit, manifest: Plugin, person: int, *, in_time: bool) -> None:
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

    def _visit(self, kit: Kit, person: int) -> None:
        """Every page without a name in its address, as nobody and as an administrator."""
        for client in (kit.client(), kit.client(person)):
            for rule in client.application.url_map.iter_rules():
                own = rule.endpoint.partition(".")[0].partition("_")[0] == self.plugin
                if own and not rule.arguments and "GET" in (rule.methods or ()):
                    with client.get(rule.rule) as answer:
                        said = answer.status_code
                    assert said < 500, f"GET {rule.rule} answered {said}: it failed inside, as its log says"


def _navigation(place: Place, viewer: Viewer, use: Dispatcher) -> object:
    return use.navigation(viewer, place)


def _permit(viewer: Viewer, action: str, use: Dispatcher) -> object:
    return use.permit(viewer, action)


def _screen(event: CloudEvent, use: Dispatcher) -> object:
    return use.screen_event(event)


def _enrich(event: CloudEvent, use: Dispatcher) -> object:
    return use.enrich_event(event)
