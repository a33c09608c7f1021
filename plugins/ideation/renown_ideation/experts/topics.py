"""Which topics an idea is about, of those in which people are known: by its tags and hashtags, else by its board."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from renown.api import PluginContext
from renown_ideation import showing
from renown_ideation.models import Board, Idea

PREFIX = "topic:"
_HASHTAG = re.compile(r"(?<![\w/&#])#([\w][\w-]{1,63})")
_BETWEEN = re.compile(r"[^\w+#]|_")


@dataclass(frozen=True)
class Topic:
    """`measure` has people in it, under `scope`. `name` is a hashtag's, with #."""

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
    found = [one for one in everything if spelled(one.name) in wanted]
    if not found:
        words = {spelled(word) for word in board.title.split()}
        found = [one for one in everything if spelled(one.name) in words]
    return Topics(bool(by_measure), found)


def spelled(name: str) -> str:
    """As names of tags and hashtags are compared: "Single sign-on" is #SingleSignOn."""
    plain = unicodedata.normalize("NFKC", name).casefold().strip().lstrip("#")
    return _BETWEEN.sub("", plain)


def _said(ctx: PluginContext, idea: Idea) -> frozenset[str]:
    tags = showing.tags(ctx, [idea]).get(idea.id, ())
    return frozenset(spelled(one) for one in (*tags, *_HASHTAG.findall(f"{idea.title}\n{idea.body}"))) - {""}


def _scopes(ctx: PluginContext) -> Mapping[str, Sequence[str]]:
    """Topics by measure, of whatever there is that says how high people stand."""
    return {
        name: [one for one in ctx.standings.scopes(name) if one.startswith(PREFIX)]
        for name, spec in ctx.standings.measures().items()
        if spec.kind == "level" and spec.subject == "person" and spec.listed
    }


def _named(ctx: PluginContext, by_measure: Mapping[str, Sequence[str]]) -> Sequence[Topic]:
    """Without those that nobody is to be told the name of."""
    names = ctx.hashtags.public(_numbers(one for scopes in by_measure.values() for one in scopes))
    return [
        Topic(measure, scope, f"#{names[number]}")
        for measure, scopes in by_measure.items()
        for scope in scopes
        for number in _numbers([scope])
        if number in names
    ]


def _numbers(scopes: Iterable[str]) -> list[int]:
    return [int(one.removeprefix(PREFIX)) for one in scopes]
