"""One typed method per hook: the core never spells a hook as a string. What a fault means is decided here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Connection

from renown.hooks import outgoing
from renown.hooks.calls import CallLog
from renown.hooks.guard import Fault, Guard, HookFault
from renown.hooks.manager import Plugins
from renown.hooks.types import Channel, DemoDay, Explanation, Health, Metric, NavItem, Panel, Place, Rejection

if TYPE_CHECKING:
    from renown.access.viewer import Viewer
    from renown.context import PluginContext
    from renown.events.types import CloudEvent
    from renown.ledger.entries import Entry, Rules, ScoredEvent

T = TypeVar("T")

#: Seconds that a page gives a plugin. What comes later is left out.
NAVIGATION_BUDGET, PANELS_BUDGET = 0.05, 0.15
#: Seconds for what cannot be left out once it was waited for: whoever is later three times in a row is left alone.
EVENT_BUDGET, ANSWER_BUDGET = 1.0, 0.5


class Contexts(Protocol):
    """Makes a plugin's context on a connection. Leaving the block writes what the plugin queued and flushes."""

    def __call__(self, plugin: str, conn: Connection) -> AbstractContextManager[PluginContext]: ...


class Dispatcher:
    """Calls the plugins that are on, each in a guard. Methods that return a Fault leave it to the page to say so."""

    def __init__(
        self, plugins: Plugins, contexts: Contexts, calls: CallLog | None = None, guard: Guard | None = None
    ) -> None:
        self.plugins = plugins
        self.calls = calls or CallLog()
        self._contexts = contexts
        self._guard = guard or Guard(plugins, self.calls)
        for one in plugins.installed:
            for call in one.refused:
                self.calls.add(one.name, call)
        outgoing.tell(self.calls)

    # Events

    def screen_event(self, event: CloudEvent) -> tuple[str, Rejection] | Fault | None:
        """The first rejection and whose it is; a Fault, upon which the event is quarantined; or None."""
        asked = self._ask("screen_event", _rejection, {"event": event}, patience=EVENT_BUDGET, rests=True)
        for plugin, found in asked:
            if isinstance(found, Fault):
                return found
            if found is not None:
                return plugin, found
        return None

    def enrich_event(self, event: CloudEvent) -> dict[str, Mapping[str, Any]]:
        """Additions by plugin."""
        asked = self._ask("enrich_event", _additions, {"event": event}, patience=EVENT_BUDGET)
        return {plugin: found for plugin, found in asked if found and not isinstance(found, Fault)}

    def scoring(self) -> tuple[str, ...]:
        """The plugins that score, among those that are on."""
        return self._who("score")

    def score(self, plugin: str, events: Sequence[ScoredEvent], rules: Rules) -> list[Entry]:
        """Raises HookFault: whoever scores halves the batch down to the event. No breaker ever skips it."""
        found: list[list[Entry]] = self._insist(plugin, "score", list, {"events": events, "rules": rules})
        return found[0] if found else []

    def recording(self) -> tuple[str, ...]:
        """The plugins that want recorded events, among those that are on."""
        return self._who("events_recorded")

    def events_recorded(self, plugin: str, events: Sequence[ScoredEvent], conn: Connection) -> None:
        """In the cursor's transaction `conn`. Raises HookFault, with all that the plugin wrote undone."""
        self._insist(plugin, "events_recorded", _ignored, {"events": events}, conn)

    # Pages

    def explain(self, person: int, measure: str, period: str, conn: Connection) -> Explanation | Fault | None:
        """In words, by the plugin whose measure it is; None where it has nothing to say."""
        arguments = {"person": person, "measure": measure, "period": period}
        owner = measure.partition(".")[0]
        asked = self._ask("explain", _explanation, arguments, only=owner, conn=conn, patience=ANSWER_BUDGET)
        return next((found for _, found in asked), None)

    def navigation(self, viewer: Viewer, place: Place) -> list[NavItem]:
        """In order. Those of plugins that raise or are slow are left out."""
        arguments = {"viewer": viewer, "place": place}
        asked = self._ask("navigation", _all(NavItem), arguments, budget=NAVIGATION_BUDGET)
        items = [item for _, found in asked if not isinstance(found, Fault) for item in found]
        return sorted(items, key=lambda item: (item.order, item.title))

    def with_panels(self) -> tuple[str, ...]:
        """The plugins that may have panels, each to be asked in a request of its own."""
        return self._who("panels")

    def panels(
        self, plugin: str, place: str, subject: int | None, viewer: Viewer, conn: Connection
    ) -> list[Panel] | Fault:
        """One plugin's boxes, in order."""
        arguments = {"place": place, "subject": subject, "viewer": viewer}
        asked = self._ask("panels", _all(Panel), arguments, only=plugin, conn=conn, budget=PANELS_BUDGET)
        found = next((found for _, found in asked), [])
        return found if isinstance(found, Fault) else sorted(found, key=lambda panel: (panel.order, panel.title))

    def permit(self, actor: Viewer, action: str, target: object = None) -> bool | None:
        """What the plugin that declared `action` says; None leaves it to the declared role. A fault denies."""
        arguments = {"actor": actor, "action": action, "target": target}
        asked = self._ask("permit", _verdict, arguments, only=action.partition(".")[0], patience=ANSWER_BUDGET)
        return next((False if isinstance(found, Fault) else found for _, found in asked), None)

    def allows(self, actor: Viewer, action: str, target: object = None) -> bool:
        """Whether somebody may do what a plugin declared: its `permit` decides, else the declared role.

        A token needs the action among its scopes besides. What is to be had by more people than was agreed to is not
        for `permit` to give.
        """
        declared = self.plugins.permissions.get(action)
        if declared is None or (actor.scopes is not None and action not in actor.scopes):
            return False
        if self.plugins.is_held_back(action) and not actor.at_least(declared.role):
            return False
        verdict = self.permit(actor, action, target)
        return actor.at_least(declared.role) if verdict is None else verdict

    # Operations

    def health(self, conn: Connection) -> list[tuple[str, Health]]:
        """Every plugin's checks. One that raises is unhealthy by that."""
        checks: list[tuple[str, Health]] = []
        for plugin, found in self._ask("health", _all(Health), {}, conn=conn):
            if isinstance(found, Fault):
                found = [Health("health", False, f"its checks could not be run: {found.reason}")]
            checks += [(plugin, check) for check in found]
        return checks

    def metrics(self, conn: Connection) -> list[tuple[str, Metric]]:
        asked = self._ask("metrics", _all(Metric), {}, conn=conn)
        return [(plugin, sample) for plugin, found in asked if not isinstance(found, Fault) for sample in found]

    def demonstrating(self) -> tuple[str, ...]:
        """The plugins that take part in a demo, among those that are on."""
        return self._who("demo")

    def demo(self, plugin: str, day: DemoDay, conn: Connection) -> None:
        """Raises HookFault."""
        self._insist(plugin, "demo", _ignored, {"day": day}, conn)

    # People. Each raises HookFault: the job that called tries again for ever.

    def hearing_of_people(self) -> tuple[str, ...]:
        """The plugins that hear of merges, splits or erasures, among those that are on."""
        heard = {*self._who("person_merged"), *self._who("person_split"), *self._who("person_erased")}
        return tuple(name for name in self.plugins.enabled if name in heard)

    def person_merged(self, plugin: str, kept: int, gone: int, conn: Connection) -> None:
        self._insist(plugin, "person_merged", _ignored, {"kept": kept, "gone": gone}, conn)

    def person_split(self, plugin: str, kept: int, gone: int, conn: Connection) -> None:
        self._insist(plugin, "person_split", _ignored, {"kept": kept, "gone": gone}, conn)

    def person_erased(self, plugin: str, person_id: int, conn: Connection) -> None:
        self._insist(plugin, "person_erased", _ignored, {"person_id": person_id}, conn)

    def address(self, plugin: str, channel: Channel, person: int, conn: Connection) -> str | None:
        """A person's address in a plugin's channel; None also where the plugin fails."""

        def work() -> str | None:
            with self._contexts(plugin, conn) as ctx:
                return _maybe(channel.address(person, ctx), str)

        found = self._guard.call(plugin, "channels", work, conn=conn)
        return None if isinstance(found, Fault) else found

    def export_person(self, person_id: int, viewer: Viewer, conn: Connection) -> dict[str, Mapping[str, Any] | Fault]:
        """What each plugin holds of somebody; those that hold nothing are left out. Nothing that is late is."""
        asked = self._ask("export_person", _additions, {"person_id": person_id, "viewer": viewer}, conn=conn)
        return {plugin: found for plugin, found in asked if found}

    # Inside

    def _who(self, hook: str) -> tuple[str, ...]:
        return tuple(plugin for plugin, _, _ in self.plugins.implementations(hook))

    def _ask(
        self,
        hook: str,
        check: Callable[[Any], T],
        arguments: Mapping[str, object],
        *,
        only: str | None = None,
        conn: Connection | None = None,
        budget: float | None = None,
        patience: float | None = None,
        breaker: bool = True,
        rests: bool = False,
    ) -> Iterator[tuple[str, T | Fault]]:
        """Each implementation's result, as `check` reads it, or its fault; called as the results are taken."""
        for plugin, function, parameters in self.plugins.implementations(hook):
            if only is None or plugin == only:
                taken = {name: value for name, value in arguments.items() if name in parameters}
                place = conn if "ctx" in parameters else None
                work = partial(self._work, plugin, partial(function, **taken), check, place)
                yield (
                    plugin,
                    self._guard.call(
                        plugin, hook, work, conn=place, budget=budget, patience=patience, breaker=breaker, rests=rests
                    ),
                )

    def _work(self, plugin: str, function: Callable[..., Any], check: Callable[[Any], T], conn: Connection | None) -> T:
        # A generator that raises halfway is the plugin's fault, not the page's: `check` reads it in here.
        if conn is None:
            return check(function())
        with self._contexts(plugin, conn) as ctx:
            return check(function(ctx=ctx))

    def _insist(
        self,
        plugin: str,
        hook: str,
        check: Callable[[Any], T],
        arguments: Mapping[str, object],
        conn: Connection | None = None,
    ) -> list[T]:
        results: list[T] = []
        for _, found in self._ask(hook, check, arguments, only=plugin, conn=conn, breaker=False):
            if isinstance(found, Fault):
                raise HookFault(found)
            results.append(found)
        return results


def _all(kind: type[T]) -> Callable[[Any], list[T]]:
    def check(found: Any) -> list[T]:
        items = list(found or ())
        for item in items:
            if not isinstance(item, kind):
                raise TypeError(f"returned {type(item).__name__}, not {kind.__name__}")
        return items

    return check


def _maybe(found: Any, kind: type[T]) -> T | None:
    if found is not None and not isinstance(found, kind):
        raise TypeError(f"returned {type(found).__name__}, not {kind.__name__} or None")
    return found


def _ignored(found: Any) -> None:
    return None


def _rejection(found: Any) -> Rejection | None:
    return _maybe(found, Rejection)


def _explanation(found: Any) -> Explanation | None:
    return _maybe(found, Explanation)


def _verdict(found: Any) -> bool | None:
    return _maybe(found, bool)


def _additions(found: Any) -> Mapping[str, Any] | None:
    return _maybe(found, dict)
