"""Slack's live deliveries: each act once, whoever tells it and how often."""

from __future__ import annotations

from typing import Any

import pytest

from renown.api import Answer, BadPayload, CloudEvent
from renown_slack import reasons
from renown_slack.connector import Slack
from tests.networks import kit
from tests.networks.kit import callback

SLACK = Slack()
TS = "1714979280.000100"


def event(body: object, **settings: Any) -> CloudEvent:
    return kit.event(SLACK, kit.slack(body), **settings)


def message(**more: Any) -> dict[str, Any]:
    return callback(
        **{"type": "message", "channel": "C01", "channel_type": "channel", "user": "U01", "text": "Hello", "ts": TS}
        | more
    )


def reaction(kind: str = "reaction_added", emoji: str = "+1", at: str = "1714979285.000200") -> dict[str, Any]:
    item = {"type": "message", "channel": "C01", "ts": TS}
    return callback(type=kind, user="U02", item_user="U01", reaction=emoji, item=item, event_ts=at)


def test_a_message_is_its_channel_and_time_and_keeps_no_text() -> None:
    found = event(message(text="Ask <@U07|ana> about `x = 1` :wave: at <https://a.example/b|the page>"))
    assert (found.id, found.type, found.data.type) == (f"C01:{TS}", "collab.create.v1", "Create")
    assert found.time.isoformat() == "2024-05-06T07:08:00.000100+00:00"
    assert found.data.actor.id == "U01"
    thing = found.data.object
    assert (thing.kind, thing.words, thing.content) == ("message", 5, None)
    assert [tag.href for tag in thing.tag or []] == ["U07"]
    assert found.data.target is not None
    assert found.data.target.id == "C01"


def test_text_is_kept_only_where_the_source_says_so() -> None:
    assert event(message(text="Hello there"), keep_text=True).data.object.content == "Hello there"


def test_a_reply_answers_the_thread_and_a_broadcast_is_the_same_reply() -> None:
    plain = event(message(thread_ts="1714979000.000001"))
    broadcast = event(message(thread_ts="1714979000.000001", subtype="thread_broadcast"))
    assert plain.type == "collab.reply.v1"
    assert plain.data.object.inReplyTo is not None
    assert plain.data.object.inReplyTo.id == "C01:1714979000.000001"
    assert plain.id == broadcast.id == f"C01:{TS}"
    assert event(message(thread_ts=TS)).type == "collab.create.v1"


def test_in_a_channel_for_questions_threads_answer() -> None:
    asked = event(message(), question_channels="C09, C01")
    answered = event(message(thread_ts="1714979000.000001"), question_channels="C01")
    assert (asked.type, asked.data.object.kind) == ("collab.ask.v1", "question")
    assert (answered.type, answered.data.object.kind) == ("collab.answer.v1", "answer")
    assert answered.id == event(message(thread_ts="1714979000.000001")).id


def test_an_edit_is_told_once_and_a_preview_is_none() -> None:
    now = {"user": "U01", "text": "Hello all", "ts": TS, "edited": {"user": "U03", "ts": "1714979288.000000"}}
    before = {"user": "U01", "text": "Hello", "ts": TS}
    body = message(subtype="message_changed", message=now, previous_message=before, ts="1714979288.000300")
    found = event(body)
    assert (found.id, found.type) == (f"C01:{TS}:edit:1714979288.000000", "collab.edit.v1")
    assert found.data.actor.id == "U03"
    assert found.data.object.attributedTo is not None
    assert found.data.object.attributedTo.id == "U01"
    body["event"]["previous_message"] = now
    assert kit.reason(SLACK, kit.slack(body)) == reasons.UNCHANGED


def test_a_delete_takes_back_the_message_and_says_that_its_actor_is_inferred() -> None:
    body = message(subtype="message_deleted", deleted_ts=TS, ts="1714979288.000300", previous_message={"user": "U01"})
    found = event(body)
    assert (found.id, found.data.type, found.data.retracts) == (f"C01:{TS}:delete", "Delete", f"C01:{TS}")
    assert found.data.quality is not None
    assert found.data.quality.actor == "inferred"
    tombstone = {"subtype": "tombstone", "ts": TS, "text": "This message was deleted.", "user": "USLACKBOT"}
    again = event(message(subtype="message_changed", message=tombstone, previous_message={"user": "U01", "ts": TS}))
    assert again.id == found.id
    del body["event"]["previous_message"]
    nobody = event(body)
    assert nobody.data.quality is not None
    assert nobody.data.quality.actor == "anonymous"


def test_a_reaction_switches_one_state_on_and_off() -> None:
    on, off = event(reaction()), event(reaction("reaction_removed", at="1714979290.000000"))
    assert on.data.statekey == off.data.statekey == f"C01:{TS}:react:+1:U02"
    assert on.id == f"C01:{TS}:react:+1:U02:1714979285.000200"
    assert (on.type, on.data.type, off.type, off.data.type) == ("collab.react.v1", "Like", "collab.react.v1", "Undo")
    assert on.data.object.attributedTo is not None
    assert on.data.object.attributedTo.id == "U01"
    assert on.id != off.id


def test_the_emoji_that_accepts_is_a_setting() -> None:
    found = event(reaction(emoji="white_check_mark"), accept_emoji=":white_check_mark:")
    assert (found.type, found.data.type) == ("collab.accept.v1", "Accept")
    assert event(reaction(emoji="white_check_mark")).id == found.id


@pytest.mark.parametrize("kind", ["member_joined_channel", "member_left_channel"])
def test_coming_and_going_is_one_act_whether_told_as_event_or_as_message(kind: str) -> None:
    subtype = "channel_join" if kind == "member_joined_channel" else "channel_leave"
    told = event(callback(type=kind, user="U01", channel="C01", channel_type="C", event_ts="1714979280.000900"))
    written = event(message(subtype=subtype))
    timeless = event(callback(type=kind, user="U01", channel="C01") | {"event_time": 1714979280})
    assert told.id == written.id == timeless.id


def test_bots_and_private_places_are_marked() -> None:
    bot = event(message(user=None, bot_id="B01", subtype="bot_message", username="Deploys"))
    assert (bot.data.actor.id, bot.data.actor.type, bot.data.actor.name) == ("B01", "Application", "Deploys")
    assert bot.data.quality is not None
    assert bot.data.quality.bot
    for channel, kind in (("G01", "group"), ("D01", "im"), ("C02", "mpim"), ("D02", None)):
        private = event(message(channel=channel, channel_type=kind)).data.quality
        assert private is not None
        assert private.private


def test_somebody_new_brings_a_name_and_an_address() -> None:
    user = {"id": "U05", "name": "ana", "profile": {"real_name": "Ana Ruiz", "email": "ana@example.org"}}
    found = event(callback(type="team_join", user=user, event_ts=TS))
    who = found.data.actor
    assert (who.id, who.name, who.email, who.emailVerified) == ("U05", "Ana Ruiz", "ana@example.org", True)
    unsure = callback(type="team_join", user=user | {"is_email_confirmed": False}, event_ts=TS)
    assert event(unsure).data.actor.emailVerified is False


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (message(subtype="channel_topic"), reasons.NOTICE),
        (message(subtype="channel_name"), reasons.NOTICE),
        (message(user=None), reasons.BLANK),
        (message(user=""), reasons.BLANK),
        (callback(type="app_mention", user="U01", ts=TS), reasons.TWICE),
        (callback(type="emoji_changed"), reasons.NOT_READ),
        (callback(type="reaction_added", user="U01", item={"type": "file"}), reasons.NOT_A_MESSAGE),
        ({"type": "block_actions"}, reasons.NOT_AN_EVENT),
        ({"type": "app_rate_limited"}, reasons.NOT_AN_EVENT),
    ],
)
def test_what_is_no_act_is_skipped_with_a_reason(body: object, why: str) -> None:
    assert kit.reason(SLACK, kit.slack(body)) == why


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ([], "the payload is a list"),
        ({"type": 5}, "type is a number"),
        ({"type": "event_callback"}, "event is missing"),
        (message(ts="yesterday"), "event.ts is not a time"),
        (message(ts=1714979280.0001), "event.ts is a number, not a text"),
        (message(channel=None), "event.channel is missing"),
        (message(user={"id": "U01"}), "event.user is an object"),
        (message(user="U" * 300), "event.user is longer than"),
        (message(text=["Hello"]), "event.text is a list"),
        (message(thread_ts="x"), "event.thread_ts is not a time"),
        (message(user="U\0"), "event.user holds characters"),
        (callback(type="reaction_added", user="U01"), "event.item is missing"),
    ],
)
def test_what_is_malformed_names_its_field(body: object, where: str) -> None:
    with pytest.raises(BadPayload, match=where.replace(".", r"\.")):
        kit.read(SLACK, kit.slack(body))


def test_the_challenge_is_answered_and_nothing_else_is() -> None:
    assert SLACK.answer(kit.slack({"type": "url_verification", "challenge": "3eZbrw"})) == Answer(200, "3eZbrw")
    assert SLACK.answer(kit.slack(message())) is None
    with pytest.raises(BadPayload, match="challenge is missing"):
        SLACK.answer(kit.slack({"type": "url_verification"}))


def test_a_changed_profile_brings_the_name_once() -> None:
    profile = {"real_name": "Cleo Novak", "email": "cleo@example.org"}
    user = {"id": "U05", "name": "cleo", "profile": profile}
    found = event(callback(type="user_change", user=user, event_ts=TS))
    assert (found.type, found.data.object.kind, found.data.target) == ("collab.edit.v1", "person", None)
    assert (found.data.actor.name, found.data.actor.email) == ("Cleo Novak", "cleo@example.org")
    busy = user | {"profile": {**profile, "status_text": "In a meeting"}}
    assert event(callback(type="user_change", user=busy, event_ts="1714979999.000100")).id == found.id
    other = user | {"profile": {"real_name": "Cleo Ruiz", "email": "cleo@example.org"}}
    assert event(callback(type="user_change", user=other, event_ts=TS)).id != found.id


def test_channels_get_their_names_live() -> None:
    made = {"id": "C07", "name": "help", "created": 1714979280, "creator": "U01"}
    found = event(callback(type="channel_created", channel=made, event_ts=TS))
    assert (found.type, found.data.actor.id) == ("collab.create.v1", "U01")
    assert found.data.target is not None
    assert (found.data.target.id, found.data.target.name) == ("C07", "help")
    renamed = event(callback(type="channel_rename", channel={"id": "C07", "name": "support"}, event_ts=TS))
    assert renamed.data.target is not None
    assert (renamed.type, renamed.data.target.name) == ("collab.edit.v1", "support")
    assert renamed.data.quality is not None
    assert renamed.data.quality.actor == "anonymous"
