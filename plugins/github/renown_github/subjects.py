"""Which module reads which event of GitHub's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from renown.api import CloudEvent, Skipped
from renown_github import comments, discussions, issues, pulls, pushes, releases, reviews, stars, wiki
from renown_github.delivery import Delivery

#: By the name in X-GitHub-Event.
SUBJECTS: Mapping[str, Callable[[Delivery], Iterator[CloudEvent | Skipped]]] = {
    "commit_comment": comments.on_commit,
    "discussion": discussions.read,
    "discussion_comment": discussions.comment,
    "gollum": wiki.read,
    "issue_comment": comments.on_issue,
    "issues": issues.read,
    "pull_request": pulls.read,
    "pull_request_review": reviews.read,
    "pull_request_review_comment": pulls.comment,
    "push": pushes.read,
    "release": releases.read,
    "star": stars.star,
    "watch": stars.watch,
}
