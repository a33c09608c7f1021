"""People, why their numbers are what they are, teams, and the caller."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import abort
from sqlalchemy import select

from renown.access.routes import needs
from renown.ledger import heads
from renown.people.models import Person, Team
from renown.web import spans
from renown.web.api import shapes
from renown.web.house import reading, viewer
from renown.web.pages import people as pages
from renown.web.pages import why

api = APIBlueprint("api_people", __name__, url_prefix="/api/v1", tag="People")


@api.get("/people")
@needs("people:read")
@api.input(shapes.PeopleQuery, location="query")
@api.output(shapes.People)
@api.doc(summary="People whom the caller may see", security="token")
def index(query_data: dict[str, Any]) -> dict[str, Any]:
    found, further = pages.page(query_data["limit"])
    return {"rows": [{"person": one.handle, "name": one.name} for one in found], "next": further}


@api.get("/people/<handle>")
@needs("people:read")
@api.output(shapes.Profile)
@api.doc(summary="One person", security="token")
def show(handle: str) -> dict[str, Any]:
    return pages.person_data(reading(), viewer(), pages.known(handle))


@api.get("/people/<handle>/why/<measure>")
@needs("people:read")
@api.input(shapes.WhyQuery, location="query")
@api.output(shapes.Why)
@api.doc(summary="Why a person's number is what it is", security="token")
def explain(handle: str, measure: str, query_data: dict[str, Any]) -> dict[str, Any]:
    return why.why_data(why.explained(handle, measure, query_data["limit"]))


@api.get("/teams")
@needs("people:read")
@api.output(shapes.Team(many=True))
@api.doc(summary="All teams", security="token")
def all_teams() -> list[dict[str, Any]]:
    sizes = heads.sizes(reading(), spans.today())
    query = select(Team.id, Team.slug, Team.name).where(Team.archived.is_(False)).order_by(Team.name)
    return [{"team": row.slug, "name": row.name, "people": sizes.get(row.id, 0)} for row in reading().execute(query)]


@api.get("/teams/<slug>")
@needs("people:read")
@api.output(shapes.Team)
@api.doc(summary="One team", security="token")
def one_team(slug: str) -> dict[str, Any]:
    row = reading().execute(select(Team.id, Team.name).where(Team.slug == slug)).one_or_none()
    if row is None:
        abort(404)
    return {"team": slug, "name": row.name, "people": heads.sizes(reading(), spans.today()).get(row.id, 0)}


@api.get("/me")
@needs("me:read")
@api.output(shapes.Me)
@api.doc(summary="Whom the token speaks for, and what it may do", security="token")
def me() -> dict[str, Any]:
    who = viewer()
    handle = reading().scalar(select(Person.handle).where(Person.id == who.person_id)) if who.person_id else None
    return {"person": handle, "role": who.role, "scopes": sorted(who.scopes) if who.scopes is not None else None}
