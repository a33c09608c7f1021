"""The rules as administrators change them: form, dry run over history, publication with a reason; adjustments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from renown.access.routes import needs
from renown.hooks.manifest import OwnRules
from renown.ledger import drafts, recount, rules, tryout, visibility
from renown.ledger.compare import Comparison, compare
from renown.people.models import Person
from renown.web import drawn, rulebook
from renown.web.formats import iso_day, parse_iso_day
from renown.web.house import house, reading, viewer

pages = Blueprint("admin_rules", __name__, url_prefix="/admin/rules")

Page = str | Response | tuple[str, int]

#: How far a dry run is compared: title and days; None for everything.
SPANS = {
    "month": ("the last 30 days", 30),
    "quarter": ("the last 90 days", 90),
    "year": ("the last year", 365),
    "all": ("all of history", None),
}
#: Movers shown on either side.
MOVERS = 20


@pages.get("")
@needs("rules:write")
def index() -> str:
    conn = reading()
    waiting = drafts.waiting(conn)
    shelves = rulebook.shelves(conn, house().plugins)
    shown = {page.path for _, pages in shelves for page in pages}
    begun = [
        rulebook.new_of(house().plugins, one) for one in waiting.values() if f"{one.plugin}/{one.name}" not in shown
    ]
    return render_template(
        "admin/rules/index.html",
        shelves=shelves,
        waiting=waiting,
        begun=sorted((page for page in begun if page is not None), key=lambda page: page.path),
        two=drafts.needs_two(conn),
    )


@pages.post("/second-person")
@needs("rules:write")
def second_person() -> Response:
    on = request.form.get("on") == "yes"
    try:
        house().db.retrying(lambda conn: drafts.require_two(conn, on, by=viewer().person_id))
    except drafts.NotAllowed as error:
        flash(f"Not changed: {error}.", "warn")
    else:
        flash("A second administrator approves each new version." if on else "One administrator is enough.", "good")
    return redirect("/admin/rules")


@pages.get("/<plugin>/new")
@needs("rules:write")
def new(plugin: str) -> str:
    return _new(plugin, {}, _own(plugin).start)


@pages.post("/<plugin>/new")
@needs("rules:write")
def add(plugin: str) -> Page:
    """Keep a rule of one's own as a draft: from there on it is tried and published as any other."""
    own, form = _own(plugin), request.form
    body = drawn.read(own.schema(), form)
    errors: dict[str, Any] = dict(own.schema().validate(body))
    name, by = form.get("rule", "").strip(), viewer().person_id
    if any(one.name == name for one in house().plugins.manifests[plugin].rules):
        errors["rule"] = [f"There is a rule {name} already."]
    if errors:
        return _new(plugin, form, body, errors), 422
    kept: dict[str, Any] = own.schema().load(body)
    try:
        house().db.retrying(lambda conn: drafts.add(conn, plugin, name, form.get("title", ""), kept, by=by))
    except ValueError as error:
        field, _, why = str(error).partition(": ")
        said = {"rule" if field == "name" else field: [why[:1].upper() + why[1:] + "."]}
        return _new(plugin, form, body, said), 422
    flash("Draft kept. Try it on history, then publish it.", "good")
    return redirect(f"/admin/rules/{plugin}/{name}/draft")


@pages.post("/<plugin>/<rule>/retire")
@needs("rules:write")
def retire(plugin: str, rule: str) -> Response:
    """A draft with which the rule gives nothing; it is published like any other version."""
    page = _page(plugin, rule)
    if not page.own or page.unpublished or page.retired:
        abort(404)
    body = {**page.history[0].body, **_own(plugin).off}

    def work(conn: Connection) -> None:
        before = drafts.get(conn, plugin, rule)
        draft = drafts.save(conn, plugin, rule, body, by=viewer().person_id)
        if before is not None and draft.at != before.at:
            tryout.forget(conn, before)

    house().db.retrying(work)
    flash(
        "With this draft the rule gives nothing. Publish it with a reason, and it is retired from its day on.", "info"
    )
    return redirect(f"/admin/rules/{page.path}/draft#publish")


@pages.get("/<plugin>/<rule>/draft")
@needs("rules:write")
def edit(plugin: str, rule: str) -> Page:
    page = _page(plugin, rule)
    draft = drafts.get(reading(), plugin, rule)
    earlier = page.version(request.args.get("from", 0, type=int))
    body = earlier.body if earlier else draft.body if draft else page.history[0].body
    return _form(page, draft, body)


@pages.post("/<plugin>/<rule>/draft")
@needs("rules:write")
def save(plugin: str, rule: str) -> Page:
    """Keep the draft, and with `try` start its dry run."""
    page = _page(plugin, rule)
    schema = page.spec.schema()
    body = drawn.read(schema, request.form)
    errors = schema.validate(body)
    if errors:
        return _form(page, drafts.get(reading(), plugin, rule), body, errors), 422
    kept: dict[str, Any] = schema.load(body)
    span = request.form.get("span", "quarter")
    by = viewer().person_id

    def work(conn: Connection) -> None:
        before = drafts.get(conn, plugin, rule)
        draft = drafts.save(conn, plugin, rule, kept, by=by)
        if before is not None and draft.at != before.at:
            tryout.forget(conn, before)
        if request.form.get("do") == "try":
            tryout.begin(conn, draft, f"Dry run of {page.spec.title}", _since(conn, span), by=by)

    house().db.retrying(work)
    if request.form.get("do") != "try":
        flash("Draft kept. Nothing is counted by it yet.", "good")
    return redirect(f"/admin/rules/{page.path}/draft{'#dry-run' if request.form.get('do') == 'try' else ''}")


@pages.get("/<plugin>/<rule>/draft/_run")
@needs("rules:write")
def run(plugin: str, rule: str) -> str:
    """How far the dry run is, and once it is done what it found."""
    page = _page(plugin, rule)
    return render_template("admin/rules/_run.html", page=page, **_tried(page, drafts.get(reading(), plugin, rule)))


@pages.post("/<plugin>/<rule>/publish")
@needs("rules:write")
def publish(plugin: str, rule: str) -> Page:
    page = _page(plugin, rule)
    draft = drafts.get(reading(), plugin, rule)
    if draft is None:
        flash("There is no draft to publish.", "warn")
        return redirect(f"/admin/rules/{page.path}/draft")
    tried = _tried(page, draft)
    reason, anew = request.form.get("reason", ""), request.form.get("anew") == "yes"
    errors = _wrong(page, draft, tried["found"], reason, anew)
    day = None
    if not anew:
        try:
            day = parse_iso_day(request.form.get("effective", ""))
        except ValueError:
            errors.setdefault("effective", []).append("Give a day, as 2026-06-04.")
    if not errors:
        try:
            return _published(page, draft, reason, day, _moved(tried["found"]))
        except ValueError as error:
            field, _, why = str(error).partition(": ")
            errors[field] = [why[:1].upper() + why[1:] + "."]
    return _form(page, draft, draft.body, {}, errors), 422


@pages.post("/<plugin>/<rule>/approve")
@needs("rules:write")
def approve(plugin: str, rule: str) -> Page:
    page = _page(plugin, rule)
    by, draft = viewer().person_id, drafts.get(reading(), plugin, rule)
    moved = _moved(_tried(page, draft)["found"])

    def work(conn: Connection) -> int:
        position = drafts.approve(conn, plugin, rule, by=by, moves=moved)
        _after(conn, draft, by)
        return position

    try:
        house().db.retrying(work)
    except (drafts.NotAllowed, LookupError) as error:
        flash(f"Not published: {error}.", "warn")
        return redirect(f"/admin/rules/{page.path}/draft")
    flash("Published.", "good")
    return redirect(f"/rules/{page.path}")


@pages.post("/<plugin>/<rule>/discard")
@needs("rules:write")
def discard(plugin: str, rule: str) -> Response:
    page = _page(plugin, rule)

    def work(conn: Connection) -> None:
        draft = drafts.get(conn, plugin, rule)
        if draft is not None:
            tryout.forget(conn, draft)
            drafts.discard(conn, plugin, rule)

    house().db.retrying(work)
    flash("Draft discarded.", "good")
    return redirect("/admin/rules" if page.unpublished else f"/rules/{page.path}")


def _page(plugin: str, rule: str) -> rulebook.Page:
    """A rule that is published, or that is begun. 404 else."""
    page = rulebook.page_of(reading(), house().plugins, plugin, rule)
    if page is None and (draft := drafts.get(reading(), plugin, rule)) is not None:
        page = rulebook.new_of(house().plugins, draft)
    if page is None:
        abort(404)
    return page


def _own(plugin: str) -> OwnRules:
    """404 where the plugin is off or takes no rules but its own."""
    found = house().plugins.manifests[plugin].own_rules if house().plugins.is_on(plugin) else None
    if found is None:
        abort(404)
    return found


def _new(plugin: str, form: Mapping[str, str], body: Mapping[str, Any], errors: Mapping[str, Any] | None = None) -> str:
    fields = drawn.draw(_own(plugin).schema(), body, errors)
    wrong = {name: list(told) for name, told in (errors or {}).items() if name in ("rule", "title")}
    return render_template(
        "admin/rules/new.html",
        plugin=house().plugins.manifests[plugin],
        groups=drawn.groups(fields),
        given=form,
        errors=wrong | {field.name: field.errors for field in fields if field.errors} | _whole(errors),
        wrong=wrong,
    )


def _form(
    page: rulebook.Page,
    draft: drafts.Draft | None,
    body: Mapping[str, Any],
    errors: Mapping[str, Any] | None = None,
    wrong: Mapping[str, list[str]] | None = None,
) -> str:
    schema, conn = page.spec.schema(), reading()
    fields = drawn.draw(schema, body, errors)
    newest = rulebook.lines(page.spec, page.history[0])
    change = [] if errors else rulebook.difference(page.spec, newest, drawn.lines(schema, body))
    return render_template(
        "admin/rules/draft.html",
        gone=page.own and page.plugin.own_rules is not None and page.plugin.own_rules.retired(body),
        page=page,
        draft=draft,
        groups=drawn.groups(fields),
        errors={field.name: field.errors for field in fields if field.errors} | _whole(errors),
        wrong=wrong or {},
        change=change if any(sign != " " for sign, _ in change) else [],
        spans=[(key, title) for key, (title, _) in SPANS.items()],
        tomorrow=iso_day(rules.tomorrow(conn)),
        two=drafts.needs_two(conn),
        own=draft is not None and draft.by_id == viewer().person_id,
        given=request.form,
        **_tried(page, draft),
    )


def _whole(errors: Mapping[str, Any] | None) -> dict[str, list[str]]:
    return {"rule": list(errors["_schema"])} if errors and "_schema" in errors else {}


def _wrong(
    page: rulebook.Page, draft: drafts.Draft, found: Comparison | None, reason: str, anew: bool
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if not reason.strip():
        errors["reason"] = ["Say why: everybody who is counted reads it."]
    if anew and found is None:
        errors["anew"] = ["Look at a dry run first: a recount changes the past."]
    if drawn.lines(page.spec.schema(), draft.body) == rulebook.lines(page.spec, page.history[0]):
        errors["rule"] = [f"This is what version {page.history[0].version} says already."]
    return errors


def _published(page: rulebook.Page, draft: drafts.Draft, reason: str, day: int | None, moved: int | None) -> Response:
    by = viewer().person_id

    def work(conn: Connection) -> int | None:
        position = drafts.propose(conn, draft.plugin, draft.name, reason=reason, effective=day, by=by, moves=moved)
        if position is not None:
            _after(conn, draft, by, reason, anew=day is None)
        return position

    if house().db.retrying(work) is None:
        flash("It waits for a second administrator to approve it.", "info")
        return redirect(f"/admin/rules/{page.path}/draft")
    flash("Published, and being counted anew." if day is None else "Published.", "good")
    return redirect(f"/rules/{page.path}")


def _after(
    conn: Connection, draft: drafts.Draft | None, by: int | None, reason: str = "", *, anew: bool | None = None
) -> None:
    """Once a draft is published: its dry run goes, and where it changes the past the recount begins."""
    if draft is None:
        return
    tryout.forget(conn, draft)
    if draft.effective is None if anew is None else anew:
        recount.begin(conn, draft.plugin, reason or draft.reason or "", by=by, via="web")


def _tried(page: rulebook.Page, draft: drafts.Draft | None) -> dict[str, Any]:
    """The draft's dry run: the run's row, and once it is done what it found, by measure."""
    conn = reading()
    ran = tryout.run_of(conn, draft) if draft is not None else None
    sums = sorted((one for one in page.plugin.measures if one.kind == "sum"), key=lambda one: not one.listed)
    if ran is None or draft is None or draft.generation is None or ran.state != "done" or not sums:
        return {"run": ran, "found": None, "people": {}, "since": draft.since if draft else None}
    found = compare(conn, page.plugin.name, draft.generation, sums[0].name, since=draft.since or None)
    named = visibility.shows_people(viewer(), visibility.preset(conn))
    ids = [move.person for side in _sides(found).values() for move in side] if named else []
    rows = conn.execute(select(Person.id, Person.handle, Person.name).where(Person.id.in_(ids))) if ids else ()
    return {
        "run": ran,
        "found": found,
        "sides": _sides(found) if named else {},
        "people": {row.id: row for row in rows},
        "since": draft.since,
        "measure": sums[0],
        "before": sum(move.before for move in found.moves),
        "after": sum(move.after for move in found.moves),
    }


def _sides(found: Comparison) -> dict[str, list[Any]]:
    return {
        "more": [move for move in found.moves if move.after > move.before][:MOVERS],
        "less": [move for move in found.moves if move.after < move.before][:MOVERS],
    }


def _moved(found: Comparison | None) -> int | None:
    return None if found is None else len(found.moves)


def _since(conn: Connection, span: str) -> int:
    """The first day to compare; 0 for all of them."""
    days = SPANS.get(span, SPANS["quarter"])[1]
    return 0 if days is None else rules.tomorrow(conn) - days
