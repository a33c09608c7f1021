"""What was said in a vote stays: the database itself refuses to change it. By hand: Alembic compares no triggers.

Revision 0003, after 0002. Whoever may drop a trigger may still do so; then the published hashes and the voters'
receipts tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


class _Kept(NamedTuple):
    """A table whose rows stay. `columns` never change; `guards` are (event, when, what is said)."""

    table: str
    what: str
    key: Sequence[str]
    columns: Sequence[str]
    guards: Sequence[tuple[str, str, str]] = ()
    #: When its rows may not go.
    stays: str = ""


_ORDER = ["draft", "sealed", "collecting", "elaborating", "voting", "counted", "decided", "reported", "void"]
_RANK = "CASE {}.state " + " ".join(f"WHEN '{one}' THEN {at}" for at, one in enumerate(_ORDER)) + " ELSE -1 END"
_SEALED = ("slug", "title", "board_id", "charter", "charter_sha256", "sealed_at", "hides")
_ONCE = ("opening", "result", "counted_at", "decided_at", "void_reason")


def _changed(*columns: str) -> str:
    return " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in columns)


def _theirs(column: str, when: str = "") -> tuple[str, str, str]:
    """Whoever did it is forgotten, and never somebody else."""
    also = f"{when} AND " if when else ""
    return "UPDATE", f"{also}NEW.{column} IS NOT NULL AND ({_changed(column)})", "who did it never changes"


_KEPT = (
    _Kept(
        "ideation_campaign",
        "a campaign whose charter is sealed",
        ("id",),
        ("id",),
        (
            ("UPDATE", f"OLD.charter_sha256 IS NOT NULL AND ({_changed(*_SEALED)})", "a sealed charter never changes"),
            *(("UPDATE", f"OLD.{one} IS NOT NULL AND ({_changed(one)})", f"{one} is written once") for one in _ONCE),
            ("UPDATE", f"{_RANK.format('NEW')} < {_RANK.format('OLD')}", "a campaign does not go back"),
            _theirs("created_by_id"),
            _theirs("sealed_by_id", "OLD.charter_sha256 IS NOT NULL"),
        ),
        "OLD.charter_sha256 IS NOT NULL",
    ),
    _Kept(
        "ideation_charter_amendment",
        "an amendment",
        ("campaign_id", "number"),
        ("campaign_id", "number", "changes", "reason", "announced_at", "effective_at"),
        (_theirs("by_id"),),
    ),
    _Kept(
        "ideation_option",
        "an option",
        ("campaign_id", "number"),
        ("campaign_id", "number", "idea_id", "revision", "title", "submitted_at"),
        (("INSERT", "ideation_opened(NEW.campaign_id)", "options are frozen when the vote opens"),),
    ),
    _Kept(
        "ideation_voter",
        "a voter",
        ("campaign_id", "voter"),
        ("campaign_id", "voter", "weight"),
        (
            ("INSERT", "ideation_opened(NEW.campaign_id)", "the electorate is frozen when the vote opens"),
            ("UPDATE", f"NEW.receipt IS NOT NULL AND ({_changed('receipt')})", "a receipt never changes"),
            (
                "UPDATE",
                f"NOT ideation_voting(NEW.campaign_id) AND ({_changed('effective', 'set_aside')}"
                f" OR (NEW.person_id IS NOT NULL AND ({_changed('person_id')})))",
                "after the close nothing moves",
            ),
        ),
    ),
    _Kept(
        "ideation_ballot",
        "a ballot",
        ("campaign_id", "voter", "number"),
        ("campaign_id", "voter", "number", "choices", "at"),
        (("INSERT", "NOT ideation_open_at(NEW.campaign_id, NEW.at)", "ballots are cast while the vote is open"),),
    ),
    _Kept(
        "ideation_decision",
        "a decision",
        ("id",),
        ("id", "campaign_id", "option", "selected", "seat", "reason", "at"),
        (("INSERT", "ideation_decided(NEW.campaign_id)", "decisions are published once"), _theirs("by_id")),
    ),
    _Kept(
        "ideation_campaign_note",
        "a note in a public log",
        ("id",),
        ("id", "campaign_id", "what", "text", "idea_id", "at"),
        (_theirs("by_id"),),
    ),
)

#: Conditions on the campaign of a row, by name: their other arguments and what is asked of the campaign `c`.
_ASKED = {
    "ideation_opened": ((), "c.opening IS NOT NULL"),
    "ideation_voting": ((), "c.state = 'voting'"),
    "ideation_open_at": (("moment",), "c.state = 'voting' AND c.vote_from <= {moment} AND {moment} < c.vote_until"),
    "ideation_decided": ((), "c.decided_at IS NOT NULL"),
}


def _guards(kept: _Kept) -> Iterator[tuple[str, str, str]]:
    """Event, condition ("": always) and text."""
    yield "UPDATE", _changed(*kept.columns), f"{kept.what} never changes"
    yield "DELETE", kept.stays, f"{kept.what} stays"
    yield from kept.guards


def _sqlite() -> Iterator[str]:
    for kept in _KEPT:
        same = " AND ".join(f"x.{one} = NEW.{one}" for one in kept.key)
        # REPLACE takes a row away without a DELETE's trigger.
        again = ("INSERT", f"EXISTS (SELECT 1 FROM {kept.table} x WHERE {same})", f"{kept.what} is there already")
        for number, (event, when, said) in enumerate((*_guards(kept), again)):
            condition = f"WHEN {_inlined(when).replace('IS DISTINCT FROM', 'IS NOT')}" if when else ""
            yield (
                f"CREATE TRIGGER {kept.table}_keep_{number} BEFORE {event} ON {kept.table} {condition}"
                f" BEGIN SELECT RAISE(ABORT, 'ideation: {said}'); END"
            )


def _inlined(condition: str) -> str:
    """SQLite has no functions of its own making: the question stands where it is asked."""
    for name, (names, asked) in _ASKED.items():
        given = ", ".join(("NEW.campaign_id", *("NEW.at" for _ in names)))
        inner = asked.format(moment="NEW.at")
        whole = f"EXISTS (SELECT 1 FROM ideation_campaign c WHERE c.id = NEW.campaign_id AND {inner})"
        condition = condition.replace(f"{name}({given})", whole)
    return condition


def _postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION ideation_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION 'ideation: %', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for name, (names, asked) in _ASKED.items():
        arguments = ", ".join(("integer", *("bigint" for _ in names)))
        yield (
            f"CREATE FUNCTION {name}({arguments}) RETURNS boolean LANGUAGE sql STABLE AS $$"
            f" SELECT EXISTS (SELECT 1 FROM ideation_campaign c WHERE c.id = $1 AND {asked.format(moment='$2')}) $$"
        )
    for kept in _KEPT:
        for number, (event, when, said) in enumerate(_guards(kept)):
            # A json value has no equality.
            condition = when.replace("OLD.changes", "CAST(OLD.changes AS text)")
            condition = condition.replace("NEW.changes", "CAST(NEW.changes AS text)")
            yield (
                f"CREATE TRIGGER {kept.table}_keep_{number} BEFORE {event} ON {kept.table} FOR EACH ROW"
                f"{f' WHEN ({condition})' if condition else ''} EXECUTE FUNCTION ideation_keep('{said}')"
            )
        yield (
            f"CREATE TRIGGER {kept.table}_keep_all BEFORE TRUNCATE ON {kept.table} FOR EACH STATEMENT"
            f" EXECUTE FUNCTION ideation_keep('{kept.what} stays')"
        )


def upgrade() -> None:
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql():
        op.execute(statement)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for kept in _KEPT:
        count = len(list(_guards(kept)))
        for number in [*range(count), count if sqlite else "all"]:
            of = "" if sqlite else f" ON {kept.table}"
            op.execute(f"DROP TRIGGER {kept.table}_keep_{number}{of}")
    if not sqlite:
        for name, (names, _) in _ASKED.items():
            op.execute(f"DROP FUNCTION {name}({', '.join(('integer', *('bigint' for _ in names)))})")
        op.execute("DROP FUNCTION ideation_keep()")
