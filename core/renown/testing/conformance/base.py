"""What all parts of the suite stand on: the plugin, a site on which it is on, and a day on which much happens."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import ClassVar

import pytest
from sqlalchemy import Table

from renown.context.switching import NotSwitched
from renown.context.work import shown
from renown.db.base import metadata
from renown.events import read
from renown.hooks.calls import FAULTS
from renown.hooks.manager import Plugins
from renown.hooks.manifest import Plugin
from renown.hooks.states import Installed
from renown.ledger import rules
from renown.ledger.entries import ScoredEvent
from renown.ledger.seen import Names
from renown.testing.kit import Kit

#: The name of a rule as an administrator may add one.
OWN_RULE = "added"


@cache
def installed_plugins() -> Plugins:
    """As a process finds them at its start."""
    return Plugins.discover()


class Base:
    """The fixtures of the suite."""

    plugin: ClassVar[str]

    def fill(self, kit: Kit, people: Sequence[int]) -> None:
        """Have the plugin keep something of these people, as if they used it. To be overridden; by default nothing."""

    @pytest.fixture
    def installed(self) -> Installed:
        plugins = installed_plugins()
        if self.plugin not in plugins:
            names = ", ".join(one.name for one in plugins.installed)
            pytest.fail(
                f"no plugin {self.plugin!r} is installed, there are {names}: `pip install -e .`, and see that "
                f"the entry point in the group renown.plugins is named {self.plugin}"
            )
        return plugins[self.plugin]

    @pytest.fixture
    def manifest(self, installed: Installed) -> Plugin:
        if installed.fault is not None or installed.manifest is None:
            pytest.fail(
                f"{self.plugin} is {installed.fault and installed.fault.state}: mend what it says here: "
                f"{installed.fault and installed.fault.reason}"
            )
        return installed.manifest

    @pytest.fixture
    def kit(self, manifest: Plugin, renown_kit: Kit) -> Kit:
        try:
            renown_kit.only(self.plugin)
        except (NotSwitched, KeyError) as error:
            pytest.fail(f"{self.plugin} cannot be switched on: {error}")
        return renown_kit

    def lively(self, kit: Kit) -> list[int]:
        """Some of everything: messages, answers, likes taken back, a deletion. Gives the people, whom `fill` knows.

        Where administrators may add rules, there is one.
        """
        manifest = kit.renown.plugins[self.plugin].manifest
        if manifest is not None and manifest.own_rules is not None:
            with kit.db.write() as conn:
                rules.ensure(conn, self.plugin, [(OWN_RULE, dict(manifest.own_rules.start))])
        ana, bea, cem = people = [kit.person("Ann"), kit.person("Ben"), kit.person("Cem")]
        question = kit.act(ana, "ask", kind="question", words=40)
        answer = kit.act(bea, "answer", kind="answer", to=question, words=80)
        kit.act(ana, "accept", on=answer, owner=bea, to=question, kind="answer")
        kit.act(cem, "react", on=answer, owner=bea, content="+1")
        kit.act(bea, "react", on=answer, owner=bea, content="tada")
        kit.act(cem, "create", words=1, mentions=(ana, cem), days_ago=3)
        kit.act(cem, "delete", on=kit.act(cem, "create"))
        kit.act(cem, "create", kind="document", words=None)
        self.fill(kit, people)
        return people


def tables_of(plugin: str) -> list[Table]:
    return [table for name, table in sorted(metadata.tables.items()) if name.startswith(f"{plugin}_")]


def scored_events(kit: Kit) -> list[ScoredEvent]:
    """The log as scoring sees it."""
    with kit.db.read() as conn:
        rows = read.after(conn, 0, 1000)
        return [event for event in shown(conn, rows, Names()) if not event.type.startswith("renown.")]


def faults(kit: Kit) -> list[str]:
    """What hooks raised on this site, newest first."""
    calls = kit.renown.dispatcher.calls
    found = []
    for plugin, hook in calls.faults():
        # The last calls alone are kept with their reasons.
        last = [call for call in calls.last(plugin) if call.hook == hook and call.outcome in FAULTS]
        said = [f"{call.outcome} {call.reason}" for call in last]
        found += [f"{plugin}.{hook} {one}" for one in said or ["raised once, and went on after that"]]
    return found
