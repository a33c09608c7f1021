"""Ideas and campaigns for who asks the API: on a public board, one campaign in each state."""

from __future__ import annotations

from sqlalchemy import select

from renown_ideation.delivery import plans
from renown_ideation.ideas import files
from renown_ideation.models import Idea
from tests.browser import campaigned
from tests.web.conftest import Site

BOARD, CAMPAIGN = "conference", "talks"


def bring(site: Site) -> tuple[int, int]:
    """An idea that is planned, and voted for in the campaigns; and a file beside it."""
    people = {"U0": "member", "U1": "moderator", "U2": "member", "U4": "administrator", "K0": "customer"}
    known = {name: site.people[role] for name, role in people.items()}
    campaigned.hold(site.renown, known | {"cleo": site.people["customer"]})
    with site.renown.contexts.of("ideation").writing() as ctx:
        idea = ctx.session.scalars(select(Idea).order_by(Idea.id).limit(1)).one()
        given = {"goal": "Give it twice", "expected": "A full room", "owner": "moderator"}
        plans.write(ctx, idea, site.people["moderator"], given)
        beside = files.keep(ctx, idea, site.people["moderator"], files.Looked("talk.txt", "text/plain", b"Hello"))
        return idea.id, beside.id
