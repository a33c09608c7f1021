"""The administrators' first page: one line of state, what needs action, and the set-up list until it is done."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template
from sqlalchemy import Connection, func, select

from renown.access.models import Login
from renown.access.routes import needs
from renown.db import stored
from renown.events import consume, log
from renown.health import Finding, Site, database, examine, flow
from renown.jobs.presence import able
from renown.ledger.models import Entry
from renown.people.models import Person
from renown.sources import registry
from renown.web.exports import as_json
from renown.web.house import house, reading

pages = Blueprint("admin", __name__, url_prefix="/admin")


#: Where each check that is not well is put right; the others on the page of health.
PLACES = {
    "address": ("Organisation", "/admin/settings#decided"),
    "jobs": ("Jobs", "/admin/jobs"),
    "workers": ("Jobs", "/admin/jobs"),
    "sources": ("Sources", "/admin/sources"),
    "plugins": ("Plugins", "/admin/plugins"),
    "mail": ("Mail", "/admin/mail"),
}


@dataclass(frozen=True)
class Step:
    """One step of setting up. `done` is seen from the data, never ticked by hand."""

    title: str
    text: str
    url: str
    done: bool


@pages.get("")
@needs("admin:read")
def index() -> str:
    conn = reading()
    found = findings()
    steps = setup(conn)
    order = {"bad": 0, "warning": 1}
    return render_template(
        "admin/overview.html",
        urgent=sorted((one for one in found if one.state != "good"), key=lambda one: order[one.state]),
        places=PLACES,
        figures=figures(conn),
        steps=[] if all(step.done for step in steps) else steps,
    )


@pages.get("/health")
@needs("admin:read")
def health() -> str:
    return render_template(
        "admin/health.html",
        findings=findings(),
        plugin_checks=stored.get(reading(), "core", "plugin_health", []),
        readers=consume.listed(reading()),
        end=log.head(reading()),
        sizes=sizes(reading()),
    )


@pages.get("/health.json")
@needs("admin:read")
def health_data() -> Response:
    return as_json({"checks": findings()})


def findings() -> list[Finding]:
    return examine(Site(house().db, house().settings, house().plugins), (*database.CHECKS, *flow.CHECKS))


def figures(conn: Connection) -> list[tuple[str, int, str]]:
    """What there is: label, number, page."""
    people = select(func.count()).select_from(Person).where(Person.root_id.is_(None) | (Person.root_id == Person.id))
    # The highest id, not a count: a count reads the whole table.
    entries = select(func.coalesce(func.max(Entry.id), 0))
    return [
        ("Events", log.head(conn), "/admin/health"),
        ("Entries", conn.scalar(entries) or 0, "/boards"),
        ("People", conn.scalar(people) or 0, "/admin/people"),
        ("Sources", len(registry.listed(conn)), "/admin/sources"),
        ("Events waiting", consume.lag(conn, able(conn, house().plugins.enabled)), "/admin/jobs"),
    ]


def setup(conn: Connection) -> list[Step]:
    """The seven steps from an empty installation to one that is in use."""
    settings = house().settings
    logins = conn.scalar(select(func.count()).select_from(Login)) or 0
    held = stored.all_of(conn, "core")
    return [
        Step(
            "Address",
            "Set RENOWN_URL, so that links in mail lead here.",
            "/admin/settings#decided",
            settings.url is not None,
        ),
        Step("Mail", "So that people hear of what concerns them.", "/admin/mail", bool(held.get("mail"))),
        Step("Sign-in", "Let a second person sign in.", "/admin/people", logins > 1),
        Step("Source", "Connect the first network.", "/admin/sources/new", bool(registry.listed(conn))),
        Step("People", "Take over people and teams from a CSV file.", "/admin/people", bool(held.get("directory_at"))),
        Step("Privacy", "Choose who sees whose numbers.", "/admin/privacy", "privacy" in held),
        Step("Rules", "Read what counts, and change what does not fit.", "/admin/rules", "rules_seen" in held),
    ]


def sizes(conn: Connection) -> list[tuple[str, int]]:
    """The largest tables and their bytes, indexes included."""
    if conn.dialect.name == "postgresql":
        rows = conn.exec_driver_sql(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 10"
        )
        return [(str(name), int(size)) for name, size in rows]
    size = conn.exec_driver_sql("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").scalar()
    return [("the whole database", int(size or 0))]
