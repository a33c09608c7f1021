"""What somebody brought, wrote and voted for, and what became of it."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, render_template, request

from renown.api import PluginContext, needs, viewer
from renown_ideation import boards, gate, own, promises
from renown_ideation.answers import owing
from renown_ideation.delivery import steps
from renown_ideation.ideas import drafts, writing
from renown_ideation.moderation import mine as held
from renown_ideation.pages import common
from renown_ideation.states import STATES


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.get("/my/ideas")
    @needs("ideation.write")
    def mine() -> str:
        with ctx.reading() as inner:
            me, shown = viewer().person_id or gate.absent(), request.args.get("show", "written")
            if shown not in own.KINDS:
                gate.absent()
            readable = boards.listed(inner, viewer())
            lines, before = own.of(inner, viewer(), me, shown, readable, common.whole(request.args.get("before")))
            owed, number = owing.own(inner, viewer())
            return render_template(
                "ideation/mine.html",
                tabs=[(title, f"/my/ideas?show={name}", name == shown) for name, title in own.KINDS.items()],
                shown=shown,
                lines=lines,
                before=before,
                drafts=[
                    (one, by.slug) for one in drafts.listed(inner, viewer()) for by in readable if by.id == one.board_id
                ],
                invited=own.invited(inner, viewer(), me, readable),
                owed=owed,
                owed_number=number,
                path_of=writing.path,
                states=STATES,
                judging=own.judging(inner, viewer(), me, readable),
                steps=steps.mine(inner, me),
                held=held.of(inner, me),
                day=partial(promises.day, inner),
                now=inner.clock.now(),
            )
