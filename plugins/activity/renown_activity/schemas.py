"""What a rule may say. Bodies are flat and plain, so that one form draws them and one line of a diff tells a change."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from renown import api

#: Taking away and going away are nothing one gets points for.
VERBS = tuple(verb for verb in api.VERBS if verb not in ("delete", "leave"))
ACTIVITIES = tuple(form for form in api.ACTIVITIES if form not in ("Delete", "Undo", "Remove", "Leave"))
KINDS = api.KINDS
AFFILIATIONS = ("employee", "customer", "partner", "supplier")

#: Verbs that bring something new into the world: who acts owns it.
MAKING = frozenset({"create", "reply", "ask", "answer", "publish"})
#: States that say no more than that something was shut.
CLOSED = frozenset({"closed", "close", "completed", "not_planned", "resolved", "done"})

MOST_POINTS = 100_000
_TYPE = re.compile(r"[a-z][a-z0-9]{1,24}\.[a-z][a-z-]{1,40}\.v[1-9]")
_KIND = re.compile(r"[a-z][a-z0-9]{1,24}:[a-z][a-z0-9-]{0,24}")
_NETWORK = re.compile(r"[a-z][a-z0-9_-]{0,23}")


class Points(fields.Field[float | int]):
    """An amount of points, 0 to 100,000, with at most three decimals. Whole amounts load as int."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> float | int:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValidationError("Not a number.")
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise ValidationError("Not a number.") from None
        if not math.isfinite(number):
            raise ValidationError("Not a number.")
        if not 0 <= number <= MOST_POINTS:
            raise ValidationError(f"Must be 0 to {MOST_POINTS:,} points.")
        thousandths = round(number * 1000)
        if abs(number * 1000 - thousandths) > 1e-6:
            raise ValidationError("Must have at most three decimals.")
        return thousandths // 1000 if thousandths % 1000 == 0 else thousandths / 1000


class Whole(fields.Integer):
    """A whole number, as one or written out; 3.5 is refused, not cut."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, float) and not value.is_integer():
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


def _verb(value: str) -> None:
    if value not in VERBS and not (_TYPE.fullmatch(value) and value.split(".")[0] not in ("collab", "renown")):
        raise ValidationError(f"{value!r} is not a verb. Use one of {', '.join(VERBS)}, or a plugin's event type.")


def _kind(value: str) -> None:
    if value not in KINDS and not _KIND.fullmatch(value):
        raise ValidationError(f"{value!r} is not a kind. Use one of {', '.join(KINDS)}, or <plugin>:<kind>.")


def _network(value: str) -> None:
    if not _NETWORK.fullmatch(value):
        raise ValidationError(f"{value!r} is not the name of a network, such as slack.")


WHAT, WHERE, WHO, POINTS, LIMITS = "What counts", "Where", "Who", "Points", "Limits"


def _texts(
    group: str, label: str, about: str, *checks: Any, choices: tuple[str, ...] = (), others: bool = False
) -> fields.List[str]:
    return fields.List(
        fields.String(validate=[validate.Length(1, 200), *checks]),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"group": group, "label": label, "description": about, "choices": choices, "open": others},
    )


def _affiliations(label: str, about: str) -> fields.List[str]:
    return _texts(WHO, label, about, validate.OneOf(AFFILIATIONS), choices=AFFILIATIONS)


def _points(label: str, about: str) -> Points:
    return Points(
        load_default=0,
        metadata={"group": POINTS, "label": label, "description": about, "unit": "points", "number": True},
    )


def _flag(group: str, label: str, about: str, default: bool) -> fields.Boolean:
    return fields.Boolean(load_default=default, metadata={"group": group, "label": label, "description": about})


def _count(group: str, label: str, about: str, *, least: int = 0, none: bool = False, most: int = 10_000) -> Whole:
    return Whole(
        load_default=None if none else 0,
        allow_none=none,
        validate=validate.Range(least, most),
        metadata={"group": group, "label": label, "description": about},
    )


class RuleBody(Schema):
    """Which acts count, who gets how much for them, and what limits that. Empty lists leave a thing open."""

    on = _flag("", "In force", "Off: the rule gives nothing.", True)
    actor_points = _points("For who acts", "")
    owner_points = _points("For who made it", "Whose thing was acted upon.")
    anonymous_points = _points("For who made it, when nobody knows who acted", "Instead of the points above.")
    daily_cap = Points(
        load_default=None,
        allow_none=True,
        metadata={
            "group": LIMITS,
            "label": "Daily cap",
            "description": "At most this by this rule, per person and day. Empty: no cap.",
            "unit": "points",
            "number": True,
        },
    )
    pair_full = _count(
        LIMITS,
        "Same pair, whole",
        "Per day, this many acts between the same two people count whole. Empty: all.",
        least=1,
        none=True,
    )
    pair_half = _count(LIMITS, "Same pair, half", "After those, this many count half, and the rest nothing.")
    giver_quota = _count(
        LIMITS,
        "Giver's quota",
        "Per day, this many acts of one person give points to others. Empty: all.",
        least=1,
        none=True,
    )
    verbs = _texts(WHAT, "Acts", "What was done: one or several.", _verb, choices=VERBS, others=True)
    activities = _texts(
        WHAT,
        "Forms of the act",
        "Narrower than the act: Like or Dislike for a vote. None ticked: all but taking back.",
        validate.OneOf(ACTIVITIES),
        choices=ACTIVITIES,
    )
    kinds = _texts(
        WHAT, "Kinds", "What it was done to, or what it made. None ticked: anything.", _kind, choices=KINDS, others=True
    )
    states = _texts(WHAT, "States", "For a resolved thing, the state it came to, such as merged. Empty: any.")
    emoji = _texts(WHAT, "Emoji", "For a reaction, only these. Empty: any.", validate.Length(max=64))
    min_words = _count(WHAT, "Fewest words", "Shorter ones do not count. 0: any length.", most=100_000)
    networks = _texts(WHERE, "Networks", "Such as slack or github. Empty: all.", _network)
    sources = _texts(WHERE, "Sources", "Patterns with * and ?, such as slack:T012*. Empty: all.")
    spaces = _texts(
        WHERE, "Spaces", "Channels, repositories, boards, by name or id: patterns with * and ?. Empty: all."
    )
    not_spaces = _texts(WHERE, "Not in these spaces", "By name or id: patterns with * and ?.")
    private = _flag(WHERE, "Private spaces", "Acts there count too, where a source reads them.", True)
    backfill = _flag(WHERE, "Imported history", "Acts that came in with an export count too.", True)
    actors = _affiliations("Who acts is", "None ticked: anybody.")
    owners = _affiliations("Who made it is", "Whose thing was acted upon. None ticked: anybody.")
    askers = _affiliations("Who asked is", "Whose question or thread it is. None ticked: anybody.")
    confirmed = _flag(WHO, "Confirmed by the asker", "Counts only when the one who asked is the one who acts.", False)
    bots = _flag(WHO, "Acts by bots", "An act by a bot counts for the owner. A bot itself never gets points.", False)

    @validates_schema(skip_on_field_errors=True)
    def _whole(self, data: dict[str, Any], **_: Any) -> None:
        errors: dict[str, list[str]] = {}

        def refuse(name: str, why: str) -> None:
            errors.setdefault(name, []).append(why)

        verbs = frozenset(data["verbs"])
        if not verbs:
            refuse("verbs", "Name at least one act.")
        pays = max(data["actor_points"], data["owner_points"], data["anonymous_points"])
        if data["on"] and not pays:
            refuse("actor_points", "Give points to who acts or to who made it, or switch the rule off.")
        if data["daily_cap"] is not None and data["daily_cap"] < pays:
            refuse("daily_cap", f"Is lower than what one act gives ({pays:g} points).")
        _of_resolving(data, verbs, refuse)
        _of_owners(data, verbs, refuse)
        if data["confirmed"] and verbs & MAKING:
            refuse("confirmed", "Nobody confirms by answering himself. Use accept, react or vote.")
        if data["pair_half"] and data["pair_full"] is None:
            refuse("pair_half", "Needs a number of acts that count whole.")
        if errors:
            raise ValidationError(errors)


def _of_resolving(data: Mapping[str, Any], verbs: frozenset[str], refuse: Any) -> None:
    if "resolve" not in verbs or data["confirmed"]:
        return
    if not data["states"]:
        refuse("states", "Closing alone pays nothing. Name a state such as merged.")
    elif shut := [state for state in data["states"] if state.casefold() in CLOSED]:
        refuse("states", f"Closing alone pays nothing: {shut[0]!r} needs to be confirmed by the asker.")


def _of_owners(data: Mapping[str, Any], verbs: frozenset[str], refuse: Any) -> None:
    if data["owner_points"] and verbs <= MAKING:
        refuse("owner_points", "Who makes a thing is its owner. Use the points for who acts.")
    if data["giver_quota"] is not None and not (data["owner_points"] or data["anonymous_points"]):
        refuse("giver_quota", "Needs points for who made it: a quota limits what one gives to others.")
    if data["anonymous_points"]:
        if data["confirmed"]:
            refuse("anonymous_points", "An unknown person cannot be the asker who confirms.")
        if data["actors"]:
            refuse("anonymous_points", "An unknown person has no affiliation.")
        if data["daily_cap"] is None:
            refuse("daily_cap", "Is needed here: nobody can tell how often one unknown person acts.")


class DailyLimit(Schema):
    """What all rules together give one person on one day at most."""

    most = Points(
        required=True,
        validate=validate.Range(min=1),
        allow_none=True,
        metadata={
            "number": True,
            "label": "Points per person and day",
            "description": "By all rules together. Empty: no limit.",
            "unit": "points",
        },
    )
