"""What was frozen of an option: sent when it is unfolded, or on a page of its own where there are no scripts."""

from __future__ import annotations

from flask import Blueprint, render_template

from renown.api import PluginContext, needs
from renown_ideation import gate
from renown_ideation.campaigns import frozen
from renown_ideation.ideas import rendered, writing
from renown_ideation.pages.campaigns import CAMPAIGN, summary

_OPTION = f"{CAMPAIGN}/options/<int(max=2147483647):number>"


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get(_OPTION)
    @needs("ideation.read")
    def option_text(slug: str, number: int) -> str:
        return _drawn(slug, number, "ideation/option.html")

    @pages.get(f"{_OPTION}/_text")
    @needs("ideation.read")
    def option_unfolded(slug: str, number: int) -> str:
        return _drawn(slug, number, "ideation/_option.html")

    def _drawn(slug: str, number: int, template: str) -> str:
        with ctx.reading() as inner:
            one = summary(inner, slug)
            option, body = frozen.text(inner, one.campaign, number) or gate.absent()
            path = writing.numbered(one.board.slug, option.idea_id, option.title)
            return render_template(template, one=one, option=option, body=body, path=path, rendered=rendered.text)
