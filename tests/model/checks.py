"""What an installation says, beside what the model says."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from sqlalchemy import text

from renown import clock
from renown.access.viewer import Viewer
from renown.ledger import boards, generations, judging, replay, why
from renown.ledger.periods import Kind, Span
from renown.ledger.reconcile import reconcile
from tests.model.history import Did
from tests.model.ledger import Counted, spans
from tests.model.life import Life

ADMIN = Viewer(role="administrator")


def check(life: Life) -> None:
    """Raises AssertionError where the installation says anything else than the model."""
    with clock.set_to(lambda: life.now):
        _resolved(life)
        drift = reconcile(life.db)
        assert drift == (), drift
        for plugin, counted in life.expected().items():
            with life.db.read() as conn:
                live = generations.live(conn, plugin)
            assert live is not None
            days = {key: amount for key, amount in counted.days.items() if amount}
            apart = {key: amount for key, amount in counted.apart.items() if amount}
            same(days | apart, _days(life, live, counted.unlisted), f"{plugin} day totals")
            _standings(life, counted, live)
            _closed(life, counted, live)
            _leads(life, counted, live)
            _boards(life, counted)
            again = replay.replay(life.db, life.renown.follower.scorer(plugin), dry_run=True, digest=True)
            assert again.same, again.differences


def same(due: Any, found: Any, what: str) -> None:
    wrong = {key: (due.get(key), found.get(key)) for key in due.keys() | found.keys() if due.get(key) != found.get(key)}
    assert not wrong, f"{what}: (model, found) {dict(list(wrong.items())[:6])}"


def _resolved(life: Life) -> None:
    """What was last said of each event is what is known in the end."""
    past = life.history
    for act in past.log:
        if isinstance(act, Did):
            assert past.facts(act, life.head) == past.facts_known(act, life.head), act


def _rows(life: Life, query: str, **values: Any) -> list[Any]:
    with life.db.read() as conn:
        return list(conn.execute(text(query), values))


def _days(life: Life, generation: int, unlisted: str) -> dict[Any, int]:
    """The totals of days; of the measure that has none, what its entries add up to."""
    found: Counter[Any] = Counter()
    other: Counter[Any] = Counter()
    for table, into in (("core_day_total", found), ("core_entry", other)):
        for row in _rows(life, f"SELECT m.name, d.* FROM {table} d JOIN core_measure m ON m.id = d.measure"
                         " WHERE d.generation = :g", g=generation):  # fmt: skip
            into[row.name, row.identity_id, row.day, row.team] += row.amount
    apart = {key: amount for key, amount in other.items() if key[0] == unlisted}
    summed = {key: amount for key, amount in other.items() if key not in apart and amount}
    same(summed, {key: amount for key, amount in found.items() if amount}, "entries and days")
    return {key: int(amount) for key, amount in {**found, **apart}.items() if amount}


def _standings(life: Life, counted: Counted, generation: int) -> None:
    due: dict[Any, int] = {}
    today = life.now // clock.DAY
    kinds = {("all", 0), ("rolling", 0)} | {span for _, _, day, _ in counted.days for span in spans(day)}
    for kind, start in kinds:
        for key, amount in counted.standings(life.head, kind, start, today).items():
            due[kind, start, *key] = amount
    found = {
        (row.kind, row.start, row.name, row.scope, row.subject_id): row.amount
        for row in _rows(life, "SELECT p.*, m.name, s.subject_id, s.amount FROM core_period p JOIN core_measure m ON"
                         " m.id = p.measure JOIN core_standing s ON s.period_id = p.id WHERE p.generation = :g",
                         g=generation)
    }  # fmt: skip
    scope_ids = {f"source:{info.id}": f"source:{name}" for name, info in life.sources.items()}
    core = _rows(life, "SELECT id FROM core_source WHERE name = 'renown'")[0].id
    scope_ids[f"source:{core}"] = "source:renown"
    same(due, {(k, s, n, scope_ids.get(c, c), i): a for (k, s, n, c, i), a in found.items()}, "standings")


def _closed(life: Life, counted: Counted, generation: int) -> None:
    core = _rows(life, "SELECT id, name FROM core_source")
    sources = {f"source:{row.id}": f"source:{row.name}" for row in core}
    due = {(*span, *key): amount for span, lines in counted.closed.items() for key, amount in lines.items()}
    found = {
        (row.kind, row.start, row.name, sources.get(row.scope, row.scope), row.subject_id): row.amount
        for row in _rows(life, "SELECT p.*, m.name, s.subject_id, s.amount FROM core_period p JOIN core_measure m ON"
                         " m.id = p.measure JOIN core_standing_close s ON s.period_id = p.id WHERE p.generation = :g",
                         g=generation)
    }  # fmt: skip
    same(due, found, "closed")


def _leads(life: Life, counted: Counted, generation: int) -> None:
    today = life.now // clock.DAY
    judging.catch_up(life.db, today)
    never = {row.person_id for row in _rows(life, "SELECT person_id FROM core_seen WHERE state = 0")}
    due = set()
    kinds = {("all", 0)} | {span for _, _, day, _ in counted.days for span in spans(day)}
    for kind, start in kinds:
        due |= {(kind, start, *one) for one in counted.leads(life.head, kind, start, today, lambda p: p not in never)}
    found = {
        (row.kind, row.start, row.name, row.scope, row.day, row.leader_id, row.amount, row.former_id,
         row.former_amount, row.former_since)
        for row in _rows(life, "SELECT c.*, p.kind, p.start, p.scope, m.name FROM core_lead_change c JOIN core_period"
                         " p ON p.id = c.period_id JOIN core_measure m ON m.id = p.measure"
                         " WHERE p.generation = :g AND c.superseded_at IS NULL", g=generation)
    }  # fmt: skip
    assert due == found, f"lead: due {sorted(due - found, key=repr)[:3]}, found {sorted(found - due, key=repr)[:3]}"


def seen(life: Life) -> set[int]:
    """Whom boards show under the default preset: employees of today who are here and are no bots."""
    past, today = life.history, life.now // clock.DAY
    unmet = {row.id for row in _rows(life, "SELECT id FROM core_identity WHERE first_seen IS NULL")}
    active = {row.id for row in _rows(life, "SELECT id FROM core_person WHERE status = 0")}
    found = set()
    for person in set(past.owners.values()):
        bots = [past.owners[one] for one in past.bots]
        stands = past.root(person, life.head) == person and person in active and person not in bots
        if stands and past.affiliation(person, today, life.head) == "employee" and _known(life, person, unmet):
            found.add(person)
    return found


def _known(life: Life, person: int, unmet: set[int]) -> bool:
    """Whether more is known of the person than accounts that were only mentioned."""
    past, today = life.history, life.now // clock.DAY
    group = past.group(person, life.head)
    met = [one for one, owner in past.owners.items() if owner in group and one not in unmet]
    sources = {past.source_of[one] for one in met} - {"renown"}
    said = past.dated("affiliated", "kind", person, today, life.head) is not None
    return said or any(past.sources[one] == "employee" for one in sources)


def _boards(life: Life, counted: Counted) -> None:
    shown = seen(life)
    day = life.now // clock.DAY
    some = [("all", 0), ("rolling", 0), *spans(day), *spans(day - 20)]
    for kind, start in some:
        stand = counted.standings(life.head, kind, start, day)
        for measure in {key[0] for key in counted.days}:
            for scope in {"organisation", *(key[1] for key in stand if key[1].startswith("team:"))}:
                amounts = {k[2]: a for k, a in stand.items() if k[:2] == (measure, scope) and k[2] in shown and a > 0}
                due = {p: (1 + sum(b > a for b in amounts.values()), a) for p, a in amounts.items()}
                with life.db.read() as conn:
                    page = boards.board(conn, ADMIN, measure, cast(Kind, kind), start, scope, deep=True)
                    same(due, {one.subject_id: (one.rank, one.amount) for one in page.lines}, f"board {kind} {scope}")
                    assert page.total == len(due)
                    for person, (_, amount) in due.items():
                        if scope == "organisation":
                            told = why.why(conn, ADMIN, person, measure, Span(cast(Kind, kind), start), limit=500)
                            assert told.amount == amount == sum(one.amount for one in told.changes)
