"""Acts, reversals and what limits took, in the words that employees read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from flask import Flask, g

from renown.ledger import versions
from renown.ledger.rules import ADJUSTMENT
from renown.ledger.why import Change, Part
from renown.web.formats import amount
from renown.web.house import house, reading

#: What was done, and whether the kind of thing it was done to belongs to the phrase.
_ACTS = {
    "create": ("New {kind}", "Something new"),
    "reply": ("Reply", "Reply"),
    "ask": ("Question", "Question"),
    "answer": ("Answer", "Answer"),
    "accept": ("{Kind} accepted", "Accepted"),
    "react": ("Reaction to {a} {kind}", "Reaction"),
    "vote": ("Vote on {a} {kind}", "Vote"),
    "edit": ("{Kind} improved", "Improvement"),
    "share": ("{Kind} shared", "Something shared"),
    "resolve": ("{Kind} resolved", "Resolved"),
    "reopen": ("{Kind} reopened", "Reopened"),
    "review": ("{Kind} reviewed", "Review"),
    "publish": ("{Kind} published", "Published"),
    "assign": ("{Kind} assigned", "Assigned"),
    "join": ("{Kind} joined", "Joined"),
    "follow": ("{Kind} followed", "Followed"),
    "award": ("Award", "Award"),
    "view": ("{Kind} viewed", "Viewed"),
}
_CAUSES = {
    "delete": "it was deleted",
    "merged": "two accounts turned out to be one person",
    "split": "two people turned out not to be one",
    "resolved": "more became known about it",
    "set-aside": "an administrator set it aside",
    "adjusted": "it was adjusted by hand",
    "erased": "an account was erased",
}


def init(app: Flask) -> None:
    app.jinja_env.filters.update(act=act, rule_title=rule_title)
    app.jinja_env.globals.update(notes=notes, sum_parts=sum_parts)


def act(change: Change) -> str:
    """ "Reaction to a message by Bo Chen"; a private act is no more than that."""
    if change.private:
        return "In a private place"
    if change.rule == ADJUSTMENT:
        return "Adjusted by hand"
    verb = _verb(change.type)
    kind = (change.kind or "").rpartition(":")[2].replace("-", " ")
    with_kind, without = _ACTS.get(verb, (verb.capitalize(), verb.capitalize() or "Change"))
    article = "an" if kind[:1] in "aeiou" else "a"
    said = with_kind.format(kind=kind, Kind=kind.capitalize(), a=article) if kind else without
    return f"{said} by {change.by}" if change.by else said


def notes(change: Change) -> list[str]:
    """What became of an entry, one sentence each: reversal, return, and what limits took."""
    found = []
    if change.reverses and change.raw < 0:
        found.append(f"Reversed: {_cause(change)}.")
    elif change.reverses:
        found.append(f"Counted again: {_cause(change)}.")
    if change.reason == "quota":
        found.append("Not counted: who gave it had used up the day's quota.")
    elif change.taken > 0:
        limits = ", ".join(change.limits) or "a limit"
        found.append(f"{amount(change.taken)} not counted: {limits.replace('-', ' ')} reached.")
    elif change.reason and change.rule == ADJUSTMENT:
        found.append(f"Reason: {change.reason}")
    return found


def rule_title(rule: str | None, plugin: str | None) -> str:
    """As the plugin or its administrators call it; the plain name where the plugin is gone."""
    if rule is None:
        return "private acts"
    if rule == ADJUSTMENT:
        return "adjustments"
    own = _own_titles().get((plugin or "", rule))
    manifest = house().plugins.manifests.get(plugin or "")
    spec = manifest.rule(rule) if manifest else None
    return own or (spec.title if spec else rule.replace("-", " "))


def _own_titles() -> Mapping[tuple[str, str], str]:
    """Read once for a page."""
    if "own_titles" not in g:
        g.own_titles = versions.titles(reading())
    return cast("Mapping[tuple[str, str], str]", g.own_titles)


def sum_parts(parts: tuple[Part, ...]) -> tuple[list[tuple[int, str]], int, int]:
    """The summands with their names, then what limits took and what quotas took, all in thousandths."""
    summands = [(part.raw, rule_title(part.rule, part.plugin).lower()) for part in parts if part.raw]
    quota = sum(part.quota for part in parts)
    return summands, sum(part.raw - part.amount for part in parts) - quota, quota


def in_pairs(changes: Sequence[Change]) -> list[tuple[Change, str]]:
    """Each entry followed by what reversed it; the second value says "first" or "second" of such a pair, or nothing."""
    here = {one.id: one for one in changes}
    follow = {one.reverses: one for one in changes if one.reverses in here}
    rows: list[tuple[Change, str]] = []
    for one in changes:
        if one.reverses in here:
            continue
        kind = "first" if one.id in follow else "gone" if one.reversed_by else ""
        rows.append((one, kind))
        after = follow.get(one.id)
        while after is not None:
            rows.append((after, "second" if after.raw < 0 else ""))
            after = follow.get(after.id)
    return rows


def _verb(event_type: str | None) -> str:
    pieces = (event_type or "").split(".")
    return pieces[1] if len(pieces) == 3 else pieces[0]


def _cause(change: Change) -> str:
    return _CAUSES.get(_verb(change.cause), "it was taken back" if change.raw < 0 else "it was done again")
