"""Ideas and campaigns for who asks the API: on a public board, one campaign in each state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from renown_ideation.delivery import links, plans, steps
from renown_ideation.ideas import files
from renown_ideation.models import Idea
from tests.browser import campaigned
from tests.web.conftest import Site

BOARD, CAMPAIGN = "conference", "talks"


def bring(site: Site) -> Mapping[str, Sequence[int]]:
    """An idea that is planned, and voted for in the campaigns; with a step of its plan, a file and a link beside it."""
    people = {"U0": "member", "U1": "moderator", "U2": "member", "U4": "administrator", "K0": "customer"}
    known, staff = {name: site.people[role] for name, role in people.items()}, site.people["moderator"]
    campaigned.hold(site.renown, known | {"cleo": site.people["customer"]})
    with site.renown.contexts.of("ideation").writing() as ctx:
        idea = ctx.session.scalars(select(Idea).order_by(Idea.id).limit(1)).one()
        given = {"goal": "Give it twice", "expected": "A full room", "owner": "moderator"}
        plan = plans.write(ctx, idea, staff, given)
        step = steps.add(ctx, plan, {"text": "Ask for the room"})
        link = links.add(ctx, idea, staff, {"url": "https://rooms.example/12", "title": "The room"})
        beside = files.keep(ctx, idea, staff, files.Looked("talk.txt", "text/plain", b"Hello"))
        return {"idea": [idea.id], "file": [beside.id], "step": [step.id], "link": [link.id]}
