"""The pages, one module a subject: each adds its views to the one blueprint."""

from __future__ import annotations

from flask import Blueprint

from renown.api import PluginContext
from renown_influence.pages import asking, compare, mine, network, runs


def blueprint(ctx: PluginContext) -> Blueprint:
    pages = Blueprint(
        "influence",
        "renown_influence",
        url_prefix="/influence",
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )
    for subject in (mine, asking, network, compare, runs):
        subject.add(pages, ctx)
    return pages
