"""Who may be seen on boards. Decided here alone; the tick copies it to every standing.

Presets: "open" (all are shown), "opt-out" (all but those who chose not to be), "opt-in" (those who chose to be),
"teams-only" (teams; no group under 5 people, nor what is left beside the shown ones), "own-only" (own numbers; this
binds administrators too). Only people who are employees, and no bots, ever stand on boards.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, get_args

import msgspec
from sqlalchemy import Connection, text, update

from renown import clock
from renown.access.permissions import allows
from renown.access.viewer import Viewer
from renown.db import stored
from renown.ledger import staging
from renown.people.models import ACTIVE, ERASED, Person

Preset = Literal["open", "opt-out", "opt-in", "teams-only", "own-only"]
PRESETS: tuple[Preset, ...] = get_args(Preset)
#: No group smaller than this is shown as a group.
SMALLEST = 5


class State(IntEnum):
    """What the boards make of a root person, from `core_seen`."""

    #: A bot, a customer or other outsider, or merged into somebody else.
    NEVER = 0
    #: Erased; or left or suspended, and not hidden.
    GONE = 1
    #: By their own choice, or because the preset shows nobody. It holds for leavers, too.
    HIDDEN = 2
    VISIBLE = 3


def preset(conn: Connection) -> Preset:
    return _known(stored.get(conn, "core", "privacy", "opt-out"))


#: The setting as an expression of SQL, for `read`: every board is asked for it.
SPELLED = "(SELECT CAST(value AS TEXT) FROM core_setting WHERE owner = 'core' AND name = 'privacy')"


def read(spelled: str | None) -> Preset:
    return "opt-out" if spelled is None else _known(msgspec.json.decode(spelled))


def _known(found: object) -> Preset:
    # What cannot be understood shows nobody.
    return found if found in PRESETS else "own-only"


def set_preset(conn: Connection, chosen: str) -> None:
    """The tick follows within a second; what is stricter holds at the gate at once. Raises ValueError."""
    if chosen not in PRESETS:
        raise ValueError(f"privacy: {chosen!r} is none of {', '.join(PRESETS)}")
    stored.put(conn, "core", "privacy", chosen)


def may_choose(conn: Connection) -> bool:
    """Whether people choose for themselves under the preset of today."""
    return preset(conn) in ("opt-out", "opt-in")


def choose(conn: Connection, person_id: int, shown: bool | None) -> None:
    """A person's own choice, None to take it back. Raises PermissionError where the preset allows none."""
    if not may_choose(conn):
        raise PermissionError("the organisation's privacy setting leaves no choice here")
    conn.execute(update(Person).where(Person.id == person_id).values(shown=shown))
    moved(conn, [person_id])


def moved(conn: Connection, people: list[int]) -> None:
    """Make the standings of these people anew at the next tick: after a merge, a split, leaving, or a choice."""
    # The update holds the row until commit, so that a tick cannot take it away before it can see the change.
    statement = text("""
        INSERT INTO core_moved (person_id, at) VALUES (:person, :at)
        ON CONFLICT (person_id) DO UPDATE SET at = excluded.at
    """)
    if people:
        conn.execute(statement, [{"person": person, "at": clock.now()} for person in sorted(set(people))])


def shows_people(viewer: Viewer, under: Preset) -> bool:
    """Whether this viewer may see boards of people at all."""
    return allows(viewer, "boards:read") and under not in ("teams-only", "own-only")


def shows_teams(viewer: Viewer, under: Preset) -> bool:
    return allows(viewer, "boards:read") and under != "own-only"


def judge(conn: Connection, today: int, people: str = "r_person") -> None:
    """Fill `r_seen` (person, state) for the people in the table `people`."""
    staging.clear(conn, "r_seen")
    insert = f"INSERT INTO r_seen (person, state) SELECT p.id, {state_of(conn)}"
    found = f"FROM {people} r JOIN core_person p ON p.id = r.person"
    conn.execute(text(f"{insert} {found}"), {"today": today, "active": ACTIVE})


def state_of(conn: Connection) -> str:
    """An expression of SQL: the State of the person `p`, on the day `:today`, where `:active` is models.ACTIVE."""
    return state_under(preset(conn))


def state_under(under: Preset) -> str:
    """The same, under a preset that was read before."""
    choice = {
        "open": "true",
        "opt-out": "coalesce(p.shown, true)",
        "opt-in": "coalesce(p.shown, false)",
        "teams-only": "false",
        "own-only": "false",
    }[under]
    return _STATE.format(choice=choice, erased=ERASED)


# As in `people.facts`: an affiliation that somebody stated outweighs those that sources give to accounts, and of people
# merged into one the root's own goes before the others', and theirs by number.
# The core's own source holds accounts of anybody, for what is given by hand, and says nothing of whoever has another
# account. Nor do accounts that were only ever mentioned.
_STATE = """
    CASE
        WHEN p.bot OR coalesce(p.root_id, p.id) <> p.id THEN 0
        WHEN coalesce(
            (SELECT a.kind FROM core_affiliation a JOIN core_person q ON q.id = a.person_id
             WHERE (q.id = p.id OR q.root_id = p.id) AND a.dropped IS NULL
               AND coalesce(a.from_day, :today) <= :today AND coalesce(a.to_day, :today + 1) > :today
             ORDER BY coalesce(q.root_id, q.id) <> q.id, q.id LIMIT 1),
            (SELECT s.affiliation FROM core_person q JOIN core_identity i ON i.person_id = q.id
             JOIN core_source s ON s.id = i.source_id
             WHERE (q.id = p.id OR q.root_id = p.id) AND i.first_seen IS NOT NULL
               AND (s.name <> 'renown' OR NOT EXISTS (
                    SELECT 1 FROM core_person r JOIN core_identity j ON j.person_id = r.id
                    WHERE (r.id = p.id OR r.root_id = p.id) AND j.source_id <> s.id))
             ORDER BY s.affiliation <> 'employee' LIMIT 1),
            'customer') <> 'employee' THEN 0
        WHEN p.status <> {erased} AND NOT {choice} THEN 2
        WHEN p.status <> :active OR coalesce(p.left_day, :today + 1) <= :today THEN 1
        ELSE 3 END
"""


def settle_teams(conn: Connection, under: Preset) -> None:
    """Fill `r_flip` with teams whose standing must change its visibility, in the boards of `r_touch`."""
    if under == "teams-only":
        _settle_small(conn)
    else:
        hidden = {"open": "0", "own-only": "1"}.get(under, _HIDDEN)
        conn.execute(text(_TEAMS.format(hidden=hidden, smallest=SMALLEST)))


# The total of a team less its visible members would tell what one, or a few, who chose to be hidden have.
_HIDDEN = """
    (SELECT count(*) FROM core_period q
     JOIN core_standing z ON z.period_id = q.id AND z.visible = false
     JOIN core_seen n ON n.person_id = z.subject_id AND n.state = 2
     WHERE q.generation = t.generation AND q.measure = t.measure AND q.kind = t.kind AND q.start = t.start
       AND q.scope = 'team:' || t.team)
"""

_TEAMS = """
    INSERT INTO r_flip (period, subject, visible)
    SELECT period, subject, visible FROM (
        SELECT s.period_id AS period, s.subject_id AS subject, s.visible AS was,
               CASE WHEN {hidden} BETWEEN 1 AND {smallest} - 1 THEN false ELSE true END AS visible
        FROM (SELECT DISTINCT generation, measure, kind, start, team FROM r_touch) t
        JOIN core_period p ON p.generation = t.generation AND p.measure = t.measure AND p.scope = 'teams'
                          AND p.kind = t.kind AND p.start = t.start
        JOIN core_standing s ON s.period_id = p.id AND s.subject_id = t.team) AS now
    WHERE was <> visible
"""


def _settle_small(conn: Connection) -> None:
    boards: dict[int, list[tuple[int, int, bool]]] = {}
    for row in conn.execute(text(_COUNTS)):
        boards.setdefault(row.period, []).append((row.people, row.team, row.visible))
    flips = []
    for period, teams in boards.items():
        shown = big_enough([(people, team) for people, team, _ in teams])
        flips += [
            {"period": period, "subject": team, "visible": team in shown}
            for _, team, visible in teams
            if visible != (team in shown)
        ]
    if flips:
        conn.execute(text("INSERT INTO r_flip (period, subject, visible) VALUES (:period, :subject, :visible)"), flips)


# Of people alone who can stand on boards: a bot or a customer beside four employees hides none of them.
_COUNTS = """
    SELECT p.id AS period, s.subject_id AS team, s.visible,
           (SELECT count(*) FROM core_standing z JOIN core_seen n ON n.person_id = z.subject_id AND n.state <> 0
            WHERE z.period_id = q.id) AS people
    FROM (SELECT DISTINCT generation, measure, kind, start FROM r_touch) t
    JOIN core_period p ON p.generation = t.generation AND p.measure = t.measure AND p.scope = 'teams'
                      AND p.kind = t.kind AND p.start = t.start
    JOIN core_standing s ON s.period_id = p.id
    LEFT JOIN core_period q ON q.generation = t.generation AND q.measure = t.measure AND q.kind = t.kind
                      AND q.start = t.start AND q.scope = 'team:' || s.subject_id
"""


def big_enough(teams: list[tuple[int, int]]) -> set[int]:
    """Of (people, team), the teams that may be shown: none under 5, and what is left out is none or at least 5."""
    shown = sorted(one for one in teams if one[0] >= SMALLEST)
    left = sum(people for people, _ in teams if people < SMALLEST)
    while shown and 0 < left < SMALLEST:
        left += shown.pop(0)[0]
    return {team for _, team in shown}
