"""A level says in words why it is what it is."""

from __future__ import annotations

from renown.api import Explanation, MeasureSpec, Part, Plugin, PluginContext, hookimpl
from renown.testing import Kit

plugin = Plugin(
    name="tenure",
    title="Tenure",
    summary="How long somebody has been here.",
    measures=(MeasureSpec("tenure.years", "Years here", kind="level", unit="years"),),
)


@hookimpl
def explain(person: int, measure: str, period: str, ctx: PluginContext) -> Explanation | None:
    years = ctx.standings.level(measure, person)
    return Explanation("Counted from the first day.", [Part("whole years", years)]) if years else None


def test_the_page_of_why_says_so(renown_kit: Kit) -> None:
    renown_kit.enable("tenure")
    ana = renown_kit.person("Ana", "member")
    with renown_kit.context("tenure") as ctx:
        ctx.standings.publish("tenure.years", {ana: 4000}, run="2026-05-04")
    renown_kit.settle()
    page = renown_kit.client(ana).get(f"/people/{renown_kit.handle(ana)}/why/tenure.years").text
    assert "Counted from the first day." in page
