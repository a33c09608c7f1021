"""A quality taken apart: what speaks for somebody's work and what against it, as two sums and without names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from renown.api import Explanation, Part, PluginContext
from renown_influence import kept, quality, run, store

_UNIT = 1000
_FIVES = (
    "People who speak against it are counted in fives, each with the voice of one who speaks for somebody’s work on "
    "average: fewer than five do not count, and five to nine count as five. So nobody can see a single vote."
)


@dataclass(frozen=True)
class Received:
    """`good` and `bad` are in whole voices, `average` and `percent` in percent.

    `percent` is `good + added` of `good + bad + M`, `added` being what M voices of the average say.
    """

    good: int
    bad: int
    average: int
    percent: int

    @property
    def added(self) -> float:
        return quality.M * self.average / 100

    @property
    def sum(self) -> str:
        """As it is printed, and as anybody may work it out."""
        part, whole = f"{self.good} + {self.added:g}", f"{self.good} + {self.bad} + {quality.M}"
        return f"({part}) / ({whole}) = {self.percent} %"

    @property
    def about(self) -> str:
        said = f"{_voices(self.good)} for it, {self.bad} against it."
        added = f"{quality.M} voices of the average, {self.average} % good, are added, so that few say little."
        return f"{said} {_FIVES} {added}"


def of(ctx: PluginContext, person: int) -> Received | None:
    """The caller has asked the gate for the number. None where there is none, or the run's numbers are gone."""
    shown = run.newest(ctx)
    arrays = {} if shown is None else store.load(ctx, kept.name(shown.id), ("people", *kept.RECEIVED))
    if "told" not in arrays:
        return None
    at = int(np.searchsorted(arrays["people"], person))
    if at == len(arrays["people"]) or arrays["people"][at] != person or not arrays["told"][at]:
        return None
    good, bad, average = (arrays[name] for name in ("good", "bad", "average"))
    percent = quality.received(good[at : at + 1], bad[at : at + 1], int(average[0]))
    return Received(int(good[at]), int(bad[at]), int(average[0]), int(np.rint(percent)[0]))


def in_words(ctx: PluginContext, person: int) -> Explanation | None:
    found = of(ctx, person)
    if found is None:
        return None
    parts = Part("Voices for it", found.good * _UNIT), Part("Voices against it", found.bad * _UNIT)
    return Explanation(f"{found.sum}. {found.about}", parts)


def _voices(count: int) -> str:
    return "One voice speaks" if count == 1 else f"{count} voices speak"
