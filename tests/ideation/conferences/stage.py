"""What a story needs of whoever has it played: transactions, a clock that goes on, people."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from renown.api import PluginContext


class Stage(Protocol):
    def writing(self) -> AbstractContextManager[PluginContext]:
        """A transaction of this plugin."""

    def until(self, instant: int) -> None:
        """The clock goes on to this instant, and jobs do what is due by then. Not back: an earlier one changes
        nothing.
        """


@dataclass(frozen=True)
class Cast:
    """People by id. `speakers` bring talks, the first of them four; `voters` are customers and may be speakers too."""

    speakers: Sequence[int]
    voters: Sequence[int]
    #: Who decides, and speaks for the organisation.
    board: int
