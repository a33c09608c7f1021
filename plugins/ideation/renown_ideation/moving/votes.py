"""Votes as they come in: of people who are known, votes here; all others are earlier votes of their idea.

They are kept out of the event log: nobody earns anything by what they did elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select, text, tuple_, update

from renown.api import PluginContext
from renown_ideation.ideas import voters
from renown_ideation.models import Idea, Origin, Vote
from renown_ideation.moving import origins
from renown_ideation.moving.people import People
from renown_ideation.moving.records import Voice
from renown_ideation.moving.report import Report

_VOTE, _EARLIER = "vote", "earlier"
_BATCH = 500


class Votes:
    """Of one import. `touched` are the ideas whose voters are to be counted."""

    def __init__(self, ctx: PluginContext, source: str, people: People, report: Report) -> None:
        self._ctx, self._source, self._people, self._report = ctx, source, people, report
        self.touched: set[int] = set()
        self._seen: set[str] = set()

    def take(self, given: Sequence[Voice]) -> None:
        known = origins.of(self._ctx, self._source, "vote", [one.key for one in given])
        ideas = origins.ids(self._ctx, self._source, [one.post for one in given])
        found: dict[tuple[int, int], Voice] = {}
        nameless: list[tuple[int, Voice]] = []
        for one in given:
            origin, idea = known.get(one.key), ideas.get(one.post)
            if one.key in self._seen:
                self._report.tell("bad", one.where, "id", f"Another vote above has the id {one.key}.")
                continue
            self._seen.add(one.key)
            if idea is None:
                self._report.tell("bad", one.where, "post", f"There is no idea with the id {one.post}.")
                continue
            if origin is not None and origin.digest == _VOTE:
                self._report.count("vote", "unchanged")
                continue
            person = self._people.known(one.who, one.where)
            if person is None and origin is not None:
                self._report.count("vote", "unchanged")
            elif person is None:
                nameless.append((idea, one))
            elif (idea, person) in found:
                self._report.count("vote", "unchanged")
                self._report.tell("remark", one.where, "", "The same person voted for it above.")
            else:
                found[idea, person] = one
                self._named_now(origin)
        self._add(found, known)
        self._add_nameless(nameless)

    def _named_now(self, origin: Origin | None) -> None:
        """Whose vote it is was not known before, and is now."""
        if origin is not None:
            self._more({origin.id: -1})
            origin.digest, origin.earlier = _VOTE, 0

    def _add(self, found: dict[tuple[int, int], Voice], known: Collection[str]) -> None:
        keys = list(found)
        has = set()
        for at in range(0, len(keys), _BATCH):
            columns = select(Vote.idea_id, Vote.person_id)
            part = tuple_(Vote.idea_id, Vote.person_id).in_(keys[at : at + _BATCH])
            has |= {(row.idea_id, row.person_id) for row in self._ctx.session.execute(columns.where(part))}
        new = {key: one for key, one in found.items() if key not in has}
        self._ctx.session.add_all(
            Vote(idea_id=idea, person_id=person, given=True, counts=False, follows=one.follows, logged=True, at=one.at)
            for (idea, person), one in new.items()
        )
        for (idea, _), one in found.items():
            if one.key not in known:
                self._origin(one, idea, _VOTE)
        self._ctx.session.flush()
        self.touched |= {idea for idea, _ in new}
        self._report.count("vote", "made", len(new))
        self._report.count("vote", "unchanged", len(has))

    def _add_nameless(self, given: Sequence[tuple[int, Voice]]) -> None:
        for idea, one in given:
            self._origin(one, idea, _EARLIER)
        self._more(Counter(idea for idea, _ in given))
        self._report.count("vote", "earlier", len(given))

    def _origin(self, one: Voice, idea: int, digest: str) -> None:
        earlier = 1 if digest == _EARLIER else 0
        row = Origin(source=self._source, kind="vote", key=one.key, id=idea, digest=digest, earlier=earlier)
        self._ctx.session.add(row)

    def _more(self, earlier: dict[int, int]) -> None:
        self._ctx.session.flush()
        for idea, number in earlier.items():
            changed = update(Idea).where(Idea.id == idea).values(earlier_votes=Idea.earlier_votes + number)
            self._ctx.session.execute(changed)


def count(ctx: PluginContext, ideas: Collection[int]) -> None:
    """The voters of ideas that got votes: of those that stand alone many at once, of merged ones by group."""
    ctx.session.flush()
    leaders, groups = _sorted(ctx, sorted(ideas))
    for at in range(0, len(leaders), _BATCH):
        part = leaders[at : at + _BATCH]
        for statement in _ALONE:
            ctx.session.execute(statement, {"ideas": part} | _shards(ctx, statement))
    for one in groups:
        voters.recount(ctx, one)
    ctx.session.expire_all()


def _sorted(ctx: PluginContext, ideas: Sequence[int]) -> tuple[list[int], list[int]]:
    """Those that nothing was merged into, and that were not merged; and the leaders of all others."""
    alone, groups = [], set()
    for at in range(0, len(ideas), _BATCH):
        part = ideas[at : at + _BATCH]
        voters.hold_all(ctx, *part)
        leads = set(ctx.session.scalars(select(Idea.into_id).where(Idea.into_id.in_(part))))
        for one in ctx.session.execute(select(Idea.id, Idea.into_id).where(Idea.id.in_(part)).order_by(Idea.id)):
            if one.into_id is None and one.id not in leads:
                alone.append(one.id)
            else:
                groups.add(one.into_id or one.id)
    return alone, sorted(groups)


def _shards(ctx: PluginContext, statement: object) -> dict[str, int]:
    return {"shards": voters.shards(ctx)} if statement is _ALONE[-1] else {}


_ALONE = [
    text(said).bindparams(bindparam("ideas", expanding=True))
    for said in (
        "UPDATE ideation_vote SET counts = given WHERE idea_id IN :ideas AND counts <> given",
        "DELETE FROM ideation_shard WHERE idea_id IN :ideas",
        """
        INSERT INTO ideation_shard (idea_id, number, voters, fresh)
        SELECT idea_id, person_id % :shards, count(*), true FROM ideation_vote
        WHERE idea_id IN :ideas AND counts GROUP BY idea_id, person_id % :shards
        """,
    )
]
