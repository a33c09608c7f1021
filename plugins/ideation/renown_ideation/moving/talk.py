"""Comments, answers and notes as they come in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import select, update

from renown.api import PluginContext
from renown_ideation.models import Comment, Idea, Moderation, Origin, Status
from renown_ideation.moving import origins
from renown_ideation.moving.people import People
from renown_ideation.moving.records import Note, Said
from renown_ideation.moving.report import Report

#: Steps that say nothing of whether somebody read it.
_SILENT = frozenset({"draft", "submitted", "withdrawn", "merged"})
_WAITS = "It waited for a moderator where it was imported from"


class Talk:
    """Of one import."""

    def __init__(self, ctx: PluginContext, source: str, people: People, report: Report, waits_until: int) -> None:
        self._ctx, self._source, self._people, self._report = ctx, source, people, report
        self._until = waits_until
        self._last: dict[int, str] = {}
        self._seen: set[tuple[str, str]] = set()

    def said(self, given: Sequence[Said]) -> None:
        self._take("comment", given)

    def notes(self, given: Sequence[Note]) -> None:
        self._take("note", given)

    def _take(self, kind: str, given: Sequence[Said] | Sequence[Note]) -> None:
        known = origins.of(self._ctx, self._source, kind, [one.key for one in given])
        ideas = origins.ids(self._ctx, self._source, [one.post for one in given])
        made: list[tuple[Said | Note, Comment | Status]] = []
        for one in given:
            origin = known.get(one.key)
            if (kind, one.key) in self._seen:
                self._report.tell("bad", one.where, "id", f"Another line above has the id {one.key}.")
            elif origin is not None:
                self._report.count(kind, self._again(one, origin))
            elif one.post not in ideas:
                self._report.tell("bad", one.where, "post", f"There is no idea with the id {one.post}.")
            else:
                row = self._step(one, ideas[one.post]) if _is_step(one) else self._comment(one, ideas[one.post])
                made.append((one, row))
            self._seen.add((kind, one.key))
        self._ctx.session.add_all([row for _, row in made])
        self._ctx.session.flush()
        self._remember(kind, made)
        self._count([row for _, row in made if isinstance(row, Comment)])
        self._facts([row for _, row in made if isinstance(row, Status)])

    def _comment(self, one: Said | Note, idea: int) -> Comment:
        by, staff = self._people.known(one.who, one.where), isinstance(one, Note)
        body = one.text if isinstance(one, Note) else one.body
        standing = "shown" if isinstance(one, Note) else one.standing
        return Comment(
            idea_id=idea, by_id=by, by_name=None if by else one.who.name or None, body=body, staff=staff,
            standing=standing, at=one.at,
        )  # fmt: skip

    def _step(self, one: Said | Note, idea: int) -> Status:
        assert isinstance(one, Note)
        assert one.state is not None
        by, before = self._people.known(one.who, one.where), self._before(idea)
        self._last[idea] = one.state
        return Status(
            idea_id=idea, before=before, state=one.state, answer=one.text, by_id=by,
            by_name=None if by else one.who.name or None, at=one.at, due_at=one.due_at, late=one.late,
        )  # fmt: skip

    def _before(self, idea: int) -> str:
        if idea not in self._last:
            found = select(Status.state).where(Status.idea_id == idea).order_by(Status.id.desc()).limit(1)
            self._last[idea] = self._ctx.session.scalar(found) or "submitted"
        return self._last[idea]

    def _remember(self, kind: str, made: Sequence[tuple[Said | Note, Comment | Status]]) -> None:
        for one, row in made:
            said = _digest(one)
            self._ctx.session.add(Origin(source=self._source, kind=kind, key=one.key, id=row.id, digest=said))
            if isinstance(row, Comment) and row.standing == "waiting":
                self._ctx.session.add(
                    Moderation(idea_id=row.idea_id, comment_id=row.id, reason=_WAITS, at=row.at, due_at=self._until)
                )
        self._ctx.session.flush()
        self._report.count(kind, "made", len(made))

    def _count(self, made: Sequence[Comment]) -> None:
        """Those that everybody reads stand in the number of comments."""
        more = Counter(one.idea_id for one in made if one.standing == "shown" and not one.staff)
        for idea, number in more.items():
            changed = update(Idea).where(Idea.id == idea).values(comments=Idea.comments + number)
            self._ctx.session.execute(changed)

    def _facts(self, made: Sequence[Status]) -> None:
        """When an idea was acknowledged, answered and delivered follows from its steps."""
        ideas = self._of({one.idea_id for one in made})
        for one in sorted(made, key=lambda step: step.at):
            idea = ideas[one.idea_id]
            if one.state not in _SILENT:
                idea.acknowledged_at = min(one.at, idea.acknowledged_at or one.at)
            if one.answer:
                idea.answered_at = min(one.at, idea.answered_at or one.at)
            if one.state == "delivered" == idea.state:
                idea.delivered_at = one.at
            idea.changed_at = max(idea.changed_at, one.at)
        self._ctx.session.flush()

    def _of(self, ideas: set[int]) -> Mapping[int, Idea]:
        return {one.id: one for one in self._ctx.session.scalars(select(Idea).where(Idea.id.in_(ideas)))}

    def _again(self, one: Said | Note, origin: Origin) -> str:
        new = _digest(one)
        if new == origin.digest:
            return "unchanged"
        row: Comment | Status | None = (
            self._ctx.session.get(Status, origin.id) if _is_step(one) else self._ctx.session.get(Comment, origin.id)
        )
        if row is None or _here(row) != origin.digest:
            said = "It was changed there, and here as well or taken away: what is here stays."
            self._report.tell("left", one.where, "text", said)
            return "left"
        if isinstance(row, Comment):
            row.body = one.text if isinstance(one, Note) else one.body
            row.edited_at = self._ctx.clock.now()
        elif isinstance(one, Note):
            row.answer = one.text
        origin.digest = new
        return "changed"


def settle(ctx: PluginContext, ideas: Mapping[int, str]) -> None:
    """Where no step led to the state that an idea came with, or came to, one without words does."""
    for idea, state in ideas.items():
        found = select(Status).where(Status.idea_id == idea).order_by(Status.id.desc()).limit(1)
        last, one = ctx.session.scalar(found), ctx.session.get_one(Idea, idea)
        if last is not None and last.state != state:
            ctx.session.add(Status(idea_id=idea, before=last.state, state=state, at=max(last.at, one.changed_at)))
    ctx.session.flush()


def _is_step(one: Said | Note) -> bool:
    return isinstance(one, Note) and one.state is not None


def _digest(one: Said | Note) -> str:
    return origins.digest(one.text if isinstance(one, Note) else one.body)


def _here(row: Comment | Status) -> str:
    if isinstance(row, Comment) and row.standing == "deleted":
        return ""
    return origins.digest(row.body if isinstance(row, Comment) else row.answer)
