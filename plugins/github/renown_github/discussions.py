"""Discussions: in a category for questions they ask, comments answer, and one of them may be accepted."""

from __future__ import annotations

from collections.abc import Iterator

from renown.api import Activity, CloudEvent, ObjectRef, Payload, Ref, Skipped
from renown_github import reasons
from renown_github.comments import changed
from renown_github.delivery import Delivery, account, stamp


def read(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    told, action = delivery.body.object("discussion"), delivery.action
    asks = _answerable(told)
    thing = delivery.written(told, delivery.numbered(told), "question" if asks else "message", titled=True)
    if action == "created":
        when = delivery.time(told, "created_at")
        verb = "ask" if asks else "create"
        yield delivery.act(verb, "Create", thing, thing.id, when, actor=thing.attributedTo)
    elif action == "edited":
        yield delivery.edited(thing, delivery.time(told, "updated_at"))
    elif action == "deleted":
        yield delivery.deleted(thing, thing.id)
    elif action == "answered":
        yield _accepted(delivery, thing, "answer", "Accept", told, "answer_chosen_at")
    elif action == "unanswered":
        yield _accepted(delivery, thing, "old_answer", "Undo", told, "updated_at")
    elif action in ("closed", "reopened"):
        yield _state(delivery, told, thing)
    else:
        yield Skipped(reasons.NO_ACT, what=f"discussion.{action}")


def comment(delivery: Delivery) -> Iterator[CloudEvent | Skipped]:
    """A comment answers the question; one beneath another comment only replies to that."""
    told, discussion = delivery.body.object("comment"), delivery.body.object("discussion")
    above = told.maybe_number("parent_id")
    answers = _answerable(discussion) and above is None
    thing = delivery.written(told, _key(told), "answer" if answers else "comment")
    thing.inReplyTo = Ref(id=f"discussion-comment:{above}" if above else delivery.numbered(discussion))
    yield from changed(delivery, told, thing, "answer" if answers else "reply")


def _accepted(
    delivery: Delivery, question: ObjectRef, name: str, activity: Activity, told: Payload, time: str
) -> CloudEvent:
    """Who sends it accepts; whose answer it is owns."""
    answer = delivery.body.object(name)
    thing = ObjectRef(
        id=_key(answer),
        kind="answer",
        url=answer.label("html_url", 2048),
        attributedTo=account(answer.maybe("user")),
        inReplyTo=Ref(id=question.id),
    )
    when = delivery.time(told, time)
    state = f"{thing.id}:accept"
    key = f"{state}:{stamp(when)}" if activity == "Accept" else f"{state}:off:{stamp(when)}"
    return delivery.act("accept", activity, thing, key, when, statekey=state)


def _state(delivery: Delivery, told: Payload, thing: ObjectRef) -> CloudEvent:
    when = delivery.time(told, "updated_at")
    closed = delivery.action == "closed"
    state = told.label("state_reason", 64) or delivery.action
    bare = ObjectRef(id=thing.id, kind=thing.kind, attributedTo=thing.attributedTo, state=state if closed else "open")
    key = f"{thing.id}:{delivery.action}:{stamp(when)}"
    return delivery.act("resolve" if closed else "reopen", "Update", bare, key, when)


def _answerable(discussion: Payload) -> bool:
    category = discussion.maybe("category")
    return category is not None and category.flag("is_answerable")


def _key(comment: Payload) -> str:
    return f"discussion-comment:{comment.number('id')}"
