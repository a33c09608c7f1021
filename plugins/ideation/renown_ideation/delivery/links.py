"""Things elsewhere that belong to an idea: an issue, a release, a thread, a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from sqlalchemy import bindparam, func, select

from renown.api import PluginContext, Prepared, Viewer, clean_text
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Idea, Link

KINDS = {"issue": "Issue", "release": "Release", "thread": "Conversation", "page": "Page"}
_MOST = 50


def of(ctx: PluginContext, viewer: Viewer, idea: int) -> Sequence[Link]:
    """Those that the viewer may see: what is in a private place, employees alone."""
    return (_ALL if viewer.employee else _OPEN).scalars(ctx, idea=idea)


_OF_ONE = select(Link).where(Link.idea_id == bindparam("idea")).order_by(Link.id)
_ALL, _OPEN = Prepared(_OF_ONE), Prepared(_OF_ONE.where(Link.private.is_(False)))


def add(ctx: PluginContext, idea: Idea, by: int, given: Mapping[str, str]) -> Link:
    """What a page of a connected network shows is followed from then on. Raises Refused."""
    url, kind = given.get("url", "").strip(), given.get("kind", "page")
    errors: dict[str, list[str]] = {}
    if not is_address(url):
        errors["url"] = ["A whole address that begins with https:// or http://."]
    if kind not in KINDS:
        errors["kind"] = ["Choose what it is."]
    if (ctx.session.scalar(select(func.count()).where(Link.idea_id == idea.id)) or 0) >= _MOST:
        errors["url"] = [f"At most {_MOST} links."]
    if errors:
        raise Refused(errors)
    title = clean_text(given.get("title", ""), 200)
    made = Link(idea_id=idea.id, kind=kind, url=url, title=title, by_id=by, at=ctx.clock.now(), state="")
    _locate(ctx, made)
    ctx.session.add(made)
    ctx.session.flush()
    return made


def _locate(ctx: PluginContext, link: Link) -> None:
    found = ctx.sources.at(link.url)
    if found is None:
        return
    link.source, link.object, link.private = found.source, found.object, found.private
    if found.standing is not None:
        link.state, link.state_at = found.standing.state[:24], found.standing.at


def remove(ctx: PluginContext, idea: Idea, number: int) -> bool:
    """Whether it was one of the idea's."""
    found = ctx.session.get(Link, number)
    if found is None or found.idea_id != idea.id:
        return False
    ctx.session.delete(found)
    ctx.session.flush()
    return True


def is_address(url: str) -> bool:
    """Of the web: no script, no file, no blanks."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    return whole and len(url) <= 2048 and not any(one.isspace() or ord(one) < 32 for one in url)
