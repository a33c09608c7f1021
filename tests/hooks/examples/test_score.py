"""Whoever answers a colleague's question gets what the rule says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from marshmallow import Schema, fields

from renown.api import Entry, MeasureSpec, Plugin, Rules, RuleSpec, ScoredEvent, hookimpl
from renown.testing import Kit


class Points(Schema):
    points = fields.Integer(required=True)


plugin = Plugin(
    name="helping",
    title="Helping",
    summary="Points for answers.",
    measures=(MeasureSpec("helping.points", "Helping"),),
    rules=(RuleSpec("answered", "A question answered", Points, {"points": 3}),),
)


@hookimpl
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    for event in events:
        asker, actor = event.asker, event.actor
        if event.verb != "answer" or actor is None or asker is None or actor.person == asker.person:
            continue
        for rule in rules.of(event):
            yield Entry(event.id, actor.identity, "helping.points", rule.name, rule.body["points"] * 1000)


def test_an_answer_counts_and_one_to_oneself_does_not(renown_kit: Kit) -> None:
    renown_kit.enable("helping")
    ana, ben = renown_kit.person("Ana"), renown_kit.person("Ben")
    question = renown_kit.act(ana, "ask", kind="question")
    for who in (ana, ben):
        renown_kit.act(who, "answer", kind="answer", to=question)
    renown_kit.settle()
    assert renown_kit.amount(ben, "helping.points") == 3
    assert renown_kit.amount(ana, "helping.points") == 0
