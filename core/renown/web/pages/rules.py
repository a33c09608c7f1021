"""The rules, for everybody who is counted by them: what gives how much, what limits it, since when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy import Connection, func, select

from renown.access.routes import needs
from renown.ledger.entries import RuleVersion
from renown.ledger.models import Entry, Measure, Rule
from renown.people.models import Identity, Person
from renown.web import measures, rulebook
from renown.web.api.rules import rule_data
from renown.web.exports import Item, as_csv, as_feed, as_json
from renown.web.guard import permitted
from renown.web.house import house, reading, viewer
from renown.web.worth import ACTS, OTHERS, worth

pages = Blueprint("rules", __name__)

_ACTS = {act.name: act for act in ACTS}


@pages.get("/rules")
@needs("rules:read")
def index() -> str:
    shelves = rulebook.shelves(reading(), house().plugins)
    return render_template(
        "rules/index.html",
        shelves=shelves,
        mine=_last_entries(reading()),
        trial=_trial(shelves),
        acts=ACTS,
        others=OTHERS,
    )


@pages.get("/rules.json")
@needs("rules:read")
def as_data() -> Response:
    return as_json([rule_data(page) for page in _all_pages()])


@pages.get("/rules.csv")
@needs("rules:read")
def as_table() -> Response:
    columns = ("plugin", "rule", "title", "version", "gives", "limits")
    rows = (
        (page.plugin.name, page.spec.name, page.spec.title, page.now.version, page.telling.gives,
         " ".join(page.telling.limits))
        for page in _all_pages()
    )  # fmt: skip
    return as_csv("rules", columns, rows)


@pages.get("/rules.atom")
@needs("rules:read")
def as_versions() -> Response:
    """Every version that was published, newest first."""
    items = [
        Item(
            f"{page.plugin.name}-{page.spec.name}-v{one.version}",
            f"{page.spec.title}, version {one.version}",
            f"/rules/{page.path}/v{one.version}",
            one.at,
            one.reason or rulebook.tell(page.spec, one).gives,
        )
        for page in _all_pages()
        for one in page.history
        if one.version
    ]
    return as_feed("Rules", sorted(items, key=lambda item: -item.at)[:100])


@pages.get("/rules/_worth")
@needs("rules:read")
def worth_of() -> str:
    shelves = rulebook.shelves(reading(), house().plugins)
    return render_template("rules/_worth.html", trial=_trial(shelves))


@pages.get("/rules/<plugin>/<rule>")
@needs("rules:read")
def show(plugin: str, rule: str) -> str:
    page = _page(plugin, rule)
    return render_template(
        "rules/show.html",
        page=page,
        people=_people(reading(), page),
        mine=_last_entries(reading()).get((plugin, rule)),
        may_change=permitted("rules:write"),
        changes={one.version: _change(page, one) for one in page.history},
    )


@pages.get("/rules/<plugin>/<rule>/v<int:number>")
@needs("rules:read")
def version(plugin: str, rule: str, number: int) -> str:
    page = _page(plugin, rule)
    found = page.version(number)
    if found is None:
        abort(404)
    return render_template(
        "rules/version.html",
        page=page,
        shown=found,
        telling=rulebook.tell(page.spec, found),
        lines=rulebook.lines(page.spec, found),
        change=_change(page, found),
        people=_people(reading(), page),
    )


def _all_pages() -> list[rulebook.Page]:
    return [page for _, pages in rulebook.shelves(reading(), house().plugins) for page in pages]


def _page(plugin: str, rule: str) -> rulebook.Page:
    page = rulebook.page_of(reading(), house().plugins, plugin, rule)
    if page is None:
        abort(404)
    return page


def _change(page: rulebook.Page, version: Any) -> list[tuple[str, str]]:
    before = page.before(version)
    if before is None:
        return []
    return rulebook.difference(page.spec, rulebook.lines(page.spec, before), rulebook.lines(page.spec, version))


def _people(conn: Connection, page: rulebook.Page) -> dict[int, Any]:
    """Who published, by id."""
    ids = {one.by_id for one in page.history if one.by_id is not None}
    rows = conn.execute(select(Person.id, Person.handle, Person.name).where(Person.id.in_(ids))) if ids else ()
    return {row.id: row for row in rows}


def _last_entries(conn: Connection) -> dict[tuple[str, str], Any]:
    """The viewer's latest entry that stands under each rule, by plugin and rule."""
    person = viewer().person_id
    if person is None:
        return {}
    root = func.coalesce(Person.root_id, Person.id)
    mine = select(Identity.id).join(Person, Person.id == Identity.person_id).where(root == person)
    newest = (
        select(Rule.plugin, Rule.name, func.max(Entry.id).label("id"))
        .join(Measure, (Measure.id == Entry.measure) & (Measure.generation == Entry.generation))
        .join(Rule, Rule.id == Entry.rule_id)
        .where(Entry.identity_id.in_(mine), Entry.reverses == 0, Measure.listed.is_(True))
        .group_by(Rule.plugin, Rule.name)
        .subquery()
    )
    rows = conn.execute(
        select(
            newest.c.plugin, newest.c.name, Entry.id, Entry.day, Entry.amount, Entry.raw, Measure.name.label("measure")
        )
        .join(newest, newest.c.id == Entry.id)
        .join(Measure, Measure.id == Entry.measure)
    )
    return {(row.plugin, row.name): row for row in rows}


def _trial(shelves: list[tuple[Any, list[rulebook.Page]]]) -> dict[str, Any]:
    """What the calculator was asked, and what comes of it."""
    asked = request.args
    act = _ACTS.get(asked.get("act", ""), _ACTS["accepted"])
    other = asked.get("other", "employee")
    words = min(max(asked.get("words", 20, type=int), 0), 100_000)
    times = min(max(asked.get("times", 1, type=int), 1), 100)
    rules: dict[str, Sequence[RuleVersion]] = {
        manifest.name: tuple(
            RuleVersion(page.now.id, page.spec.name, page.now.version, page.now.body) for page in pages if page.begun
        )
        for manifest, pages in shelves
    }
    titles = {page.spec.name: page.spec.title for _, pages in shelves for page in pages}
    found = worth(house().dispatcher, rules, act, other if other in OTHERS else "employee", words, times)
    listed = {one.name: one for one in measures.all_of()}
    return {
        "act": act,
        "other": other,
        "words": words,
        "times": times,
        "found": [one for one in found if one.measure in listed],
        "titles": titles,
        "measures": listed,
    }
