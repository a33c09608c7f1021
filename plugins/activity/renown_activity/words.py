"""A rule in a sentence, from its body alone, so that what is read and what is counted cannot differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from renown_activity.schemas import DailyLimit, RuleBody

#: What one gets points for by doing it oneself.
_DOING = {
    "create": "{thing}",
    "reply": "a reply",
    "ask": "a question",
    "answer": "an answer",
    "publish": "publishing {thing}",
    "edit": "improving {thing} that somebody else made",
    "review": "reviewing {thing} that somebody else made",
    "accept": "accepting {thing}",
    "react": "a reaction given to {thing}",
    "vote": "a vote given to {thing}",
    "share": "sharing {thing}",
    "resolve": "bringing {thing} that somebody else made to {states}",
    "reopen": "opening {thing} again",
    "assign": "assigning {thing}",
    "join": "joining {thing}",
    "follow": "following {thing}",
    "award": "giving {thing}",
    "view": "looking at {thing}",
}
#: What one gets points for when somebody else does it.
_GETTING = {
    "accept": "{thing} that {somebody} accepted",
    "react": "each reaction of {somebody} to {thing}",
    "vote": "each vote of {somebody} on {thing}",
    "edit": "{thing} that {somebody} improved",
    "review": "{thing} that {somebody} reviewed",
    "share": "{thing} that {somebody} shared",
    "resolve": "{thing} that {somebody} brought to {states}",
    "reopen": "{thing} that {somebody} opened again",
    "assign": "{thing} that {somebody} assigned",
    "join": "each time {somebody} joins {thing}",
    "follow": "each time {somebody} follows {thing}",
    "award": "{thing} that {somebody} gave",
    "view": "each look at {thing} by {somebody}",
}
_VOTES = {"Like": "each vote of {somebody} for {thing}", "Dislike": "each vote of {somebody} against {thing}"}


def points(amount: float) -> str:
    return f"{amount:,g} point" if amount == 1 else f"{amount:,g} points"


def sentence(body: Mapping[str, Any]) -> str:
    """Such as "60 points for an answer that the asker accepted". Raises ValidationError on a bad body."""
    rule = RuleBody().load(dict(body))
    if not rule["on"]:
        return "Switched off: gives nothing."
    parts = []
    if rule["actor_points"]:
        parts.append(f"{points(rule['actor_points'])} for {_acts(rule, _DOING, 'doing')}")
    if rule["owner_points"]:
        parts.append(f"{points(rule['owner_points'])} for {_acts(rule, _GETTING, 'something of yours in')}")
    if rule["anonymous_points"]:
        parts.append(f"{points(rule['anonymous_points'])} where nobody knows who acted")
    length = f" of at least {_words(rule['min_words'])}" if rule["min_words"] else ""
    return ", and ".join(parts) + length + "".join(f", {one}" for one in _conditions(rule)) + "."


def limits(body: Mapping[str, Any]) -> list[str]:
    """What limits the rule, one sentence each."""
    rule = RuleBody().load(dict(body))
    found = []
    if rule["daily_cap"] is not None:
        found.append(f"At most {points(rule['daily_cap'])} a day.")
    if rule["pair_full"] is not None:
        rest = f"the next {rule['pair_half']} half, the rest nothing" if rule["pair_half"] else "the rest nothing"
        found.append(f"With the same person, the first {_acts_a_day(rule['pair_full'])} whole, {rest}.")
    if rule["giver_quota"] is not None:
        found.append(f"One person gives it at most {_times(rule['giver_quota'])} a day.")
    return found


def say(body: Mapping[str, Any]) -> list[str]:
    return [sentence(body), *limits(body)]


def say_daily_limit(body: Mapping[str, Any]) -> list[str]:
    most = DailyLimit().load(dict(body))["most"]
    return ["No limit." if most is None else f"At most {points(most)} per person and day, by all rules together."]


def _acts(rule: Mapping[str, Any], phrases: Mapping[str, str], otherwise: str) -> str:
    told = []
    for verb in rule["verbs"]:
        phrase = phrases.get(verb)
        if verb == "vote" and len(rule["activities"]) == 1:
            phrase = _VOTES.get(rule["activities"][0], phrase) if phrases is _GETTING else phrase
        if phrase is None:
            phrase = f"{otherwise} {verb}"
        thing = _thing(verb, rule["kinds"])
        if phrases is _GETTING and thing == "something":
            thing = "something of yours"
        told.append(phrase.format(thing=thing, somebody=_somebody(rule), states=_states(rule)))
    return _or(told)


def _thing(verb: str, kinds: Sequence[str]) -> str:
    if kinds:
        return _or([_a(kind.split(":")[-1]) for kind in kinds])
    return {"accept": "an answer", "create": "anything new"}.get(verb, "something")


def _somebody(rule: Mapping[str, Any]) -> str:
    if rule["confirmed"]:
        return "the asker"
    return _or([_a(one) for one in rule["actors"]]) if rule["actors"] else "somebody else"


def _states(rule: Mapping[str, Any]) -> str:
    return "the state " + _or(list(rule["states"])) if rule["states"] else "an end"


def _conditions(rule: Mapping[str, Any]) -> list[str]:
    """What narrows it down, in the order in which one would say it."""
    told = []
    if rule["actors"] and (rule["actor_points"] or rule["confirmed"]):
        told.append(f"by {_or([_a(one) for one in rule['actors']])}")
    if rule["owners"]:
        told.append(f"made by {_or([_a(one) for one in rule['owners']])}")
    if rule["askers"]:
        told.append(f"when {_or([_a(one) for one in rule['askers']])} asked")
    if rule["emoji"]:
        told.append(f"with {_or(list(rule['emoji']))}")
    if rule["networks"]:
        told.append(f"on {_or(list(rule['networks']))}")
    if rule["sources"]:
        told.append(f"from {_or(list(rule['sources']))}")
    if rule["spaces"]:
        told.append(f"in {_or(list(rule['spaces']))}")
    if rule["not_spaces"]:
        told.append(f"not in {_or(list(rule['not_spaces']))}")
    if not rule["private"]:
        told.append("not in private spaces")
    if not rule["backfill"]:
        told.append("not from imported history")
    return told


def _acts_a_day(count: int) -> str:
    return "a day counts" if count == 1 else f"{count} a day count"


def _words(count: int) -> str:
    return "1 word" if count == 1 else f"{count} words"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _a(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeiou" else f"a {noun}"


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
