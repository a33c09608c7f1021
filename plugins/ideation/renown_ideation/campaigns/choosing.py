"""A ballot's form: what was typed, as choices; what is left of the budget; options in an order of the voter's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from renown_ideation.counting import choices as allowed
from renown_ideation.counting.charter import Approve, Ballots, Budget, Quadratic, Rank
from renown_ideation.models import Option

_NUMBER = re.compile(r"-?[0-9]{1,15}")
_STEP = re.compile(r"([0-9]{1,9})([-+x])")


@dataclass
class Given:
    """`typed` and `errors` by option; `choices` is what could be read of it."""

    typed: dict[int, str] = field(default_factory=dict)
    choices: dict[str, int] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)


def read(form: Mapping[str, str], rule: Ballots, options: Sequence[Option]) -> Given:
    """Fields are called `o1`, `o2` and so on; an empty one, or 0, leaves the option out."""
    given = Given()
    for option in options:
        text = form.get(f"o{option.number}", "").strip()
        given.typed[option.number] = text
        if text in ("", "0"):
            continue
        if not _NUMBER.fullmatch(text):
            given.errors[option.number] = "A whole number, or nothing."
        elif int(text):
            given.choices[str(option.number)] = int(text)
    if isinstance(rule, Rank):
        _close_up(given)
    return given


def is_step(act: str) -> bool:
    """Whether a button's value is a step: `3+`, `3-` or `3x`, of option 3."""
    return _STEP.fullmatch(act) is not None


def stepped(given: Given, rule: Ballots, step: str) -> Given:
    """One more, one less or nothing for an option. Of ranks: later (or, without one, the last), earlier, none."""
    found = _STEP.fullmatch(step)
    option = int(found[1]) if found else None
    if found is None or option is None or option not in given.typed:
        return given
    number, sign = str(option), found[2]
    if isinstance(rule, Rank):
        return _moved(given, number, sign)
    _, highest = allowed.limits(rule)
    lowest = min(0, allowed.limits(rule)[0])
    value = 0 if sign == "x" else given.choices.get(number, 0) + (1 if sign == "+" else -1)
    value = max(lowest, min(highest, value))
    given.typed[option] = str(value) if value else ""
    given.choices.pop(number, None)
    given.errors.pop(option, None)
    if value:
        given.choices[number] = value
    return given


def _moved(given: Given, number: str, sign: str) -> Given:
    """Ranks are 1, 2, 3 and so on afterwards, each once: neighbours change places, and what is new is the last."""
    order = sorted(given.choices, key=lambda one: given.choices[one])
    if number not in order:
        order += [number] if sign == "+" else []
    elif sign == "x":
        order.remove(number)
    else:
        at = order.index(number)
        to = max(0, min(len(order) - 1, at + (1 if sign == "+" else -1)))
        order[at], order[to] = order[to], order[at]
    given.errors.pop(int(number), None)
    given.choices = {option: rank for rank, option in enumerate(order, 1)}
    given.typed.update({one: str(given.choices.get(str(one), "")) for one in given.typed if one not in given.errors})
    return given


def narrowed(
    options: Sequence[Option],
    given: Given,
    texts: Mapping[int, str | None],
    find: str,
    *,
    only: bool,
    touched: str = "",
) -> list[Option]:
    """Of a long ballot: with all words of `find` in title or text; `only` what was chosen. What has an error, or was
    touched by a step, stays in sight.
    """
    words = find.casefold().split()

    def wanted(one: Option) -> bool:
        if one.number in given.errors or touched[:-1] == str(one.number):
            return True
        said = f"{one.title}\n{texts.get(one.number) or ''}".casefold()
        return all(word in said for word in words) and (not only or str(one.number) in given.choices)

    return [one for one in options if wanted(one)]


def in_order(options: Sequence[Option], given: Given) -> list[Option]:
    """What is ranked first, by rank; the others as they were."""
    return sorted(options, key=lambda one: given.choices.get(str(one.number), len(options) + 1))


def of(choices: Mapping[str, int]) -> Given:
    """A ballot that was cast, to go on from."""
    return Given({int(option): str(value) for option, value in choices.items()}, dict(choices))


def wrong(given: Given, rule: Ballots, options: Sequence[Option]) -> str | None:
    """Why the ballot could not be cast like this, in a sentence."""
    if given.errors:
        return "What is marked is no whole number."
    found = allowed.wrong(rule, {str(one.number): one.number for one in options}, given.choices)
    return None if found is None else sentence(found, options)


def sentence(wrong: str, options: Sequence[Option]) -> str:
    """Options by their titles: their numbers are only in the file."""
    titles = {one.number: one.title for one in options}
    said = re.sub(r"\boption ([0-9]+)", lambda found: f"“{titles.get(int(found[1]), found[1])}”", wrong).rstrip(".")
    return f"{said[:1].upper()}{said[1:]}."


def left(rule: Ballots, choices: Mapping[str, int]) -> str:
    """What of the ballot is used, in a sentence, for where it stands beside the fields."""
    named = f"{len(choices)} of at most {rule.most_options} options" if rule.most_options else ""
    if isinstance(rule, Budget | Quadratic):
        spent = allowed.cost(rule, choices)
        over = spent - rule.budget
        said = f"{over:,} too much" if over > 0 else f"{-over:,} left"
        return f"{spent:,} of {rule.budget:,} spent, {said}{f'; {named}' if named else ''}."
    word = {Approve: "ticked", Rank: "ranked"}.get(type(rule), "with points")
    return f"{named or ('1 option' if len(choices) == 1 else f'{len(choices)} options')} {word}."


def shuffled(options: Sequence[Option], seed: str) -> list[Option]:
    """An order of its own for each seed, the same every time, so that no option is first for everybody."""
    return sorted(options, key=lambda one: sha256(f"{seed}:{one.number}".encode()).digest())


def told(rule: Ballots, choices: Mapping[str, int], options: Sequence[Option]) -> list[tuple[str, str]]:
    """Titles, and what each is given, in words: the best first."""
    titles = {one.number: one.title for one in options}
    best = sorted(choices.items(), key=lambda one: (one[1] if isinstance(rule, Rank) else -one[1], int(one[0])))
    return [(titles[int(option)], _worth(rule, value)) for option, value in best]


def _worth(rule: Ballots, value: int) -> str:
    match rule:
        case Approve():
            return "for it"
        case Rank():
            return f"rank {value}"
        case Quadratic():
            return f"{'1 vote' if value == 1 else f'{value:,} votes'}, cost {value * value:,}"
        case Budget():
            return f"{value:,}"
    return "1 point" if value == 1 else f"{value:,} points"


def _close_up(given: Given) -> None:
    """Ranks 2, 5, 7 mean 1, 2, 3. Two that are alike stay, and are refused."""
    ranks = sorted(set(given.choices.values()))
    if len(ranks) == len(given.choices) and (not ranks or ranks[0] > 0):
        given.choices = {option: ranks.index(value) + 1 for option, value in given.choices.items()}
        given.typed.update({int(option): str(value) for option, value in given.choices.items()})
