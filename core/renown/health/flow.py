"""Checks of what flows: consumers, jobs, sources, plugins, the audit chain."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points

from sqlalchemy import Connection, func, select

from renown import audit, clock
from renown.clock import DAY, SECOND
from renown.db.models import ALL, PluginState
from renown.events import consume
from renown.events.log import CORE
from renown.events.models import Consumer, Event, Passed
from renown.health import Finding, Site, good
from renown.health import State as Severity
from renown.hooks import importing
from renown.hooks.discovery import GROUP
from renown.hooks.manager import Plugins
from renown.hooks.states import State
from renown.jobs import schedule
from renown.jobs.presence import GONE, able, alive
from renown.ledger import needed
from renown.notify import mail
from renown.notify.models import Delivery
from renown.sources.models import Quarantine, Source
from renown.sources.secrets import Keyring, WrongKey

#: A consumer that lags behind by more events than this, without moving, is worth a look.
LAG = 10_000


#: What a reader calls of its plugin, by its kind.
_HOOKS = {consume.SCORE: "score", consume.RECORDED: "events_recorded", consume.PEOPLE: "what hears of people"}


def consumers(site: Site) -> Finding:
    with site.db.read() as conn:
        end = conn.scalar(select(func.max(Event.id))) or 0
        rows = conn.execute(select(Consumer.__table__).where(Consumer.state != "off")).all()
        # What nobody moves is told of its plugin.
        moved = able(conn, ())
        still = [(row, micros) for row, micros in consume.standing_still(conn) if row.plugin in moved]
    stopped = [row for row in rows if row.state == "stopped"]
    if stopped:
        first = stopped[0]
        return Finding(
            "consumers", "bad",
            f"{first.plugin} stopped at event {first.failed_event}: {first.error}",
            f"see Admin, Plugins, {first.plugin}: try again, or set the event aside",
        )  # fmt: skip
    if still:
        each = (f"{_HOOKS.get(row.kind, row.kind)} of {row.plugin} for {micros / SECOND:,.0f} s, at event"
                f" {row.position + 1}" for row, micros in still)  # fmt: skip
        return Finding(
            "consumers", "bad", f"has not come back: {'; '.join(each)}; other plugins go on",
            f"switch {still[0][0].plugin} off, and start the worker anew: nobody can end a call from outside",
        )  # fmt: skip
    ahead = [row.name for row in rows if row.position > end]
    if ahead:
        return Finding(
            "consumers", "bad", f"{', '.join(ahead)} read past the end of the log", "renown reconcile --repair"
        )
    lag = max((end - row.position for row in rows), default=0)
    if lag > LAG:
        return Finding("consumers", "warning", f"{lag:,} events are waiting", "an import may be running; see Jobs")
    return good("consumers", f"{len(rows)} read the log; {lag:,} events waiting")


def passed(site: Site) -> Finding:
    """Of the last week: what is lost to a plugin nobody tells it again, and its page lists all of it."""
    with site.db.read() as conn:
        rows = consume.passed(conn, Passed.at > clock.now() - 7 * DAY)
    if rows:
        first = rows[0]
        return Finding(
            "passed over", "warning",
            f"{len(rows):,} events in a week, the last of them event {first.event_id} by {first.plugin}: {first.error}",
            f"see Admin, Plugins, {first.plugin}: it was not told of them",
        )  # fmt: skip
    return good("passed over", "no event in a week")


def jobs(site: Site) -> Finding:
    with site.db.read() as conn:
        rows = schedule.listed(conn)
    failing = [row for row in rows if row.error]
    if failing:
        first = failing[0]
        return Finding("jobs", "bad", f"{first.name} failed {first.failures} times: {first.error}", "see Admin, Jobs")
    long = [row.name for row in rows if row.due_at and row.holder and row.due_at < clock.now() - 3600 * SECOND]
    if long:
        return Finding("jobs", "warning", f"running for more than an hour: {', '.join(long)}", "restart its worker")
    late = [row.name for row in rows if row.due_at and row.holder is None and row.due_at < clock.now() - 3600 * SECOND]
    if late:
        return Finding("jobs", "warning", f"overdue by more than an hour: {', '.join(late)}", "is a worker running?")
    return good("jobs", f"{len(rows)} on schedule")


def sources(site: Site) -> Finding:
    with site.db.read() as conn:
        connected = select(Source.title, Source.last_event_at).where(Source.state == "live", Source.name != CORE)
        live = conn.execute(connected).all()
        held = conn.scalar(select(func.count()).select_from(Quarantine)) or 0
    if held:
        return Finding("sources", "warning", f"{held:,} events are in quarantine", "see Admin, Sources")
    silent = [row.title for row in live if row.last_event_at and row.last_event_at < clock.now() - 3 * DAY]
    if silent:
        return Finding("sources", "warning", f"silent for over three days: {', '.join(silent)}", "see its live view")
    return good("sources", f"{len(live)} connected")


def secrets(site: Site) -> Finding:
    path = site.settings.data / "secret.key"
    key = site.settings.secret_key or (path.read_text() if path.exists() else "")
    with site.db.read() as conn:
        sealed = conn.execute(select(Source.title, Source.secrets).where(Source.name != CORE)).all()
        # With any key at all: one that is missing opens nothing.
        keyring = Keyring(key.strip() or "none")
        shut = [row.title for row in sealed if not _opens(keyring, row.secrets)]
        try:
            mail.load(conn, keyring)
        except WrongKey:
            shut.append("mail")
    if shut:
        return Finding(
            "secrets", "bad", f"encrypted with another key than this one: {', '.join(shut)}",
            "bring back the key of that time (RENOWN_SECRET_KEY, or secret.key in RENOWN_DATA), or enter them anew",
        )  # fmt: skip
    return good("secrets", "the key opens them")


def _opens(keyring: Keyring, sealed: list[str]) -> bool:
    try:
        keyring.open_all(sealed)
    except WrongKey:
        return False
    return True


def plugins(site: Site) -> Finding:
    """Whether those that are switched on run: here, and where numbers are counted."""
    with site.db.read() as conn:
        unread = [] if site.settings.safe else _unread(conn, site.plugins)
        told = [*_gone(conn), *_not_running(site), *unread, *_asking(site.plugins), *_mistaken(site)]
    if not told:
        return good("plugins", "those that are switched on run")
    # The worst of them, and what to do about that, comes first.
    told.sort(key=lambda one: one.state)
    return Finding("plugins", told[0].state, "; ".join(one.text for one in told), told[0].remedy)


def _told(state: Severity, text: str, remedy: str) -> Finding:
    return Finding("plugins", state, text, remedy)


def _gone(conn: Connection) -> list[Finding]:
    wanted = conn.scalars(select(PluginState.name).where(PluginState.enabled)).all()
    # Looked up now: it may have been removed since this process started.
    there = {ALL, *(point.name for point in entry_points(group=GROUP))}
    gone = sorted(set(wanted) - there)
    remedy = f"install it again, or switch it off: renown plugins disable {gone[0]}" if gone else ""
    return [_told("bad", f"switched on, but not installed any more: {', '.join(gone)}", remedy)] if gone else []


def _not_running(site: Site) -> list[Finding]:
    """Those that something stands in the way of in the process that looks."""
    if site.settings.safe:
        told = "; ".join(
            filter(None, ("safe mode: none is loaded", importing.advice(importing.unfinished(site.settings.data))))
        )
        return [_told("warning", told, "start again without --safe, and without RENOWN_SAFE")]
    found = []
    for one in site.plugins.installed:
        status = site.plugins.status(one.name)
        if status.state is State.ENABLED or not site.plugins.is_wanted(one.name):
            continue
        severity, remedy = _STANDING[status.state]
        found.append(_told(severity, f"{one.name} is {status.state}: {status.reason}", status.remedy or remedy))
    return found


#: How bad it is that one that is switched on is in a state, and what to do.
_STANDING: Mapping[State, tuple[Severity, str]] = {
    State.BLOCKED: ("warning", "take it out of RENOWN_BLOCKED_PLUGINS, or switch it off"),
    State.INCOMPATIBLE: ("bad", "install a version of it that fits, or switch it off"),
    State.FAILED: ("bad", "install a version of it that works, or switch it off"),
    State.NEEDS_UPGRADE: ("bad", "renown db upgrade"),
    State.DISABLED: ("warning", "switch on what it requires, or switch it off"),
    State.SUSPENDED: ("bad", "see Admin, Plugins, and try again"),
}


def _unread(conn: Connection, plugins: Plugins) -> list[Finding]:
    """Those that run here and whose numbers stand still: a reader of theirs is off, or no worker has them."""
    found = []
    off = needed.astray(conn, plugins)
    if off:
        found.append(_told("bad", f"switched on, but a reader is off: {', '.join(sorted(off))}", _START))
    if alive(conn):
        moved = able(conn, ())
        # A worker tells at its next beat what was switched on just now.
        before = clock.now() - GONE
        rows = [row for row in consume.listed(conn) if row.state != consume.OFF and row.moved_at < before]
        nobody = sorted({row.plugin for row in rows if plugins.is_on(row.plugin) and row.plugin not in moved})
        if nobody:
            text = f"switched on, but no worker has it, so its numbers stand still: {', '.join(nobody)}"
            found.append(_told("bad", text, _START))
    return found


_START = "start a worker that has it, or switch it off"


def _asking(plugins: Plugins) -> list[Finding]:
    """Those that ask for more than was agreed to, which nobody may do until it is."""
    return [
        _told(
            "warning",
            f"{name} asks for more than was agreed to: {', '.join(one.name for one in plugins.wanting(name))}",
            f"look at it, and allow it: Admin, Plugins, or renown plugins enable {name} --yes",
        )
        for name in (one.name for one in plugins.installed)
        if plugins.is_wanted(name) and plugins.wanting(name)
    ]


def _mistaken(site: Site) -> list[Finding]:
    """What was installed or set by mistake, and does nothing."""
    found = [
        _told("warning", f"{one.name}: {text}", "uninstall it") for one in site.plugins.installed for text in one.rivals
    ]
    unknown = site.plugins.unknown(site.settings.blocked_plugins)
    if unknown:
        found.append(_told("warning", unknown, "correct it, or install the plugin"))
    return found


def deliveries(site: Site) -> Finding:
    with site.db.read() as conn:
        failed = conn.scalar(select(func.count()).select_from(Delivery).where(Delivery.state == "failed")) or 0
    if failed:
        return Finding("mail", "warning", f"{failed:,} messages could not be delivered", "see Admin, Jobs")
    return good("mail", "nothing is stuck")


def record(site: Site) -> Finding:
    """The whole chain: a page reads the newest of it alone."""
    with site.db.read() as conn:
        report = audit.verify(conn)
    if not report.whole:
        return Finding(
            "audit", "bad", f"the record of administrative acts is broken: entry {report.broken} {report.what}",
            "find out who wrote to the database, and restore a back-up that `renown audit verify` proves whole",
        )  # fmt: skip
    return good("audit", f"{report.rows:,} administrative acts, unbroken")


#: What takes as long as there is history, so no page waits for it.
THOROUGH = (("audit", record),)

CHECKS = (
    ("consumers", consumers), ("passed over", passed), ("jobs", jobs), ("sources", sources), ("secrets", secrets),
    ("plugins", plugins), ("mail", deliveries),
)  # fmt: skip
