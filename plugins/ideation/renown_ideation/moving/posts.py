"""Ideas as they come in: made, or changed where they changed there and nobody changed them here."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select

from renown.api import PluginContext
from renown_ideation import promises, states
from renown_ideation.ideas import index, writing
from renown_ideation.ideas.merging import current
from renown_ideation.ideas.texts import Draft
from renown_ideation.models import Board, Idea, Moderation, Origin, Participant, Revision, Status, Tagged
from renown_ideation.moving import origins
from renown_ideation.moving.people import People
from renown_ideation.moving.records import Post
from renown_ideation.moving.report import Report

_WAITS = "It waited for a moderator where it was imported from"


class Posts:
    """Of one import into one board. `touched` are those whose state may have to be told by a step."""

    def __init__(self, ctx: PluginContext, board: Board, source: str, people: People, report: Report) -> None:
        self._ctx, self._source, self._people, self._report = ctx, source, people, report
        self._board, self._due = board.id, promises.due(ctx, board.answer_days)
        self._acknowledge, self._steward = promises.due(ctx, board.acknowledge_days), board.steward_id
        self.merges: list[Post] = []
        #: States that ideas are to end up in.
        self.touched: dict[int, str] = {}
        self._seen: set[str] = set()

    def take(self, posts: Sequence[Post]) -> None:
        known = origins.of(self._ctx, self._source, "idea", [one.key for one in posts])
        new = []
        for post in posts:
            if post.key in self._seen:
                self._report.tell("bad", post.where, "id", f"Another idea above has the id {post.key}.")
                continue
            self._seen.add(post.key)
            if post.into:
                self.merges.append(post)
            origin = known.get(post.key)
            if origin is None:
                new.append(post)
            else:
                self._again(post, origin)
        self._make(new)

    def _make(self, posts: Sequence[Post]) -> None:
        ideas = [self._idea(one) for one in posts]
        self._ctx.session.add_all(ideas)
        self._ctx.session.flush()
        for post, idea in zip(posts, ideas, strict=True):
            self._beside(post, idea)
            self.touched[idea.id] = post.state
        tags = [{"idea_id": idea.id, "tag": tag} for post, idea in zip(posts, ideas, strict=True) for tag in post.tags]
        if tags:
            self._ctx.session.execute(insert(Tagged), tags)
        self._ctx.session.flush()
        index.put(self._ctx, *(one.id for one in ideas))
        self._report.count("idea", "made", len(ideas))

    def _idea(self, post: Post) -> Idea:
        author = self._people.known(post.who, post.where)
        return Idea(
            board_id=self._board, author_id=author, author_name=None if author else post.who.name or None,
            title=post.title, body=post.body, state=post.state, standing=post.standing, revision=1,
            submitted_at=post.at, changed_at=post.at, heat=post.at, owner_id=self._owner(post),
            due_at=self._owed(post), earlier_votes=post.earlier,
            delivered_at=post.at if post.state == "delivered" else None,
        )  # fmt: skip

    def _owed(self, post: Post) -> int | None:
        """As the source promised; where it promised nothing, an open idea has its answer by the board's own days."""
        if post.state not in states.OPEN:
            return None
        return post.due_at or self._due

    def _owner(self, post: Post) -> int | None:
        if not post.owner:
            return self._steward
        found = self._ctx.people.find(post.owner)
        if found is not None and self._ctx.people.employees([found.id]):
            return found.id
        said = f"{post.owner} does not work here: the board's steward owns it."
        self._report.tell("remark", post.where, "owner_email", said)
        return self._steward

    def _beside(self, post: Post, idea: Idea) -> None:
        at, author, session = post.at, idea.author_id, self._ctx.session
        session.add(Revision(idea_id=idea.id, number=1, title=idea.title, body=idea.body, by_id=author, at=at))
        session.add(
            Status(idea_id=idea.id, before="draft", state="submitted", by_id=author, by_name=idea.author_name, at=at)
        )
        if author is not None:
            session.add(Participant(idea_id=idea.id, person_id=author, role="author", follows=post.follows, at=at))
        if post.standing == "waiting":
            session.add(Moderation(idea_id=idea.id, reason=_WAITS, at=at, due_at=self._acknowledge))
        session.add(
            Origin(source=self._source, kind="idea", key=post.key, id=idea.id, digest=_of(post), earlier=post.earlier)
        )

    def _again(self, post: Post, origin: Origin) -> None:
        idea = self._ctx.session.get(Idea, origin.id)
        if idea is None or idea.board_id != self._board:
            said = "It was imported before, and is gone." if idea is None else "It was imported into another board."
            self._report.count("idea", "left")
            self._report.tell("left", post.where, "id", said)
            return
        (text, state), now = origins.halves(_of(post)), origins.halves(origin.digest)
        news = [self._text(post, idea, text, now[0]), self._state(post, idea, state, now[1])]
        kept = [old if one == "left" else new for one, old, new in zip(news, now, (text, state), strict=True)]
        origin.digest = "".join(kept)
        if post.earlier != origin.earlier:
            idea.earlier_votes += post.earlier - origin.earlier
            origin.earlier = post.earlier
            news.append("changed")
        outcome = next((one for one in ("left", "changed") if one in news), "unchanged")
        self._report.count("idea", outcome)

    def _text(self, post: Post, idea: Idea, new: str, old: str) -> str:
        if new == old:
            return "unchanged"
        tags = self._ctx.session.scalars(select(Tagged.tag).where(Tagged.idea_id == idea.id))
        if origins.digest(idea.title, idea.body, sorted(tags)) != old:
            return self._left(post, "title", "The text was changed there, and here as well: the one here stays.")
        if (idea.title, idea.body) != (post.title, post.body):
            idea.revision += 1
            idea.title, idea.body, idea.changed_at = post.title, post.body, self._ctx.clock.now()
            self._ctx.session.add(
                Revision(
                    idea_id=idea.id,
                    number=idea.revision,
                    title=idea.title,
                    body=idea.body,
                    by_id=idea.author_id,
                    at=idea.changed_at,
                    note="Imported again",
                )
            )
        writing.tag(self._ctx, idea, Draft(post.title, post.body, post.tags))
        self._ctx.session.flush()
        index.put(self._ctx, idea.id)
        return "changed"

    def _state(self, post: Post, idea: Idea, new: str, old: str) -> str:
        if new == old:
            return "unchanged"
        merged = current(self._ctx, idea.id)
        if origins.digest(merged.before if merged else idea.state) != old or merged is not None:
            return self._left(post, "state", f"It became {post.state} there, and something else here: that stays.")
        self.touched[idea.id] = idea.state = post.state
        idea.due_at, idea.changed_at = self._owed(post), self._ctx.clock.now()
        if post.state == "delivered":
            idea.delivered_at = idea.changed_at
        return "changed"

    def _left(self, post: Post, field: str, said: str) -> str:
        self._report.tell("left", post.where, field, said)
        return "left"


def _of(post: Post) -> str:
    return origins.digest(post.title, post.body, sorted(post.tags)) + origins.digest(post.state)
