"""GitHub's deliveries: each act once, to whom it belongs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from renown.api import BadPayload, CloudEvent, Skipped
from renown_github import reasons
from renown_github.connector import GitHub
from tests.networks import kit
from tests.networks import payloads as p
from tests.networks.payloads import ANA, BEN, BOT, body

GITHUB = GitHub()


def event(name: str, payload: object, **settings: Any) -> CloudEvent:
    return kit.event(GITHUB, kit.github(name, payload), **settings)


def who(found: CloudEvent) -> str | None:
    return found.data.actor.username


def test_an_issue_from_opening_to_end() -> None:
    opened = event("issues", body("opened", issue=p.issue()))
    assert (opened.id, opened.type, who(opened)) == ("r7#12", "collab.create.v1", "ana")
    thing = opened.data.object
    assert (thing.kind, thing.words, thing.title) == ("issue", 9, None)
    # @nobody's number is not in the payload, so it stays a word.
    assert [tag.href for tag in thing.tag or []] == ["u2"]
    assert event("issues", body("opened", issue=p.issue()), keep_text=True).data.object.title == "Leaks fuel"

    closed = event("issues", body("closed", issue=p.issue(state_reason="not_planned")))
    assert (closed.type, closed.data.object.state, who(closed)) == ("collab.resolve.v1", "not_planned", "Ben")
    assert closed.data.object.attributedTo is not None
    assert closed.data.object.attributedTo.id == "u1"
    assert event("issues", body("reopened", issue=p.issue())).type == "collab.reopen.v1"
    gone = event("issues", body("deleted", issue=p.issue()))
    assert (gone.data.type, gone.data.retracts) == ("Delete", "r7#12")


def test_a_merged_change_says_so_and_assigning_names_the_assignee() -> None:
    merged = event("pull_request", body("closed", pull_request=p.pull(merged=True)))
    assert (merged.type, merged.data.object.kind, merged.data.object.state) == ("collab.resolve.v1", "change", "merged")
    assert event("pull_request", body("closed", pull_request=p.pull())).data.object.state == "closed"
    given = event("issues", body("assigned", issue=p.issue(), assignee=BEN, sender=ANA))
    assert (given.type, who(given)) == ("collab.assign.v1", "ana")
    assert [tag.href for tag in given.data.object.tag or []] == ["u2"]


def test_a_comment_on_a_change_and_a_remark_on_its_line_answer_the_same_thing() -> None:
    said = event("issue_comment", body("created", comment=p.comment(), issue=p.issue(number=13)))
    remark = event("pull_request_review_comment", body("created", comment=p.comment(), pull_request=p.pull()))
    under = body("created", comment=p.comment(id=301, in_reply_to_id=300), pull_request=p.pull())
    parents = [
        found.data.object.inReplyTo and found.data.object.inReplyTo.id
        for found in (said, remark, event("pull_request_review_comment", under))
    ]
    assert parents == ["r7#13", "r7#13", "review-comment:300"]
    assert said.id != remark.id


def test_reviews_count_but_not_of_ones_own_change() -> None:
    found = event("pull_request_review", body("submitted", review=p.review(), pull_request=p.pull()))
    assert (found.type, found.data.object.state, who(found)) == ("collab.review.v1", "approved", "Ben")
    own = body("submitted", review=p.review(user=ANA), pull_request=p.pull())
    assert kit.reason(GITHUB, kit.github("pull_request_review", own)) == reasons.OWN_REVIEW


def test_a_question_its_answer_and_who_accepts_it() -> None:
    asked = event("discussion", body("created", discussion=p.discussion()))
    answered = event("discussion_comment", body("created", discussion=p.discussion(), comment=p.comment()))
    assert (asked.type, answered.type) == ("collab.ask.v1", "collab.answer.v1")
    beneath = body("created", discussion=p.discussion(), comment=p.comment(parent_id=300))
    assert event("discussion_comment", beneath).type == "collab.reply.v1"
    assert event("discussion", body("created", discussion=p.discussion(False))).data.object.kind == "message"

    accept = event("discussion", body("answered", ANA, discussion=p.discussion(), answer=p.comment()))
    assert (accept.type, accept.data.type, who(accept)) == ("collab.accept.v1", "Accept", "ana")
    assert accept.data.object.attributedTo is not None
    assert accept.data.object.attributedTo.username == "Ben"
    assert accept.data.object.id == answered.id
    assert accept.time.isoformat() == "2024-05-06T07:06:00+00:00"
    undone = event("discussion", body("unanswered", ANA, discussion=p.discussion(), old_answer=p.comment()))
    assert (undone.data.type, undone.data.statekey) == ("Undo", accept.data.statekey)


def test_a_push_is_one_event_for_each_new_commit_of_the_pusher() -> None:
    hidden = {"name": "Ana", "email": "1+ana@users.noreply.github.com"}
    other = {"name": "Zoe", "email": "zoe@example.org", "username": "zoe"}
    nameless = {"name": "Ben at home", "email": "b@example.org"}
    found = kit.read(
        GITHUB,
        kit.github(
            "push",
            p.push(
                p.commit(1),
                p.commit(2, distinct=False),
                p.commit(3, author=hidden),
                p.commit(4, author=other),
                p.commit(5, author=nameless),
            ),
        ),
    )
    told = [
        one.reason if isinstance(one, Skipped) else (one.data.actor.id, one.data.quality and one.data.quality.actor)
        for one in found
    ]
    assert told == [("u2", "known"), reasons.KNOWN_COMMIT, ("u1", "known"), reasons.OTHER_AUTHOR, ("u2", "inferred")]
    assert isinstance(found[0], CloudEvent)
    assert found[0].id == "commit:" + f"{1:040x}"
    assert kit.reason(GITHUB, kit.github("push", p.push(ref="refs/tags/v1"))) == reasons.NO_BRANCH
    assert kit.reason(GITHUB, kit.github("push", p.push())) == reasons.NO_COMMITS


def test_releases_are_published_once() -> None:
    published = event("release", body("published", release=p.release()))
    assert (published.id, published.type, who(published)) == ("release:500", "collab.publish.v1", "ana")
    for action in ("created", "released", "prereleased"):
        assert kit.reason(GITHUB, kit.github("release", body(action, release=p.release()))) == reasons.TWICE


def test_a_star_is_one_state_told_by_two_kinds_of_delivery() -> None:
    on, off, watch = (event(name, payload) for name, payload in p.ALL if name in ("star", "watch"))
    assert on.data.statekey == off.data.statekey == watch.data.statekey == watch.id == "r7:star:u2"
    assert (on.data.type, off.data.type) == ("Follow", "Undo")
    times = [found.data.quality and found.data.quality.time for found in (on, off, watch)]
    assert times == ["exact", "exact", "received"]


def test_wiki_pages_are_keyed_by_their_version() -> None:
    inbound = kit.github("gollum", body(None, pages=[p.page(), p.page(action="edited", page_name="N" * 900)]))
    made, changed = kit.read(GITHUB, inbound)
    assert isinstance(made, CloudEvent)
    assert isinstance(changed, CloudEvent)
    assert (made.type, made.id) == ("collab.create.v1", f"wiki:r7:Home:{p.SHA}")
    assert changed.type == "collab.edit.v1"
    assert len(changed.id) <= 256


@pytest.mark.parametrize(("name", "payload"), p.ALL)
def test_a_retry_is_the_same_act_whatever_its_delivery(name: str, payload: dict[str, Any]) -> None:
    first = kit.read(GITHUB, kit.github(name, payload))
    again = kit.read(GITHUB, kit.github(name, payload, at=kit.AT + 90_000_000, delivery="guid-2"))
    assert [getattr(one, "id", one) for one in first] == [getattr(one, "id", one) for one in again]


def test_bots_ghosts_and_private_repositories_are_marked() -> None:
    bot = event("issues", body("opened", issue=p.issue(user=BOT))).data
    assert (bot.actor.type, bot.quality and bot.quality.bot) == ("Application", True)
    ghost = event("issues", body("closed", None, issue=p.issue(user=None))).data
    assert (ghost.quality and ghost.quality.actor, ghost.object.attributedTo) == ("anonymous", None)
    hidden = body("opened", issue=p.issue()) | {"repository": p.REPO | {"private": True}}
    private = event("issues", hidden).data.quality
    shown = event("issues", hidden, colleagues_see_private=True).data.quality
    assert private is not None
    assert shown is not None
    assert (private.private, shown.private) == (True, False)


@pytest.mark.parametrize(
    ("name", "payload", "why"),
    [
        ("ping", {"zen": "Keep it simple"}, reasons.PING),
        ("fork", body(), reasons.NOT_READ),
        ("issues", body("labeled", issue=p.issue()), reasons.NO_ACT),
        ("issues", body("transferred", issue=p.issue()), reasons.MOVED),
        ("issues", body("opened", issue=p.issue(), changes={"old_issue": {}}), reasons.MOVED),
        ("pull_request", body("synchronize", pull_request=p.pull()), reasons.NO_ACT),
    ],
)
def test_what_is_no_act_is_skipped_with_a_reason(name: str, payload: object, why: str) -> None:
    assert kit.reason(GITHUB, kit.github(name, payload)) == why


@pytest.mark.parametrize(
    ("name", "payload", "where"),
    [
        ("issues", [], "the payload is a list"),
        ("issues", body("opened"), "issue is missing"),
        ("issues", body("opened", issue=p.issue(number="12")), "issue.number is a text, not a whole number"),
        ("issues", body("opened", issue=p.issue(number=-1)), "issue.number is out of range"),
        ("issues", body("opened", issue=p.issue(created_at="soon")), "issue.created_at is not a time"),
        ("issues", body("opened", issue=p.issue(created_at="2024-05-06")), "issue.created_at has no time zone"),
        ("issues", body("opened", issue=p.issue(user={"login": "ana"})), "issue.user.id is missing"),
        ("issues", body("opened", issue=p.issue(body=5)), "issue.body is a number, not a text"),
        ("issues", body(5, issue=p.issue()), "action is a number"),  # type: ignore[arg-type]
        ("push", p.push({"id": 5}, {}), r"commits[0].id is a number"),
        ("star", body("created", starred_at=None), "starred_at is missing"),
    ],
)
def test_what_is_malformed_names_its_field(name: str, payload: object, where: str) -> None:
    with pytest.raises(BadPayload) as refused:
        kit.read(GITHUB, kit.github(name, payload))
    assert str(refused.value).startswith(where)


def test_a_form_holds_the_same_payload() -> None:
    inbound = kit.github("issues", body("opened", issue=p.issue()))
    form = {**inbound.headers, "content-type": "application/x-www-form-urlencoded"}
    sent = replace(inbound, headers=form, body=urlencode({"payload": inbound.body.decode()}).encode())
    assert list(GITHUB.normalise(sent, kit.source("github"))) == list(GITHUB.normalise(inbound, kit.source("github")))
    with pytest.raises(BadPayload, match="payload"):
        list(GITHUB.normalise(replace(sent, body=b"a=b"), kit.source("github")))
