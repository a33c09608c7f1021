"""How topics are numbered, which nobody else knows: a space by its id, a hashtag by its id below 0, all together 0."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from renown.api import PluginContext


@dataclass(frozen=True)
class Topic:
    """What somebody may be asked about. `url` leads to a space, where that is known; a hashtag has none."""

    id: int
    name: str
    source: str
    url: str | None = None

    @property
    def hashtag(self) -> bool:
        return self.id < 0

    @property
    def scope(self) -> str:
        return scope(self.id)


def data(topic: Topic) -> dict[str, Any]:
    """As the API and the exports give it."""
    return {
        "topic": topic.id,
        "scope": topic.scope,
        "name": topic.name,
        "source": topic.source,
        "url": topic.url,
    }


def of_hashtag(hashtag: int) -> int:
    """Its topic."""
    return -hashtag


def scope(topic: int) -> str:
    """Where the scores of a topic are published."""
    space, hashtag = parts(topic)
    return "organisation" if not topic else f"space:{space}" if space is not None else f"topic:{hashtag}"


def parts(topic: int) -> tuple[int | None, int | None]:
    """A space or a hashtag; neither for all together."""
    return topic if topic > 0 else None, -topic if topic < 0 else None


def public(ctx: PluginContext, topics: Collection[int]) -> dict[int, Topic]:
    """Of these, those that are not private now and that somebody may be told the name of."""
    both = [parts(one) for one in topics]
    spaces = [space for space, _ in both if space is not None]
    hashtags = [hashtag for _, hashtag in both if hashtag is not None]
    found = {one.id: Topic(one.id, one.name, one.source, one.url) for one in ctx.spaces.public(spaces).values()}
    named = ctx.hashtags.public(hashtags)
    return found | {of_hashtag(one): Topic(of_hashtag(one), f"#{name}", "Hashtag") for one, name in named.items()}
