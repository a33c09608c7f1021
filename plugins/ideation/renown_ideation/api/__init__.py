"""The HTTP API, one module a subject: the same ideas through the same gates as the pages."""

from __future__ import annotations

from apiflask import APIBlueprint

from renown.api import PluginContext
from renown_ideation.api import (
    acts,
    answers,
    authors,
    boards,
    campaigns,
    desk,
    drafts,
    experts,
    files,
    ideas,
    links,
    merging,
    mine,
    news,
    owed,
    plans,
    proposals,
    staff_campaigns,
    steps,
    texts,
)
from renown_ideation.api.common import refuse_unstorable

_SUBJECTS = (
    boards, ideas, drafts, texts, proposals, authors, files, acts, answers, merging, experts, links, steps, plans, news,
    mine, campaigns, staff_campaigns, desk, owed,
)  # fmt: skip


def blueprint(ctx: PluginContext) -> APIBlueprint:
    api = APIBlueprint("ideation_api", __name__, url_prefix="/api/v1/ideation", tag="Ideas")
    api.before_request(refuse_unstorable)
    for subject in _SUBJECTS:
        subject.add(api, ctx)
    return api
