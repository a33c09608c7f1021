"""Checks of what flows: consumers, jobs, sources, plugins, the audit chain."""

from __future__ import annotations

from importlib.metadata import entry_points

from sqlalchemy import func, select

from renown import audit, clock
from renown.clock import DAY, SECOND
from renown.db.models import ALL, PluginState
from renown.events import consume
from renown.events.log import CORE
from renown.events.models import Consumer, Event, Passed
from renown.health import Finding, Site, good
from renown.hooks.discovery import GROUP
from renown.jobs import schedule
from renown.jobs.presence import alive
from renown.notify import mail
from renown.notify.models import Delivery
from renown.sources.models import Quarantine, Source
from renown.sources.secrets import Keyring, WrongKey

#: A consumer that lags behind by more events than this, without moving, is worth a look.
LAG = 10_000


#: What a reader calls of its plugin, by its kind.
_HOOKS = {consume.SCORE: "score", consume.RECORDED: "events_recorded", "people": "what hears of people"}


def consumers(site: Site) -> Finding:
    with site.db.read() as conn:
        end = conn.scalar(select(func.max(Event.id))) or 0
        rows = conn.execute(select(Consumer.__table__).where(Consumer.state != "off")).all()
        still = consume.standing_still(conn) if alive(conn) else []
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
    with site.db.read() as conn:
        rows = conn.execute(select(PluginState.name, PluginState.enabled, PluginState.suspended)).all()
    there = {ALL, *(point.name for point in entry_points(group=GROUP))}
    gone = sorted(row.name for row in rows if row.enabled and row.name not in there)
    if gone:
        return Finding(
            "plugins", "bad", f"switched on, but not installed any more: {', '.join(gone)}",
            f"install it again, or switch it off: renown plugins disable {gone[0]}",
        )  # fmt: skip
    held = [f"{row.name} ({', '.join(row.suspended)})" for row in rows if row.suspended]
    if held:
        return Finding("plugins", "bad", f"suspended: {'; '.join(held)}", "see Admin, Plugins, and try again")
    return good("plugins", "none suspended")


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
