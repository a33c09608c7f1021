"""Small payloads of GitHub's, written by hand in the shape of its documents."""

from __future__ import annotations

from typing import Any

REPO = {"id": 7, "full_name": "acme/rockets", "private": False, "html_url": "https://git.example/acme/rockets"}
SHA = "6113728f27ae82c7b1a177c8d03f9e96e0adf246"


def user(number: int, login: str, kind: str = "User") -> dict[str, Any]:
    return {"id": number, "login": login, "type": kind}


ANA, BEN, BOT = user(1, "ana"), user(2, "Ben"), user(3, "renovate[bot]", "Bot")


def body(action: str | None = None, sender: dict[str, Any] | None = BEN, **parts: Any) -> dict[str, Any]:
    return {"action": action, "sender": sender, "repository": REPO, **parts}


def issue(**more: Any) -> dict[str, Any]:
    return {
        "id": 100,
        "number": 12,
        "title": "Leaks fuel",
        "body": "On the left, says @Ben and @nobody",
        "user": ANA,
        "html_url": "https://git.example/acme/rockets/issues/12",
        "created_at": "2024-05-06T07:00:00Z",
        "updated_at": "2024-05-06T07:01:00Z",
        "closed_at": "2024-05-06T07:02:00Z",
    } | more


def pull(**more: Any) -> dict[str, Any]:
    return issue(id=200, number=13, title="Seal the tank", merged_at=None, merged=False) | more


def comment(**more: Any) -> dict[str, Any]:
    return {
        "id": 300,
        "body": "Seen here too",
        "user": BEN,
        "commit_id": SHA,
        "created_at": "2024-05-06T07:03:00Z",
        "updated_at": "2024-05-06T07:04:00Z",
    } | more


def review(**more: Any) -> dict[str, Any]:
    return {"id": 400, "body": "", "user": BEN, "state": "approved", "submitted_at": "2024-05-06T07:05:00Z"} | more


def discussion(answerable: bool = True, **more: Any) -> dict[str, Any]:
    times = {"answer_chosen_at": "2024-05-06T09:06:00+02:00", "updated_at": "2024-05-06T07:07:00Z"}
    return issue(number=14, title="How to land", category={"is_answerable": answerable}) | times | more


def release(**more: Any) -> dict[str, Any]:
    times = {"published_at": "2024-05-06T07:08:00Z"}
    return {"id": 500, "tag_name": "v1", "name": "First", "body": "It flies", "author": ANA} | times | more


def commit(number: int = 0, **more: Any) -> dict[str, Any]:
    sha = f"{number:040x}"
    author = {"name": "Ben", "email": "ben@example.org", "username": "Ben"}
    return {"id": sha, "distinct": True, "message": "Seal it\n\nWell", "author": author} | more


def push(*commits: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "ref": "refs/heads/main",
        "after": SHA,
        "deleted": False,
        "commits": list(commits),
        "pusher": {"name": "Ben", "email": "ben@example.org"},
        "sender": BEN,
        "repository": REPO | {"pushed_at": 1714979200},
    } | more


def page(**more: Any) -> dict[str, Any]:
    return {"page_name": "Home", "title": "Home", "action": "created", "sha": SHA} | more


#: One delivery of each kind that is read, for the tests that break them.
ALL: list[tuple[str, dict[str, Any]]] = [
    ("issues", body("opened", issue=issue())),
    ("issues", body("closed", issue=issue())),
    ("issues", body("assigned", issue=issue(), assignee=BEN)),
    ("pull_request", body("opened", pull_request=pull())),
    ("pull_request", body("closed", pull_request=pull(merged=True))),
    ("pull_request_review", body("submitted", review=review(), pull_request=pull())),
    ("pull_request_review_comment", body("created", comment=comment(in_reply_to_id=1), pull_request=pull())),
    ("issue_comment", body("created", comment=comment(), issue=issue())),
    ("issue_comment", body("deleted", comment=comment(), issue=issue())),
    ("commit_comment", body("created", comment=comment())),
    ("discussion", body("created", discussion=discussion())),
    ("discussion", body("answered", discussion=discussion(), answer=comment())),
    ("discussion", body("unanswered", discussion=discussion(), old_answer=comment())),
    ("discussion_comment", body("created", discussion=discussion(), comment=comment(parent_id=None))),
    ("release", body("published", release=release())),
    ("release", body("edited", release=release())),
    ("push", push(commit(1), commit(2, distinct=False))),
    ("gollum", body(None, pages=[page(), page(page_name="Two", action="edited")])),
    ("star", body("created", starred_at="2024-05-06T07:08:00Z")),
    ("star", body("deleted", starred_at=None) | {"repository": REPO | {"updated_at": "2024-05-06T07:09:00Z"}}),
    ("watch", body("started")),
]
