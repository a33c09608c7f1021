"""A charter as a form: what it begins with, what was typed as a charter, and a charter as what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from renown.api import PluginContext, clean_text, to_datetime
from renown_ideation.campaigns import held
from renown_ideation.counting.charter import FORMAT, Charter
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board
from renown_ideation.numbers import whole

#: Fields by their path in the charter, which is their name in the form too; and how errors call them.
LABELS: Mapping[str, str] = {
    "campaign.title": "Name",
    "campaign.slug": "Address",
    "question": "What is asked?",
    "electorate.kind": "Who may vote?",
    "electorate.teams": "Teams",
    "electorate.minimum_account_age_days": "Days that an account must exist",
    "ballot.kind": "How does one vote?",
    "ballot.most_options": "Most ideas on one ballot",
    "ballot.budget": "Points to share out",
    "ballot.most_per_option": "Most on one idea",
    "ballot.lowest": "Lowest points",
    "ballot.highest": "Highest points",
    "weights.kind": "What does a vote weigh?",
    "weights.title": "What weights are called",
    "weights.measure": "Measure",
    "weights.steps": "Highest weight",
    "weights.segments": "Segments",
    "count.method": "How is it counted?",
    "count.tie_break": "What if two are level?",
    "seats.by_vote": "Chosen by the vote",
    "seats.by_board": "Chosen by those who decide",
    "secrecy.totals_hidden_until": "Who sees what, and when?",
    "merging.before_opening": "What becomes of ideas that are alike?",
    "phases.time_zone": "Time zone",
    "phases.collect.from": "Collect from",
    "phases.collect.to": "Collect until",
    "phases.elaborate.from": "Elaborate from",
    "phases.elaborate.to": "Elaborate until",
    "phases.vote.from": "Vote from",
    "phases.vote.to": "Vote until",
    "decision.who": "Who decides?",
    "decision.due": "By when is there an answer?",
    "contact": "Whom does one ask?",
}
DATES = tuple(name for name in LABELS if name.startswith("phases.") and name != "phases.time_zone")
_LENGTHS = {"campaign.title": 80, "question": 400, "decision.who": 120, "contact": 200, "weights.title": 120}
_SEGMENT = "One a line, with its weight: Customers: 2"

Form = Mapping[str, str]


def beginning(ctx: PluginContext, board: Board) -> dict[str, str]:
    """Answers to begin with: two weeks to collect, one to vote, two until the answer."""
    zone = ctx.calendar.zone()
    today = to_datetime(ctx.clock.now()).astimezone(zone).date()
    days = {"phases.collect.from": (1, 9), "phases.collect.to": (15, 18), "phases.vote.from": (16, 9)}
    days |= {"phases.vote.to": (23, 18)}
    kinds = {"public": "everyone", "employees": "employees", "team": "teams", "invited": "invited"}
    return {
        "electorate.kind": kinds[board.audience],
        "electorate.teams": ctx.teams.all().get(board.team_id or 0, ""),
        "electorate.minimum_account_age_days": "0",
        "ballot.kind": "approve",
        "ballot.budget": "100",
        "ballot.lowest": "0",
        "ballot.highest": "5",
        "weights.kind": "none",
        "weights.steps": "3",
        "count.method": "plain",
        "count.tie_break": "lot",
        "seats.by_vote": "1",
        "seats.by_board": "0",
        "secrecy.totals_hidden_until": "close",
        "merging.before_opening": "links",
        "phases.time_zone": zone.key,
        "decision.due": (today + timedelta(days=37)).isoformat(),
    } | {name: f"{today + timedelta(days=day)}T{hour:02}:00" for name, (day, hour) in days.items()}


def charter(form: Form) -> dict[str, Any]:
    """What was typed, as a charter to be read. Raises Refused, by field, with all that can be said before."""
    return _Reading(form).charter()


def typed(charter: Charter) -> dict[str, str]:
    """The form of a charter."""
    who, ballot, weights, zone = charter.electorate, charter.ballot, charter.weights, charter.phases.time_zone
    found: dict[str, Any] = {
        "campaign.title": charter.campaign.title,
        "campaign.slug": charter.campaign.slug,
        "question": charter.question,
        "electorate.kind": who.kind,
        "electorate.teams": ", ".join(who.teams),
        "electorate.minimum_account_age_days": who.minimum_account_age_days,
        "ballot.kind": type(ballot).__name__.lower(),
        "weights.kind": {"ByMeasure": "measure", "BySegment": "segment"}.get(type(weights).__name__, "none"),
        "count.method": charter.count.method,
        "count.tie_break": charter.count.tie_break,
        "seats.by_vote": charter.seats.by_vote,
        "seats.by_board": charter.seats.by_board,
        "secrecy.totals_hidden_until": charter.secrecy.totals_hidden_until or "",
        "merging.before_opening": charter.merging.before_opening,
        "phases.time_zone": zone,
        "decision.who": charter.decision.who,
        "decision.due": charter.decision.due,
        "contact": charter.contact,
    }
    for part, fields in (("ballot", ("most_options", "budget", "most_per_option", "lowest", "highest")),
                         ("weights", ("title", "measure", "steps"))):  # fmt: skip
        found |= {f"{part}.{name}": getattr(getattr(charter, part), name, None) for name in fields}
    segments = getattr(weights, "segments", {})
    found["weights.segments"] = "\n".join(f"{name}: {weight}" for name, weight in segments.items())
    return {name: "" if value is None else str(value) for name, value in found.items()} | dates(charter)


def dates(charter: Charter) -> dict[str, str]:
    """Only these, as fields of a form have them."""
    found = dict.fromkeys(DATES, "")
    for name, span in charter.phases.spans():
        found[f"phases.{name}.from"] = _local(span.start, charter.phases.time_zone)
        found[f"phases.{name}.to"] = _local(span.end, charter.phases.time_zone)
    return found


def moved(charter: Charter, form: Form) -> dict[str, str]:
    """Dates that a form moves, by path in the charter: what an amendment says. Raises Refused."""
    reading = _Reading({**form, "phases.time_zone": charter.phases.time_zone})
    now = dates(charter)
    changed = {name: reading.instant(name) for name, was in now.items() if was and form.get(name, "") != was}
    due = form.get("decision.due", "")
    if due != charter.decision.due:
        changed["decision.due"] = reading.day("decision.due")
    reading.done()
    return changed


def instant(text: str, zone: str) -> str:
    """What `<input type="datetime-local">` sends, told in a zone, as charters write it. Raises ValueError."""
    there = datetime.fromisoformat(text)
    if there.tzinfo is not None:
        raise ValueError(text)
    return f"{there.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _local(text: str, zone: str) -> str:
    there = to_datetime(held.moment(text)).astimezone(ZoneInfo(zone))
    seconds = there.timetz().second
    return there.strftime("%Y-%m-%dT%H:%M:%S" if seconds else "%Y-%m-%dT%H:%M")


class _Reading:
    """A form that is read field by field; all errors are told at once."""

    def __init__(self, form: Form) -> None:
        self._form, self._errors = form, dict[str, list[str]]()
        self._zone = self._there(form.get("phases.time_zone", "").strip())

    def charter(self) -> dict[str, Any]:
        made = {
            "format": FORMAT,
            "campaign": {"slug": self._slug(), "title": self._text("campaign.title")},
            "question": self._text("question"),
            "electorate": {
                "kind": self._form.get("electorate.kind", ""),
                "teams": self._teams(),
                "minimum_account_age_days": self._number("electorate.minimum_account_age_days"),
            },
            "ballot": self._ballot(),
            "weights": self._weights(),
            "count": {name: self._form.get(f"count.{name}", "") for name in ("method", "tie_break")},
            "seats": {name: self._number(f"seats.{name}") for name in ("by_vote", "by_board")},
            "secrecy": {
                "totals_hidden_until": self._form.get("secrecy.totals_hidden_until") or None,
                "ballots": "pseudonymous",
            },
            "merging": {
                "before_opening": self._form.get("merging.before_opening", ""),
                "between_opening_and_counting": "none",
            },
            "phases": {"time_zone": self._form.get("phases.time_zone", "").strip()} | self._spans(),
            "decision": {"who": self._text("decision.who"), "due": self.day("decision.due")},
            "contact": self._text("contact"),
        }
        self.done()
        return made

    def done(self) -> None:
        """Raises Refused, if anything was wrong."""
        if self._errors:
            raise Refused(self._errors)

    def instant(self, name: str) -> str:
        return self._read(name, "A day and a time.", lambda text: instant(text, self._zone))

    def day(self, name: str) -> str:
        return self._read(name, "A day.", lambda text: date.fromisoformat(text).isoformat())

    def _read(self, name: str, wrong: str, read: Callable[[str], str]) -> str:
        try:
            return read(self._form.get(name, "").strip())
        except (ValueError, OverflowError):
            self._errors[name] = [wrong]
            return ""

    def _there(self, zone: str) -> str:
        try:
            return ZoneInfo(zone).key
        except (ValueError, ZoneInfoNotFoundError, OSError):
            self._errors["phases.time_zone"] = ["There is no such time zone."]
            return "UTC"

    def _text(self, name: str) -> str:
        found, most = " ".join(clean_text(self._form.get(name, ""), 4000).split()), _LENGTHS[name]
        if not found or len(found) > most:
            self._errors[name] = [f"Between 1 and {most} characters."]
        return found

    def _slug(self) -> str:
        found = self._form.get("campaign.slug", "").strip().lower()
        if not held.SLUG.fullmatch(found):
            self._errors["campaign.slug"] = ["Two to 40 small letters, digits and hyphens: it is part of the address."]
        return found

    def _number(self, name: str, *, empty: bool = False) -> int | None:
        text = self._form.get(name, "").strip()
        if not text and empty:
            return None
        found = whole(text.removeprefix("-"), 10**15)
        if found is None:
            self._errors[name] = ["A whole number."]
            return 0
        return -found if text.startswith("-") else found

    def _teams(self) -> list[str]:
        if self._form.get("electorate.kind") != "teams":
            return []
        return [one.strip() for one in self._form.get("electorate.teams", "").split(",") if one.strip()]

    def _ballot(self) -> dict[str, Any]:
        kind = self._form.get("ballot.kind", "")
        made: dict[str, Any] = {"kind": kind, "most_options": self._number("ballot.most_options", empty=True)}
        if kind in ("budget", "quadratic"):
            made["budget"] = self._number("ballot.budget")
            made["most_per_option"] = self._number("ballot.most_per_option", empty=True)
        if kind == "score":
            made |= {name: self._number(f"ballot.{name}") for name in ("lowest", "highest")}
        return made

    def _weights(self) -> dict[str, Any]:
        kind = self._form.get("weights.kind", "")
        if kind == "measure":
            measure, steps = self._form.get("weights.measure", ""), self._number("weights.steps")
            return {"kind": kind, "measure": measure, "title": self._text("weights.title"), "steps": steps}
        if kind == "segment":
            return {"kind": kind, "title": self._text("weights.title"), "segments": self._segments()}
        return {"kind": kind}

    def _segments(self) -> dict[str, int]:
        found = {}
        for line in self._form.get("weights.segments", "").splitlines():
            name, _, weight = line.rpartition(":")
            if not line.strip():
                continue
            weighs = whole(weight.strip(), 10**9)
            if not name.strip() or weighs is None:
                self._errors["weights.segments"] = [_SEGMENT]
                continue
            found[name.strip()] = weighs
        return found

    def _spans(self) -> dict[str, Any]:
        """A phase with neither date is none; a vote there must be."""
        made: dict[str, Any] = {}
        for phase in ("collect", "elaborate", "vote"):
            first, end = (f"phases.{phase}.{side}" for side in ("from", "to"))
            none = phase != "vote" and not (self._form.get(first) or self._form.get(end))
            made[phase] = None if none else {"from": self.instant(first), "to": self.instant(end)}
        return made
