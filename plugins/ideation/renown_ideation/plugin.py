"""Ideas that get an answer, votes that can be trusted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from flask import Blueprint

from renown.api import (
    EventType,
    Job,
    NavItem,
    NoticeKind,
    Permission,
    Place,
    Plugin,
    PluginContext,
    ScoredEvent,
    Viewer,
    hookimpl,
)
from renown_ideation import api, pages
from renown_ideation.answers import answering, followers, record, reminding
from renown_ideation.campaigns import clockwork
from renown_ideation.campaigns import people as voters_of
from renown_ideation.delivery import news
from renown_ideation.ideas import amending, authors, comments, export, merging, people, voters, writing
from renown_ideation.intake import asked, marking, post, returning
from renown_ideation.intake import commands as intake
from renown_ideation.moving import commands as moving
from renown_ideation.portal import tokens
from renown_ideation.schemas import Settings

_SECOND = 1_000_000

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
    event_types=(EventType(writing.SUBMITTED), EventType(answering.DELIVERED), EventType(comments.EVENT)),
    object_kinds=(writing.KIND,),
    notices=(
        NoticeKind(writing.RECEIPT, "Your idea arrived", "at once"),
        NoticeKind(answering.ANSWERED, "An idea that you follow was answered", "at once"),
        NoticeKind(reminding.DUE, "An answer that you owe is due", "at once"),
        NoticeKind(authors.INVITED, "You are asked to write an idea together", "at once"),
        NoticeKind(amending.PROPOSED, "A change of a text is proposed, or answered", "daily"),
        NoticeKind(comments.COMMENTED, "Somebody commented on an idea that you take part in", "daily"),
        NoticeKind(merging.MERGED, "An idea that you follow was merged, or stands by itself again", "daily"),
        NoticeKind(asked.ASKED, "A message of yours could become an idea", "at once"),
        NoticeKind(news.PUBLISHED, "What you asked for is in the changelog", "at once"),
    ),
)


@hookimpl
def blueprints(ctx: PluginContext) -> Iterable[Blueprint]:
    return [pages.blueprint(ctx), api.blueprint(ctx)]


@hookimpl
def jobs(ctx: PluginContext) -> Iterable[Job]:
    return [
        Job("fold", "Count voters", _SECOND, voters.fold),
        Job("phases", "Open and close campaigns", 5 * _SECOND, clockwork.turn),
        Job("tell", "Tell those who follow an idea", 10 * _SECOND, followers.work),
        Job("records", "Look how well answers were kept", 300 * _SECOND, record.work),
        Job("due", "Remind of answers that are due", 600 * _SECOND, reminding.work),
        Job("returns", "Return answers to where ideas were said", 10 * _SECOND, returning.work),
        Job("mails", "Forget mails that nobody confirmed", 3600 * _SECOND, post.forget),
        Job("asked", "Forget questions that nobody answered", 3600 * _SECOND, asked.tidy),
        Job("tokens", "Forget used tokens", 3600 * _SECOND, tokens.forget),
    ]


@hookimpl
def commands(ctx: PluginContext) -> Iterable[click.Command]:
    return [*moving.commands(ctx), *intake.commands(ctx)]


@hookimpl
def navigation(viewer: Viewer, place: Place) -> Iterable[NavItem]:
    if place == "admin" and viewer.at_least("administrator"):
        return [NavItem("Product keys", "/admin/portal/keys", 77), NavItem("Move ideas", "/admin/moving", 78)]
    if place == "me":
        return [NavItem("My ideas and votes", "/my/ideas", 30)]
    return [NavItem("Ideas", "/ideas", 30)] if place == "top" else []


@hookimpl
def events_recorded(events: Sequence[ScoredEvent], ctx: PluginContext) -> None:
    marking.record(ctx, events)


@hookimpl
def person_merged(kept: int, gone: int, ctx: PluginContext) -> None:
    people.merged(ctx, kept, gone)
    voters_of.merged(ctx, kept, gone)
    asked.merged(ctx, kept, gone)


@hookimpl
def person_split(kept: int, gone: int, ctx: PluginContext) -> None:
    people.split(ctx, kept, gone)
    voters_of.split(ctx, kept, gone)


@hookimpl
def person_erased(person_id: int, ctx: PluginContext) -> None:
    people.erased(ctx, person_id)
    voters_of.erased(ctx, person_id)
    asked.erased(ctx, person_id)


@hookimpl
def export_person(person_id: int, viewer: Viewer, ctx: PluginContext) -> Mapping[str, Any]:
    return {**export.of(ctx, person_id, viewer), "from_conversations": asked.of(ctx, person_id)}
