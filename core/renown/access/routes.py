"""What a route declares: who may use it. Routes are under default deny, so one that declares nothing answers 404."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "renown_rule"


@dataclass(frozen=True)
class Rule:
    """`action` None: open to all. `csrf` False: a signature or token stands in for the form's own proof."""

    action: str | None
    csrf: bool = True
    #: Origins that may show the page in a frame.
    frames: Sequence[str] = ()
    #: Bytes of a body, where the route takes more than the site does.
    body: int | None = None
    #: Whether a token may stand in for its person.
    tokens: bool = True


def needs(action: str, *, csrf: bool = True, body: int | None = None, tokens: bool = True) -> Callable[[View], View]:
    """Only for viewers who may do `action`, for others the page does not exist.

    `tokens` False: only for people who signed in, as where somebody is let in: no token makes more of itself.
    """
    return _marking(Rule(action, csrf, body=body, tokens=tokens))


def public(view: View) -> View:
    """Open to everybody, signed in or not."""
    return _marking(Rule(None))(view)


def opened(*, csrf: bool = True, frames: Sequence[str] = ()) -> Callable[[View], View]:
    """As `public`, with a CSRF rule of its own and the origins that may frame the page."""
    return _marking(Rule(None, csrf, tuple(frames)))


def rule_of(view: Callable[..., Any]) -> Rule | None:
    return getattr(view, _MARK, None)


def _marking(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _MARK, rule)
        return view

    return mark
