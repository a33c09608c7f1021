"""`renown roll call`: how many people there are."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.testing import CliRunner

from renown.api import Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(name="roll", title="Roll", summary="Counts people.")


@hookimpl
def commands(ctx: PluginContext) -> Iterable[click.Command]:
    @click.command()
    def call() -> None:
        """Count the people who work here."""
        with ctx.reading() as inner:
            click.echo(len(inner.people.employees()))

    return [call]


def test_the_command_counts_people(renown_kit: Kit) -> None:
    renown_kit.enable("roll")
    before = _called(renown_kit)
    renown_kit.person("Ana", "member")
    assert _called(renown_kit) == before + 1


def _called(kit: Kit) -> int:
    [command] = kit.call("roll", "commands")
    return int(CliRunner().invoke(command).output)
