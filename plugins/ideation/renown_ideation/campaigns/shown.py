"""Results and the report, as pages and the API give them: nothing of them while totals are hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Response, send_file
from sqlalchemy import func, select

from renown.api import PluginContext, Viewer
from renown_ideation import showing, totals
from renown_ideation.campaigns import choosing, deviation, figures, plain, published, results, view
from renown_ideation.campaigns.deviation import Line, Report
from renown_ideation.campaigns.view import Summary
from renown_ideation.counting.charter import KINDS, Unweighted
from renown_ideation.models import Ballot, Option, Voter
from renown_ideation.naming import Names
from renown_ideation.totals import Hidden

#: What the total of an option is called, by how it is counted or by the ballot's kind.
_TOTALS = {
    "instant-runoff": "Votes when it left",
    "schulze": "Options that it beats",
    "approve": "Votes",
    "score": "Points",
    "budget": "Given",
    "quadratic": "Votes",
}
SEATS = {"vote": "Chosen by the vote", "": "Not chosen"}


@dataclass(frozen=True)
class Row:
    """`voters` are heads, `total` is weighted where the charter has weights."""

    option: int
    title: str
    place: int
    total: int
    voters: int
    selected: bool


@dataclass(frozen=True)
class Results:
    rows: Sequence[Row]
    counted: Mapping[str, Any]
    total: str
    weighted: bool
    ties: Sequence[tuple[int, str]]
    #: Ballots that choose nothing.
    abstained: int = 0

    @property
    def turnout(self) -> int:
        """In percent."""
        return round(100 * self.counted["ballots"] / self.counted["voters"]) if self.counted["voters"] else 0


def of(ctx: PluginContext, one: Summary) -> Results | Hidden:
    """What the ballots gave, or why it is not told."""
    hidden = totals.of_campaign(one.campaign)
    counted = results.counted(one.campaign)
    if hidden is not None or counted is None:
        return hidden or Hidden(None, "It was not counted.")
    titles = {option.number: option.title for option in view.options(ctx, one.campaign)}
    rows = [
        Row(found.option, titles[found.option], found.place, found.total, found.voters, found.selected)
        for found in results.standings(one.campaign)
    ]
    kind = KINDS[type(one.charter.ballot)]
    return Results(
        rows=rows,
        counted=counted,
        total=_TOTALS.get(one.charter.count.method, _TOTALS.get(kind, "Total")),
        weighted=not isinstance(one.charter.weights, Unweighted),
        ties=[(tie["place"], ", ".join(titles[option] for option in tie["options"])) for tie in counted["ties"]],
        abstained=_abstained(ctx, one.campaign.id),
    )


def _abstained(ctx: PluginContext, campaign: int) -> int:
    found = select(func.count()).select_from(Ballot).where(Ballot.campaign_id == campaign, Ballot.choices == "{}")
    counts = Ballot.number == Voter.effective
    same = (Voter.campaign_id == Ballot.campaign_id) & (Voter.voter == Ballot.voter)
    return ctx.session.scalar(found.join(Voter, same).where(counts)) or 0


def data(found: Results) -> dict[str, Any]:
    return {
        "result": found.counted,
        "options": [
            {
                "option": row.option,
                "title": row.title,
                "place": row.place,
                "total": row.total,
                "voters": row.voters,
                "selected": row.selected,
            }
            for row in found.rows
        ],
    }


def file(ctx: PluginContext, one: Summary) -> tuple[Path, str] | Hidden:
    """The published file and its SHA-256, or why there is none to read."""
    hidden = totals.of_campaign(one.campaign)
    if hidden is not None:
        return hidden
    path = published.path(ctx, one.campaign)
    return path, _digest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: int) -> str:
    found = sha256()
    with path.open("rb") as source:
        while piece := source.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def sent(slug: str, found: tuple[Path, str]) -> Response:
    """The file as it was published, with its hash."""
    path, digest = found
    answer = send_file(
        path, mimetype="application/jsonl", as_attachment=True, download_name=f"tally-{slug}.jsonl", etag=digest
    )
    answer.headers["Renown-SHA256"] = digest
    return answer


def ordered(ctx: PluginContext, viewer: Viewer, one: Summary) -> list[Option]:
    """Its options, in the voter's own order, or in that of whoever looks."""
    return choosing.shuffled(view.options(ctx, one.campaign), _seed(ctx, viewer.person_id, one))


def _seed(ctx: PluginContext, me: int | None, one: Summary) -> str:
    if me is None:
        return f"{one.campaign.slug}:{ctx.clock.today()}"
    mine = select(Voter.voter).where(Voter.campaign_id == one.campaign.id, Voter.person_id == me)
    return ctx.session.scalar(mine) or f"{one.campaign.slug}:{me}"


def report(ctx: PluginContext, one: Summary) -> Report | Hidden:
    """Where the decision left the vote, or why it is not told yet."""
    return totals.of_campaign(one.campaign) or deviation.of(ctx, one.campaign)


def seat(one: Summary, seat: str | None) -> str:
    """What became of an option, in words."""
    if seat is None:
        return "No decision yet"
    return SEATS.get(seat, f"Chosen by {plain.within(one.charter.decision.who)}")


def report_data(ctx: PluginContext, viewer: Viewer, one: Summary, found: Report) -> dict[str, Any]:
    names = Names(ctx, viewer, [line.author for line in found.lines])
    return {
        "seats": found.seats,
        "promised_to_vote": found.promised,
        "granted_by_vote": found.granted,
        "promised_to_board": found.board_promised,
        "given_by_board": found.by_board,
        "first_places_left_out": found.first_out,
        "top": found.top,
        "top_chosen": found.top_in,
        "given_to_nobody": found.empty,
        "without_decision": found.without,
        "overdue_days": found.overdue_days,
        "kept": found.kept if not found.without else None,
        "figures": figures.sentences(one, found),
        "decided_at": showing.iso(one.campaign.decided_at),
        "options": [_line(one, line, names) for line in found.lines],
    }


def _line(one: Summary, line: Line, names: Names) -> dict[str, Any]:
    return {
        "option": line.standing.option,
        "title": line.title,
        "idea": line.idea,
        "author": names[line.author].name,
        "place": line.standing.place,
        "chosen_by_vote": line.standing.selected,
        "seat": line.seat,
        "decision": seat(one, line.seat),
        "reason": line.reason,
        "differs": line.differs,
    }
