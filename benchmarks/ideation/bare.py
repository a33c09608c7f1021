"""What one would write by hand for the portal: one indexed statement for each thing, on the driver's own connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import kit

Rows = Sequence[tuple[Any, ...]]
#: Rows on a page, and one more to know whether there are others.
PAGE = 26
#: As similar ideas are looked for: so many are read.
ALIKE = 50


@dataclass(frozen=True)
class Bare:
    """Nobody asks here who is looking, nor what else a page shows."""

    connection: Any
    #: For connections of ours, on which PostgreSQL prepares what it is asked to, and not what is asked often.
    prepare: bool = False

    def _rows(self, statement: str, *values: object) -> Rows:
        if kit.is_sqlite(self.connection):
            return list(self.connection.execute(statement, values).fetchall())
        asked = {"prepare": True} if self.prepare else {}
        return list(self.connection.execute(statement.replace("?", "%s"), values, **asked).fetchall())

    def end(self) -> None:
        self.connection.commit()

    def board(self, board: int) -> Rows:
        return self._rows(_BOARD, board, PAGE)

    def idea(self, idea: int) -> Rows:
        return self._rows(_IDEA, idea)

    def search(self, words: Sequence[str]) -> Rows:
        """All of them, the last one as it begins."""
        if kit.is_sqlite(self.connection):
            return self._rows(_SEARCH.format(_LITE), " AND ".join(f'"{one}"' for one in words) + "*", PAGE)
        return self._rows(_SEARCH.format(_FULL), " & ".join(f"'{one}'" for one in words) + ":*", PAGE)

    def alike(self, words: Sequence[str]) -> Rows:
        """Any of them."""
        if kit.is_sqlite(self.connection):
            return self._rows(_SEARCH.format(_LITE), " OR ".join(f'"{one}"' for one in words), ALIKE)
        return self._rows(_SEARCH.format(_FULL), " | ".join(f"'{one}'" for one in words), ALIKE)

    def vote(self, idea: int, person: int) -> Rows:
        """One row, and the number beside it."""
        new = self._rows(_VOTE, idea, person)
        self._rows(_COUNT, len(new), idea)
        return new


_COLUMNS = "i.id, i.title, i.state, i.voters, i.comments, i.due_at, i.submitted_at"
_BOARD = f"""
    SELECT {_COLUMNS} FROM ideation_idea i
    WHERE i.board_id = ? AND i.standing = 'shown' AND i.state NOT IN ('draft', 'merged', 'withdrawn')
    ORDER BY i.heat DESC, i.id DESC LIMIT ?
"""
_IDEA = f"""
    SELECT {_COLUMNS}, i.body, b.title, p.name FROM ideation_idea i
    JOIN ideation_board b ON b.id = i.board_id LEFT JOIN core_person p ON p.id = i.author_id WHERE i.id = ?
"""
_LITE = "SELECT rowid FROM ideation_idea_fts WHERE ideation_idea_fts MATCH ?"
_FULL = "SELECT idea_id FROM ideation_idea_fts WHERE words @@ CAST(? AS tsquery)"
_SEARCH = f"""
    SELECT {_COLUMNS}, i.body FROM ideation_idea i WHERE i.id IN ({{}}) AND i.standing = 'shown'
    ORDER BY i.id DESC LIMIT ?
"""
_VOTE = """
    INSERT INTO ideation_vote (idea_id, person_id, given, counts, follows, logged, at)
    VALUES (?, ?, true, true, true, false, 0) ON CONFLICT (idea_id, person_id) DO NOTHING RETURNING idea_id
"""
_COUNT = "UPDATE ideation_idea SET voters = voters + ? WHERE id = ? RETURNING id"
