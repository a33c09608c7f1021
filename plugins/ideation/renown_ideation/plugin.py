"""Ideas that get an answer, votes that can be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from flask import Blueprint

from renown.api import (
    DemoDay,
    Entry,
    EventType,
    Health,
    Job,
    MeasureSpec,
    NavItem,
    NoticeKind,
    Panel,
    Permission,
    Place,
    Plugin,
    PluginContext,
    Rules,
    ScoredEvent,
    Viewer,
    hookimpl,
)
from renown_ideation import api, boxes, pages, persons, working
from renown_ideation.answers import answering, reminding
from renown_ideation.campaigns import clockwork, entering, telling
from renown_ideation.delivery import following, news, steps
from renown_ideation.experts import asking
from renown_ideation.ideas import amending, authors, comments, export, merging, writing
from renown_ideation.intake import asked, marking
from renown_ideation.intake import commands as intake
from renown_ideation.moderation import deciding
from renown_ideation.moderation import reminding as late
from renown_ideation.moving import commands as moving
from renown_ideation.rewards import rules, support
from renown_ideation.rewards import score as scoring
from renown_ideation.settings import Settings
from renown_ideation.story import calendar, living, promised, voting, waiting

plugin = Plugin(
    name="ideation",
    title="Ideation",
    summary="Ideas from customers and employees that get an answer, and votes by rules that are sealed first.",
    settings=Settings,
    permissions=(
        Permission("ideation.read", "Read public boards, and those one is part of", "nobody"),
        Permission("ideation.write", "Bring ideas, vote, comment", "customer"),
        Permission("ideation.desk", "Moderate, acknowledge, answer, merge", "moderator"),
        Permission("ideation.manage", "Make boards", "administrator"),
    ),
    event_types=(
        EventType(writing.SUBMITTED),
        EventType(answering.DELIVERED),
        EventType(comments.EVENT),
        EventType(support.SUPPORTED),
    ),
    measures=(MeasureSpec(scoring.MEASURE, "Initiative"),),
    rules=rules.RULES,
    object_kinds=(writing.KIND,),
    notices=(
        NoticeKind(writing.RECEIPT, "Your idea arrived", "at once"),
        NoticeKind(answering.ANSWERED, "An idea that you follow was answered", "at once"),
        NoticeKind(reminding.DUE, "An answer that you owe is due", "at once", role="member"),
        NoticeKind(authors.INVITED, "You are asked to write an idea together", "at once"),
        NoticeKind(amending.PROPOSED, "A change of a text is proposed, or answered", "daily"),
        NoticeKind(comments.COMMENTED, "Somebody commented on an idea that you take part in", "daily"),
        NoticeKind(asking.ASKED, "You are asked what you think of an idea", "at once", role="member"),
        NoticeKind(steps.LATE, "A step of a plan is overdue", "at once", role="member"),
        NoticeKind(following.CLOSED, "All work linked to an idea of yours is closed", "at once", role="member"),
        NoticeKind(merging.MERGED, "An idea that you follow was merged, or stands by itself again", "daily"),
        NoticeKind(entering.ENTERED, "An idea of yours takes part in a campaign, or does not", "at once"),
        NoticeKind(telling.OPENED, "A vote that is yours opens, or its dates move", "at once"),
        NoticeKind(telling.COUNTED, "A vote that was yours is counted, decided or ended", "at once"),
        NoticeKind(deciding.MODERATED, "Something of yours was let through or taken down", "at once"),
        NoticeKind(late.LATE, "Something waits for moderators past its day", "at once", role="moderator"),
        NoticeKind(asked.ASKED, "A message of yours could become an idea", "at once"),
        NoticeKind(news.PUBLISHED, "What you asked for is in the changelog", "at once"),
    ),
)


@hookimpl
def blueprints(ctx: PluginContext) -> Iterable[Blueprint]:
    return [pages.blueprint(ctx), api.blueprint(ctx)]


@hookimpl
def jobs(ctx: PluginContext) -> Iterable[Job]:
    return working.JOBS


@hookimpl
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    return scoring.score(events, rules)


@hookimpl
def events_recorded(events: Sequence[ScoredEvent], ctx: PluginContext) -> None:
    following.follow(ctx, events)
    marking.record(ctx, events)


@hookimpl
def commands(ctx: PluginContext) -> Iterable[click.Command]:
    return [*moving.commands(ctx), *intake.commands(ctx)]


@hookimpl
def navigation(viewer: Viewer, place: Place) -> Iterable[NavItem]:
    if place == "admin" and viewer.at_least("administrator"):
        return [
            NavItem("Idea boards", "/admin/ideas", 76),
            NavItem("Product keys", "/admin/portal/keys", 77),
            NavItem("Move ideas", "/admin/moving", 78),
        ]
    if place == "me":
        return [NavItem("My ideas and votes", "/my/ideas", 30)]
    if place != "top":
        return []
    desk = [NavItem("Desk", "/desk/ideas", 78)] if viewer.at_least("moderator") else []
    return [NavItem("Ideas", "/ideas", 30), *desk]


@hookimpl
def panels(place: str, subject: int | None, viewer: Viewer, ctx: PluginContext) -> Iterable[Panel]:
    return boxes.of(ctx, viewer, place, subject)


@hookimpl
def health(ctx: PluginContext) -> Iterable[Health]:
    return clockwork.health(ctx)


@hookimpl
def person_merged(kept: int, gone: int, ctx: PluginContext) -> None:
    persons.merged(ctx, kept, gone)


@hookimpl
def person_split(kept: int, gone: int, ctx: PluginContext) -> None:
    persons.split(ctx, kept, gone)


@hookimpl
def person_erased(person_id: int, ctx: PluginContext) -> None:
    persons.erased(ctx, person_id)


@hookimpl
def export_person(person_id: int, viewer: Viewer, ctx: PluginContext) -> Mapping[str, Any]:
    return {**export.of(ctx, person_id, viewer), "from_conversations": asked.of(ctx, person_id)}


@hookimpl
def demo(day: DemoDay, ctx: PluginContext) -> None:
    if (today := calendar.today(day)) is not None:
        living.live(ctx, today)
        voting.live(ctx, today)
        promised.live(ctx, today)
        waiting.live(ctx, today)
