"""Which topics an idea is about, of those in which people are known: hashtags and public places that are called like
its tags and hashtags, else like a word of its board's title."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from renown.api import PluginContext
from renown_ideation import showing
from renown_ideation.models import Board, Idea

PREFIX, PLACE = "topic:", "space:"
_HASHTAG = re.compile(r"(?<![\w/&#])#([\w][\w-]{1,63})")
_BETWEEN = re.compile(r"[^\w+#]|_")


@dataclass(frozen=True)
class Topic:
    """`measure` has people in it, under `scope`. `name` is a hashtag's, with #, or a place's."""

    measure: str
    scope: str
    name: str


@dataclass(frozen=True)
class Topics:
    """`known` False: nothing that is switched on says who is good at what."""

    known: bool
    of_idea: Sequence[Topic]


def find(ctx: PluginContext, board: Board, idea: Idea) -> Topics:
    by_measure = _scopes(ctx)
    everything = _named(ctx, by_measure)
    wanted = _said(ctx, idea)
    found = [one for one in everything if _last(one.name) in wanted]
    if not found:
        words = {spelled(word) for word in board.title.split()}
        found = [one for one in everything if _last(one.name) in words]
    return Topics(bool(by_measure), found)


def spelled(name: str) -> str:
    """As names of tags and hashtags are compared: "Single sign-on" is #SingleSignOn."""
    plain = unicodedata.normalize("NFKC", name).casefold().strip().lstrip("#")
    return _BETWEEN.sub("", plain)


def _last(name: str) -> str:
    """Of a repository, what it is called there: "acme/engine" is "engine"."""
    return spelled(name.rpartition("/")[2])


def _said(ctx: PluginContext, idea: Idea) -> frozenset[str]:
    tags = showing.tags(ctx, [idea]).get(idea.id, ())
    return frozenset(spelled(one) for one in (*tags, *_HASHTAG.findall(f"{idea.title}\n{idea.body}"))) - {""}


def _scopes(ctx: PluginContext) -> Mapping[str, Sequence[str]]:
    """Topics by measure, of whatever there is that says how high people stand."""
    return {
        name: [one for one in ctx.standings.scopes(name) if one.startswith((PREFIX, PLACE))]
        for name, spec in ctx.standings.measures().items()
        if spec.kind == "level" and spec.subject == "person" and spec.listed
    }


def _named(ctx: PluginContext, by_measure: Mapping[str, Sequence[str]]) -> Sequence[Topic]:
    """Without those that nobody is to be told the name of."""
    every = [one for scopes in by_measure.values() for one in scopes]
    tags, places = ctx.hashtags.public(_numbers(every, PREFIX)), ctx.spaces.public(_numbers(every, PLACE))
    names = {f"{PREFIX}{number}": f"#{name}" for number, name in tags.items()}
    names |= {f"{PLACE}{number}": place.name for number, place in places.items()}
    return [
        Topic(measure, scope, names[scope])
        for measure, scopes in by_measure.items()
        for scope in scopes
        if scope in names
    ]


def _numbers(scopes: Iterable[str], prefix: str) -> list[int]:
    return [int(one.removeprefix(prefix)) for one in scopes if one.startswith(prefix)]
