"""Whoever gets an answer is told of it, once the answer is in the log."""

from __future__ import annotations

from collections.abc import Sequence

from renown.api import NoticeKind, Plugin, PluginContext, ScoredEvent, hookimpl
from renown.testing import Kit

plugin = Plugin(
    name="bell",
    title="Bell",
    summary="Tells people of answers.",
    notices=(NoticeKind("bell.answered", "Somebody answered you"),),
)


@hookimpl
def events_recorded(events: Sequence[ScoredEvent], ctx: PluginContext) -> None:
    for event in events:
        if event.verb == "answer" and event.asker is not None:
            ctx.notify.tell(event.asker.person, "bell.answered", event.key, "You have an answer", once=event.key)


def test_who_asked_hears_of_the_answer(renown_kit: Kit) -> None:
    renown_kit.enable("bell")
    ana, ben = renown_kit.person("Ana", "member"), renown_kit.person("Ben")
    question = renown_kit.act(ana, "ask", kind="question")
    renown_kit.act(ben, "answer", kind="answer", to=question)
    renown_kit.settle()
    assert "You have an answer" in renown_kit.client(ana).get("/notifications").text
