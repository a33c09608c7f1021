"""`renown boards`: a board as the administrator who runs the command sees it."""

from __future__ import annotations

import click
from sqlalchemy import Connection, select

from renown.access.viewer import Viewer
from renown.app import Renown
from renown.cli.common import emit_json, emit_table, json_option, open_renown, say_where
from renown.ledger import boards as gate
from renown.ledger import periods, standings
from renown.ledger.models import UNIT
from renown.ledger.periods import Span
from renown.people import teams
from renown.people.models import Team

#: Teams that an error lists.
MOST_NAMED = 20
ADMINISTRATOR = Viewer(None, "administrator", None)


@click.command()
@click.argument("measure")
@click.option("--period", default="all", show_default=True, help="all, rolling, 2026, 2026-Q2, 2026-05, 2026-W21 ...")
@click.option("--team", help="Only this team: its slug or name. `--team all` compares the teams.")
@click.option("--limit", default=25, show_default=True, type=click.IntRange(1))
@json_option
def boards(measure: str, period: str, team: str | None, limit: int, as_json: bool) -> None:
    """Show the board of MEASURE, such as activity.points."""
    with open_renown() as renown, renown.db.read() as conn:
        known_measure(renown, measure, listed=True)
        span = span_of(conn, period)
        scope = gate.ORGANISATION
        if team == "all":
            scope = gate.TEAMS
        elif team is not None:
            found = teams.find(conn, team)
            if found is None:
                raise click.ClickException(f"--team: there is no team {team!r}; there are {_teams(conn)}")
            scope = f"team:{found}"
        lines: list[gate.Line] = []
        after, total = None, 0
        while len(lines) < limit:
            try:
                page = gate.board(
                    conn, ADMINISTRATOR, measure, span.kind, span.start, scope,
                    after=after, limit=min(500, limit - len(lines)), deep=True,
                )  # fmt: skip
            except gate.NotShown as error:
                raise click.ClickException("the privacy preset shows no such board, nor to administrators") from error
            lines += page.lines
            after, total = page.next, page.total
            if after is None:
                break
    if as_json:
        rows = [
            {"rank": line.rank, "person": line.key, "name": line.name, "amount": amount(line.amount)} for line in lines
        ]
        emit_json({"rows": rows, "total": total})
        return
    say_where()
    click.echo(f"{measure}, {span.label}")
    emit_table(("place", "who", "name", "amount"), [(li.rank, li.key, li.name, amount(li.amount)) for li in lines])
    click.echo(f"{len(lines)} of {total:,}")


def known_measure(renown: Renown, measure: str, *, listed: bool = False) -> None:
    """Raises where no enabled plugin has such a measure, with boards if `listed`; says which there are."""
    measures = [name for name, one in renown.plugins.measures.items() if one.listed or not listed]
    if measure not in measures:
        told = f"there are {', '.join(sorted(measures))}" if measures else "no plugin that has any is enabled"
        unlisted = measure in renown.plugins.measures
        what = f"{measure!r} has no boards" if unlisted else f"there is no measure {measure!r}"
        raise click.ClickException(f"MEASURE: {what}; {told}")


def span_of(conn: Connection, period: str) -> Span:
    try:
        return periods.parse(period, standings.today(conn))
    except ValueError as error:
        raise click.ClickException(f"--{error}") from error


def _teams(conn: Connection) -> str:
    names = [team.slug for team in conn.execute(select(Team.slug).where(Team.archived.is_(False)).order_by(Team.slug))]
    rest = len(names) - MOST_NAMED
    return ", ".join(["all", *names[:MOST_NAMED]]) + (f" and {rest:,} more" if rest > 0 else "")


def amount(thousandths: int) -> int | float:
    """In the measure's unit; whole where it is whole."""
    whole, rest = divmod(thousandths, UNIT)
    return whole if rest == 0 else thousandths / UNIT
