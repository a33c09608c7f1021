"""The HTTP API, one module a subject: the same ideas through the same gates as the pages."""

from __future__ import annotations

from apiflask import APIBlueprint

from renown.api import PluginContext
from renown_ideation.api import acts, boards, campaigns, desk, experts, ideas, owed, plans, staff_campaigns

_SUBJECTS = (boards, ideas, acts, experts, plans, campaigns, staff_campaigns, desk, owed)


def blueprint(ctx: PluginContext) -> APIBlueprint:
    api = APIBlueprint("ideation_api", __name__, url_prefix="/api/v1/ideation", tag="Ideas")
    for subject in _SUBJECTS:
        subject.add(api, ctx)
    return api
