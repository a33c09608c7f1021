"""What changed for me, and what needs me."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from renown.access import customers
from renown.access.routes import public
from renown.hooks.manifest import MeasureSpec
from renown.ledger import trends, why
from renown.ledger.boards import NotShown
from renown.ledger.periods import ALL, ROLLING_DAYS, Span, on
from renown.ledger.why import Change, Why
from renown.notify import inbox
from renown.people.models import Identity, Person
from renown.web import measures, plugins, spans, words
from renown.web.guard import permitted
from renown.web.house import reading, viewer, working
from renown.web.pages.people import teams_today

pages = Blueprint("home", __name__)


@pages.get("/")
@public
def show() -> str | Response:
    if not viewer().employee:
        return redirect(_elsewhere())
    if not permitted("me:read"):
        abort(404)
    conn, me, now = reading(), viewer().person_id or 0, spans.today()
    measure = measures.first()
    month = on("month", now)
    this_month = _why(measure, month, 8)
    ever = _why(measure, ALL, 1)
    days = trends.daily(conn, measure.name, [me], now - ROLLING_DAYS + 1, now)[me] if measure else []
    changes = this_month.changes if this_month else ()
    return render_template(
        "home/home.html",
        measure=measure,
        month=month,
        why=this_month,
        most=_most(this_month),
        ever=bool(ever and ever.changes),
        rows=words.in_pairs(changes),
        thanks=[one for one in changes if _thanks(one)][:5],
        days=days,
        waiting=[one for one in inbox.listed(conn, me, of=working(), limit=20) if one.read_at is None][:3],
        team=teams_today(conn, [me], now).get(me),
        accounts=_accounts(me),
    )


def _elsewhere() -> str:
    """Where those begin who do not work here: at the first thing that a plugin has for them."""
    stranger = viewer().person_id is None
    if stranger and customers.policy(reading()) == "no":
        return "/login"
    first = next(iter(plugins.links("top")), None)
    return first.url if first else "/login" if stranger else "/me/privacy"


def _why(measure: MeasureSpec | None, span: Span, limit: int) -> Why | None:
    if measure is None or not viewer().person_id:
        return None
    try:
        return why.why(reading(), viewer(), viewer().person_id or 0, measure.name, span, limit=limit)
    except NotShown:
        return None


def _most(found: Why | None) -> Any:
    """The summand that gave most."""
    return max(found.parts, key=lambda part: part.amount, default=None) if found else None


def _thanks(change: Change) -> bool:
    return change.by is not None and change.amount > 0 and not change.reversed_by


def _accounts(person: int) -> int:
    root = func.coalesce(Person.root_id, Person.id)
    query = select(func.count()).select_from(Identity).join(Person, Person.id == Identity.person_id)
    return int(reading().execute(query.where(root == person)).scalar_one())
