"""What was merged where it comes from is merged here, the inner links first: nothing goes into a merged idea."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from renown.api import PluginContext
from renown_ideation.ideas import merging
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Idea, Origin
from renown_ideation.moving import origins
from renown_ideation.moving.records import Post
from renown_ideation.moving.report import Report

_BATCH = 500


def take(ctx: PluginContext, source: str, posts: Sequence[Post], report: Report) -> None:
    new: dict[str, Post] = {}
    for at in range(0, len(posts), _BATCH):
        part = posts[at : at + _BATCH]
        known = origins.of(ctx, source, "merge", [one.key for one in part])
        for post in part:
            if post.key in known:
                report.count("merge", _again(post, known[post.key], report))
            else:
                new[post.key] = post
    for post in _ordered(new, report):
        _merge(ctx, source, post, report)


def _again(post: Post, origin: Origin, report: Report) -> str:
    if origin.digest == origins.digest(post.into):
        return "unchanged"
    report.tell("left", post.where, "merged_into", "It goes on in another idea there now: merge it here by hand.")
    return "left"


def _ordered(posts: Mapping[str, Post], report: Report) -> list[Post]:
    """Each before the one that it goes on in is merged itself."""
    depth: dict[str, int] = {}
    rings: set[str] = set()
    for key in posts:
        way: list[str] = []
        at = key
        while at in posts and at not in depth and at not in way:
            way.append(at)
            at = posts[at].into
        if at in way:
            ring = way[way.index(at) :]
            rings |= set(ring)
            report.tell("bad", posts[at].where, "merged_into", f"Merged in a circle: {', '.join(ring)}.")
        below = depth.get(at, 0)
        for step, one in enumerate(reversed(way), 1):
            depth[one] = below + step
    whole = (one for one in posts.values() if one.key not in rings)
    return sorted(whole, key=lambda one: -depth[one.key])


def _merge(ctx: PluginContext, source: str, post: Post, report: Report) -> None:
    ids = origins.ids(ctx, source, [post.key, post.into])
    if post.into not in ids:
        report.tell("bad", post.where, "merged_into", f"There is no idea with the id {post.into}.")
        return
    idea, into = (ctx.session.get(Idea, ids[one]) for one in (post.key, post.into))
    if into is not None and into.into_id is not None:
        into = ctx.session.get(Idea, into.into_id)
    if idea is None or into is None:
        report.count("merge", "left")
        report.tell("left", post.where, "merged_into", "One of them is gone here.")
        return
    try:
        reason = post.merge_reason or "It was merged where it was imported from"
        made = merging.merge(ctx, idea, into, None, reason, was=post.merged_at or post.at)
    except Refused as error:
        report.count("merge", "left")
        report.tell("left", post.where, "merged_into", " ".join(error.errors["into"]))
        return
    ctx.session.flush()
    digest = origins.digest(post.into)
    ctx.session.add(Origin(source=source, kind="merge", key=post.key, id=made.id, digest=digest))
    report.count("merge", "made")
