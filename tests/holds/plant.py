"""Drifts to plant in a database, each with the command that must find it, the words it must say, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: What makes it good again: `renown reconcile --repair`; the same with what it was before not to be had back in every
#: byte ("anew": other ids, another generation); or only somebody with a back-up or a key.
Mended = Literal["repair", "anew", "nobody"]

RESTORE = "restore a back-up"


@dataclass(frozen=True)
class Drift:
    """`plant` are statements, in which {g} is a live generation and {m} its measure."""

    plant: tuple[str, ...]
    says: str
    mended: Mended = "repair"
    #: What to do is said where nobody mends it here.
    to_do: str = ""
    command: Literal["reconcile", "doctor"] = "reconcile"


def one(table: str, where: str = "true", order: str = "1", column: str = "id") -> str:
    return f"(SELECT {column} FROM {table} WHERE {where} ORDER BY {order} LIMIT 1)"


_LIVE = "generation = {g} AND measure = {m}"
_ALIVE = "reverses = 0 AND amount <> 0 AND id NOT IN (SELECT reverses FROM core_entry)"
_ENTRY = one("core_entry", f"{_LIVE} AND {_ALIVE}", "id")
_BOARDS = "core_standing s JOIN core_period p ON p.id = s.period_id"
_LIMIT = one("core_limit_use", "generation = {g} AND raw > 0")
_LEAD = one("core_lead_change", "superseded_at IS NULL")
_WHOLE = one("core_period", _LIVE + " AND kind = 'all' AND scope = 'organisation'")
_OWNER = one("core_object", "owner_id IS NOT NULL", "id", "owner_id")
_OTHER = one("core_identity", f"id <> {_OWNER}")
_EVENT = one("core_event", "object_id IS NOT NULL AND actor_id IS NOT NULL AND id > 3", "id")
_MERGED = one("core_merge", "undone IS NULL", "id", "gone_id")
_CLOSED = one("core_period", f"{_LIVE} AND closed_entry > 0 AND scope = 'organisation' AND kind = 'week'"
               " AND id IN (SELECT period_id FROM core_standing_close)", "start")  # fmt: skip


def _copy(event: str = "event_id", reverses: str = "0") -> tuple[str, ...]:
    into = (
        "generation, measure, identity_id, event_id, act_id, rule_id, raw, amount, day, team, reason, reverses, limits,"
        " quota"
    )
    taken = into.replace("event_id", event).replace("reverses", reverses)
    return (f"INSERT INTO core_entry ({into}) SELECT {taken} FROM core_entry WHERE id = {_ENTRY}",)


DRIFTS: dict[str, Drift] = {
    # Sums of entries
    "a day total": Drift(
        ("UPDATE core_day_total SET amount = amount + 1, stood = stood + 1 WHERE " + _LIVE + " AND day = "
         + one("core_day_total", _LIVE, "day", "day"),),
        "the day total says",
    ),
    "a lost day total": Drift(
        ("DELETE FROM core_day_total WHERE " + _LIVE + " AND amount <> 0 AND day = "
         + one("core_day_total", _LIVE + " AND amount <> 0", "day", "day"),),
        "there is no day total",
    ),
    "a day total that nothing leads to": Drift(
        ("INSERT INTO core_day_total (generation, measure, identity_id, day, team, amount, stood) SELECT generation,"
         " measure, identity_id, day - 700, team, 5000, 0 FROM core_day_total WHERE " + _LIVE
         + " ORDER BY day LIMIT 1",),
        "the changes add up to 0, the day total says 5", "anew",
    ),
    "a measure without boards in a count that is not there": Drift(
        ("INSERT INTO core_unlisted (generation, measure) VALUES (999, {m})",),
        "1 measures without boards belong to a count that is not there",
    ),
    "what stood of a day": Drift(
        ("UPDATE core_day_total SET stood = stood - 1000 WHERE " + _LIVE + " AND day = "
         + one("core_day_total", _LIVE, "day", "day"),),
        "differ from the sum of their days",
    ),
    # Entries
    "a missing entry": Drift(
        ("DELETE FROM core_entry WHERE id = " + _ENTRY,), "follows from the log and is missing", "anew"
    ),
    "an extra entry": Drift(
        _copy(event="act_id + 1"), "does not follow from the log", "anew"
    ),
    "a doubled entry": Drift(
        _copy(reverses="1"), "does not follow from the log", "anew"
    ),
    "another amount": Drift(
        ("UPDATE core_entry SET amount = amount + 7000 WHERE id = " + _ENTRY,), "by the log", "anew"
    ),
    "another raw amount": Drift(("UPDATE core_entry SET raw = raw + 7000 WHERE id = " + _ENTRY,), "by the log", "anew"),
    "another day": Drift(("UPDATE core_entry SET day = day - 1 WHERE id = " + _ENTRY,), "by the log", "anew"),
    "a day that is in no calendar": Drift(
        ("UPDATE core_entry SET day = 99999999 WHERE id = " + _ENTRY,), "on day 99999999, by the log", "anew"
    ),
    "a day total in no calendar": Drift(
        ("UPDATE core_day_total SET day = 99999999 WHERE " + _LIVE + " AND day = "
         + one("core_day_total", _LIVE + " AND amount <> 0", "day", "day"),),
        "on day 99999999: the changes add up to 0", "anew",
    ),
    "an amount changed everywhere": Drift(
        ("UPDATE core_day_total SET amount = amount + 7000 WHERE generation = {g} AND measure = {m} AND identity_id = "
         + one("core_entry", "id = " + _ENTRY, column="identity_id") + " AND day = "
         + one("core_entry", "id = " + _ENTRY, column="day") + " AND team = "
         + one("core_entry", "id = " + _ENTRY, column="team"),
         "UPDATE core_entry SET amount = amount + 7000 WHERE id = " + _ENTRY),
        "by the log", "anew",
    ),
    "an entry without its event": Drift(
        _copy(event="1000000"), "cite events that are not in the log", "anew"
    ),
    "an entry without its account": Drift(
        ("UPDATE core_entry SET identity_id = 999999 WHERE id = " + _ENTRY,), "belong to accounts nobody knows", "anew"
    ),
    # Limits and quotas
    "a limit's sum": Drift(
        ("UPDATE core_limit_use SET raw = raw + 500 WHERE id = " + _LIMIT,),
        "its sum says", "anew",
    ),
    "a lost limit's sum": Drift(
        ("DELETE FROM core_limit_use WHERE id = " + _LIMIT,),
        "a limit's sum is missing", "anew",
    ),
    "a limit's sum that nothing leads to": Drift(
        ("INSERT INTO core_limit_use (id, generation, raw, curve, label) SELECT 77, generation, 500, curve, label FROM"
         " core_limit_use WHERE generation = {g} LIMIT 1",),
        "no change under it", "anew",
    ),
    "a quota": Drift(
        ("UPDATE core_quota_use SET count = count + 1 WHERE id = " + one("core_quota_use", "count > 0"),),
        "acts were let through, the changes say",
    ),
    "a lost quota": Drift(
        ("DELETE FROM core_quota_use WHERE id = " + one("core_quota_use", "count > 0"),),
        "says 0 acts were let through",
    ),
    # Readers and generations
    "a cursor ahead of the log": Drift(
        ("UPDATE core_consumer SET position = 1000000 WHERE generation = {g}",), "but the log ends at"
    ),
    "a cursor behind its entries": Drift(
        ("UPDATE core_consumer SET position = 3 WHERE generation = {g}",), "it would count again", "anew"
    ),
    "a lost cursor": Drift(("DELETE FROM core_consumer WHERE generation = {g}",), "it has no reader", "anew"),
    "a generation that is not there": Drift(
        ("UPDATE core_measure SET generation = 999 WHERE id = {m}",), "which is not the live one of its plugin"
    ),
    "a replay that was given up": Drift(
        ("INSERT INTO core_generation (id, plugin, base, state, zone, created_at) VALUES"
         " (900, 'activity', 0, 'rebuild', 'UTC', 1)",
         "INSERT INTO core_consumer (name, kind, plugin, generation, position, state, attempts, moved_at) VALUES"
         " ('score:activity:900', 'score', 'activity', 900, 1, 'off', 0, 1)",
         "INSERT INTO core_entry (generation, measure, identity_id, event_id, act_id, rule_id, raw, amount, day, team,"
         " reverses) SELECT 900, measure, identity_id, 1, 1, rule_id, raw, amount, day, team, 0 FROM core_entry"
         " WHERE id = " + _ENTRY,
         "INSERT INTO core_day_total (generation, measure, identity_id, day, team, amount, stood) SELECT 900, measure,"
         " identity_id, day, team, amount, 0 FROM core_entry WHERE generation = 900"),
        "was given up and takes room", "anew",
    ),
    # Boards
    "a standing too many": Drift(
        ("INSERT INTO core_standing (period_id, subject_id, amount, visible) SELECT id, 1, 500, true FROM core_period"
         " WHERE " + _LIVE + " AND NOT EXISTS (SELECT 1 FROM core_standing s WHERE s.period_id = core_period.id AND"
         " s.subject_id = 1) AND scope <> 'teams' ORDER BY id LIMIT 1",),
        "1 standings differ",
    ),
    "the histogram": Drift(
        ("UPDATE core_standing_bucket SET count = count + 1 WHERE level = 1 AND period_id = "
         + one("core_standing_bucket", column="period_id"),),
        "does not fit the standings",
    ),
    "how many stand": Drift(
        ("UPDATE core_period SET people = people + 1 WHERE id = " + one("core_period", _LIVE),),
        "people are said to be on it",
    ),
    "who is shown": Drift(
        ("UPDATE core_standing SET visible = NOT visible WHERE subject_id = "
         + one(_BOARDS, "p.scope = 'organisation'", "1", "s.subject_id")
         + " AND period_id = "
         + one(_BOARDS, "p.scope = 'organisation'",
                "s.subject_id, s.period_id", "s.period_id"),),
        "shown or hidden on boards otherwise",
    ),
    "a team that is shown": Drift(
        ("UPDATE core_standing SET visible = NOT visible WHERE period_id = "
         + one(_BOARDS, "p.scope = 'teams'", "1", "s.period_id"),),
        "totals of teams are shown or hidden",
    ),
    "who may be seen": Drift(
        ("UPDATE core_seen SET state = 3 - state WHERE person_id = "
         + one("core_seen", "state IN (0, 3)", "1", "person_id"),),
        "whether boards may show them",
    ),
    "a team's size": Drift(
        ("UPDATE core_team_size SET more = more + 1 WHERE level = 2 AND team_id = "
         + one("core_team_size", "true", "1", "team_id"),),
        "1 teams are said to have other numbers of people",
    ),
    "whom a team counts": Drift(
        ("DELETE FROM core_team_head WHERE person_id = " + one("core_team_head", "true", "1", "person_id"),),
        "of 1 people it is kept otherwise than it is which team counts them",
    ),
    "a lost board": Drift(
        ("DELETE FROM core_period WHERE id = " + _WHOLE,),
        "standings belong to no board", "anew",
    ),
    "a lost board of a closed period": Drift(
        ("DELETE FROM core_period WHERE id = " + _CLOSED,), "closed lines belong to no board", "anew"
    ),
    "boards of a measure that was purged": Drift(
        ("INSERT INTO core_period (generation, measure, scope, kind, start, people) VALUES ({g}, 99, 'organisation',"
         " 'all', 0, 1)",
         "INSERT INTO core_standing (period_id, subject_id, amount, visible) SELECT id, 1, 5, true FROM core_period"
         " WHERE measure = 99"),
        "belong to a measure that is not there",
    ),
    "day totals of a generation that is gone": Drift(
        ("INSERT INTO core_day_total (generation, measure, identity_id, day, team, amount, stood) VALUES"
         " (777, {m}, 1, 1, 0, 5, 5)",),
        "day totals belong to a count that is not there",
    ),
    "the day on which rolling boards end": Drift(
        ("UPDATE core_setting SET value = '{later}' WHERE owner = 'core' AND name = 'rolling_as_of'",),
        "Last 30 days",
    ),
    "the day on which rolling boards ended": Drift(
        ("UPDATE core_setting SET value = '{earlier}' WHERE owner = 'core' AND name = 'rolling_as_of'",), "Last 30 days"
    ),
    "a closed line": Drift(
        ("UPDATE core_standing_close SET amount = amount + 1 WHERE period_id = " + _CLOSED,), "before it was closed"
    ),
    "a place in a closed period": Drift(
        ("UPDATE core_standing_close SET rank = rank + 5 WHERE period_id = " + _CLOSED,), "places"
    ),
    "a lost closed line": Drift(
        ("DELETE FROM core_standing_close WHERE period_id = " + _CLOSED,), "before it was closed"
    ),
    "a close that nobody kept": Drift(
        ("DELETE FROM core_close WHERE position = " + one("core_close", "true", "1", "position"),), "which is not kept"
    ),
    "a board that forgot its close": Drift(
        ("UPDATE core_period SET closed = NULL, closed_at = NULL, closed_entry = NULL WHERE id = " + _CLOSED,),
        "not closed",
    ),
    "a change of the lead": Drift(
        ("UPDATE core_lead_change SET leader_id = 999 WHERE id = " + _LEAD,),
        "changes of the lead do not follow", "anew",
    ),
    "a lost change of the lead": Drift(
        ("DELETE FROM core_lead_change WHERE id = " + _LEAD,), "are missing", "anew"
    ),
    "levels": Drift(
        ("UPDATE core_standing SET amount = amount + 1 WHERE period_id = " + one("core_period", "run IS NOT NULL"),),
        "the levels are not those", "nobody", "let its plugin publish again",
    ),
    # People
    "whom somebody was merged into": Drift(
        ("UPDATE core_person SET root_id = NULL WHERE id = " + _MERGED,), "point to somebody else"
    ),
    "a merge that never was": Drift(
        ("UPDATE core_person SET root_id = "
         + one("core_person", "root_id IS NULL OR root_id = id", "id") + " WHERE id = "
         + one("core_person", "(root_id IS NULL OR root_id = id) AND id NOT IN (SELECT kept_id FROM core_merge)",
                "id DESC"),),
        "point to somebody else", "anew",
    ),
    "a lost merge": Drift(("DELETE FROM core_merge WHERE gone_id = " + _MERGED,), "is not kept", "anew"),
    "a merge that was split": Drift(
        ("UPDATE core_merge SET undone = known + 1 WHERE gone_id = " + _MERGED + " AND undone IS NULL",),
        "is kept otherwise than the log says",
    ),
    "an account without a person": Drift(
        ("UPDATE core_identity SET person_id = 999999 WHERE id = " + one("core_identity", "true", "id DESC"),),
        "person_id that is not in core_person", "nobody", RESTORE,
    ),
    "a place in a team of nobody": Drift(
        ("INSERT INTO core_team_head (person_id, from_day, to_day, team_id) VALUES (999999, 1, 2, 1)",),
        "places in teams are of people who are not there",
    ),
    "a place in no team": Drift(
        ("UPDATE core_team_head SET team_id = 999 WHERE person_id = "
         + one("core_team_head", "true", "1", "person_id"),), "in a team that is not there",
    ),
    "the size of no team": Drift(
        ("INSERT INTO core_team_size (level, slot, team_id, more) VALUES (1, 1, 999, 1)",),
        "sizes are of a team that is not there",
    ),
    "another team of an entry": Drift(
        ("UPDATE core_entry SET team = 3 - team WHERE id = "
         + one("core_entry", _LIVE + " AND team = 1 AND " + _ALIVE),),
        ", for team 2, by the log ", "anew",
    ),
    "an entry that no quota let through": Drift(
        ("UPDATE core_entry SET quota = 5 WHERE id = "
         + one("core_entry", _LIVE + " AND quota IS NULL AND " + _ALIVE),),
        "let through by a quota, by the log", "anew",
    ),
    "an entry under a limit too many": Drift(
        ("UPDATE core_entry SET limits = NULL WHERE id = "
         + one("core_entry", _LIVE + " AND limits IS NOT NULL AND " + _ALIVE),), "under no limits, by the log", "anew",
    ),
    "an entry that takes something back": Drift(
        ("UPDATE core_entry SET reverses = 1 WHERE id = " + _ENTRY,), "taken back or given again, by the log", "anew"
    ),
    # The log
    "an event without an account": Drift(
        ("UPDATE core_event SET actor_id = 999999 WHERE id = " + _EVENT,),
        "were done by accounts that are not there", "nobody", RESTORE,
    ),
    "an event without an object": Drift(
        ("UPDATE core_event SET object_id = 999999 WHERE id = " + _EVENT,),
        "were done to objects that are not there", "nobody", RESTORE,
    ),
    "a gap in the log": Drift(
        ("DELETE FROM core_event WHERE id = " + _EVENT,), "events are missing, at positions", "nobody", RESTORE
    ),
    "an object's owner": Drift(
        ("UPDATE core_object SET owner_id = "
         + _OTHER
         + " WHERE id = " + one("core_object", "owner_id IS NOT NULL AND rank = 3"),),
        "what is known of it is not what event",
    ),
    "an object that nobody told of": Drift(
        ("UPDATE core_object SET rank = 0, told_at = NULL, told_by = NULL, owner_id = NULL, kind = NULL, words = NULL,"
         " space_id = NULL, parent_id = NULL WHERE id = " + one("core_object", "rank = 3"),),
        "what is known of it is not what event",
    ),
    # What doctor looks at
    "an administrative act that was changed": Drift(
        ("UPDATE core_audit SET action = 'nothing' WHERE id = 2",), "entry 2 was changed", "nobody", RESTORE, "doctor"
    ),
    "details that were changed": Drift(
        ("UPDATE core_audit SET details = '{{\"a\": 1}}' WHERE id = 2",),
        "its details were changed", "nobody", RESTORE, "doctor",
    ),
    "a lost administrative act": Drift(
        ("DELETE FROM core_audit WHERE id = 2",), "row 2 is missing", "nobody", RESTORE, "doctor"
    ),
    "administrative acts in another order": Drift(
        ("UPDATE core_audit SET id = 1000 WHERE id = 2", "UPDATE core_audit SET id = 2 WHERE id = 3",
         "UPDATE core_audit SET id = 3 WHERE id = 1000"),
        "entry 2 does not follow from the row before", "nobody", RESTORE, "doctor",
    ),
    "a secret of another key": Drift(
        ("UPDATE core_source SET secrets = '[\"gAAAAA\"]' WHERE id = " + one("core_source", "name <> 'renown'"),),
        "encrypted with another key than this one", "nobody", "RENOWN_SECRET_KEY", "doctor",
    ),
    "a reader past the end": Drift(
        ("UPDATE core_consumer SET position = 1000000 WHERE generation = {g}",),
        "read past the end of the log", "repair", "renown reconcile --repair", "doctor",
    ),
}  # fmt: skip

#: A wrong standing on each kind of board.
KINDS = ("all", "year", "quarter", "month", "week", "rolling")
SCOPES = ("organisation", "teams", "team:%", "source:%")


def standing(kind: str, scope: str) -> Drift:
    """One standing of such a board is wrong by one point."""
    here = f"p.generation = {{g}} AND p.measure = {{m}} AND p.kind = '{kind}' AND p.scope LIKE '{scope}'"
    boards = "core_standing s JOIN core_period p ON p.id = s.period_id"
    subject, period = (
        one(boards, here, "s.subject_id, s.period_id", f"s.{which}_id") for which in ("subject", "period")
    )
    plant = f"UPDATE core_standing SET amount = amount + 1000 WHERE subject_id = {subject} AND period_id = {period}"
    return Drift((plant,), "standings differ from the sum of their days")
