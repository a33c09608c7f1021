"""Thirty seats, a hundred and twenty talks, four hundred voters, an answer due on 30 March."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from renown import clock
from renown.notify.models import Notification
from renown_ideation.answers.answering import ANSWERED
from renown_ideation.campaigns import deciding, deviation, published
from renown_ideation.campaigns.deciding import Verdict
from renown_ideation.campaigns.deviation import Report
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Campaign, Status
from tests.ideation.company import Company
from tests.ideation.conferences import playing
from tests.ideation.conferences.played import VOTERS, YEAR, Played, cast
from tests.ideation.conferences.playing import Plan
from tests.ideation.conferences.stage import Cast
from tests.ideation.desk import data, page

SECOND = Path(__file__).parents[1] / "counting" / "second.py"


def _report(company: Company, campaign: int) -> Report:
    with company.reading() as ctx:
        return deviation.of(ctx, ctx.session.get_one(Campaign, campaign))


def _printed(company: Company, slug: str) -> list[str]:
    """The figures of the report's page, as anybody reads them; data has the same."""
    path = f"/campaigns/{slug}/report"
    said = page(company, None, path).partition('aria-labelledby="figures"')[2].partition("</section>")[0]
    found = re.findall("<li>(.*?)</li>", said)
    assert data(company, None, f"{path}.json")["figures"] == found
    assert data(company, "emil", f"/api/v1/ideation{path}")["figures"] == found
    return found


def _file(company: Company, campaign: int, folder: Path) -> Path:
    """What anybody downloads."""
    with company.reading() as ctx:
        found = folder / "tally.jsonl"
        found.write_bytes(published.path(ctx, ctx.session.get_one(Campaign, campaign)).read_bytes())
    return found


def _elsewhere(file: Path, folder: Path) -> None:
    """Both programs count it again where there is no database, no setting and, for the second, no Renown."""
    code = (
        "import runpy, sys; runpy.run_path(sys.argv[1])['verify'](open(sys.argv[2], 'rb').readlines()); print('agrees')"
    )
    away = folder / "away"
    away.mkdir()
    alone = [sys.executable, "-I", "-S", "-c", code, str(SECOND), str(file)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RENOWN")}
    ours = [sys.executable, "-I", "-c", "from renown_ideation.verify import command; command()", str(file)]
    for asked, said in ((alone, "agrees"), (ours, "The tally is what the file's ballots give.")):
        done = subprocess.run(asked, cwd=away, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert said in done.stdout


def _everybody_is_answered(company: Company, report: Report, campaign: int) -> None:
    """In public on each idea, with what became of it; and each author is told of each of theirs."""
    ideas = {line.idea: line for line in report.lines}
    assert len(ideas) == 120
    with company.reading() as ctx:
        assert ctx.session.get_one(Campaign, campaign).state == "reported"
        found = select(Status.idea_id, Status.answer).where(Status.idea_id.in_(ideas), Status.answer != "")
        answers = ctx.session.execute(found).all()
        told = select(Notification.person_id, Notification.subject).where(Notification.kind == ANSWERED)
        heard = {(one.person_id, one.subject) for one in ctx.session.execute(told)}
    assert sorted(one.idea_id for one in answers) == sorted(ideas), "one each"
    for idea, answer in answers:
        line = ideas[idea]
        assert answer.startswith("Chosen" if line.seat else "Not chosen")
        assert line.standing.ordinal in answer
        assert line.reason in answer
    assert {(line.author, f"idea:{idea}") for idea, line in ideas.items()} <= heard
    assert len({line.author for line in report.lines}) == 91


def _voted(company: Company, plan: Plan, folder: Path) -> tuple[Played, Cast, int]:
    """Up to the count, and counted again elsewhere."""
    people, stage = cast(company), Played(company)
    campaign = playing.begin(stage, people, plan)
    playing.vote(stage, people, plan, campaign)
    file = _file(company, campaign, folder)
    _elsewhere(file, folder)
    records = [file.read_bytes().count(f'"record":"{one}"'.encode()) for one in ("option", "voter", "ballot")]
    assert records == [120, VOTERS, 380]
    return stage, people, campaign


def test_the_honest_one_says_eight_of_thirty_and_keeps_it(company: Company, tmp_path: Path) -> None:
    plan = playing.honest(YEAR)
    stage, people, campaign = _voted(company, plan, tmp_path)
    playing.answer(stage, people, plan, campaign)
    report = _report(company, campaign)
    _everybody_is_answered(company, report, campaign)
    assert report.kept
    assert _printed(company, plan.slug) == [
        "30 seats: the charter gives 8 to the vote and 22 to the programme committee.",
        "Of the 8 that the vote chose, 8 were taken.",
        "The programme committee gave 22 seats to others.",
        "Of the first 10 in the vote, 8 were taken.",
        "Whoever came 3rd had 3 among the first 30, at places 3, 12, 25: 1 of them was taken.",
        "22 decisions differ from the vote, each with its reason.",
        "120 of 120 have a decision.",
        "The answer came in time.",
        "What the charter promised was kept.",
    ]


def test_the_one_that_there_was_is_told_as_it_was(company: Company, tmp_path: Path) -> None:
    plan = playing.as_it_happened(YEAR)
    stage, people, campaign = _voted(company, plan, tmp_path)
    _silence(company, stage, plan, campaign)
    _without_reasons(company, plan, campaign, people.board)
    playing.answer(stage, people, plan, campaign)
    report = _report(company, campaign)
    _everybody_is_answered(company, report, campaign)
    assert not report.kept
    assert all(line.reason for line in report.lines if line.differs)
    assert _printed(company, plan.slug) == [
        "30 seats: the charter gives 30 to the vote and 0 to the programme committee.",
        "Of the 30 that the vote chose, 8 were taken.",
        "The programme committee gave 22 seats to others.",
        "The first 2 in the vote were left out.",
        "Of the first 10 in the vote, 2 were taken.",
        "Whoever came 3rd had 3 among the first 30, at places 3, 12, 25: 1 of them was taken.",
        "44 decisions differ from the vote, each with its reason.",
        "120 of 120 have a decision.",
        "The answer came 20 days after it was due, on 30 March 2027.",
        "What the charter promised was not kept.",
    ]


def _silence(company: Company, stage: Played, plan: Plan, campaign: int) -> None:
    """Each silent day counts from the day after the one that was promised."""
    due = _instant(company, campaign)
    for instant, days in ((due - clock.SECOND, 0), (due + clock.SECOND, 1), (due + 10 * clock.DAY, 10)):
        stage.until(instant)
        report = _report(company, campaign)
        assert (report.overdue_days, report.without) == (days, 120)
    assert _printed(company, plan.slug) == [
        "30 seats: the charter gives 30 to the vote and 0 to the programme committee.",
        "0 of 120 have a decision.",
        "Overdue since 30 March 2027: 10 days without the answer that was due.",
    ]


def _instant(company: Company, campaign: int) -> int:
    with company.reading() as ctx:
        return ctx.session.get_one(Campaign, campaign).decide_by or 0


def _without_reasons(company: Company, plan: Plan, campaign: int, by: int) -> None:
    """Refused, and what is missing is named, option by option."""
    with company.writing() as ctx:
        found = ctx.session.get_one(Campaign, campaign)
        lines = playing.by_place(ctx, found)
        made = plan.decides(lines)
        deciding.decide(ctx, campaign, {one: Verdict(verdict.seat) for one, verdict in made.items()}, by)
    other = {str(one.standing.option) for one in lines if made[one.standing.option].reason}
    with pytest.raises(Refused) as refused, company.writing() as ctx:
        deciding.publish(ctx, campaign, by)
    assert set(refused.value.errors) == other
    assert len(other) == 44
    first = refused.value.errors[str(lines[0].standing.option)]
    assert first == ["It was 1st in the vote, and is decided otherwise: say why, everybody reads it."]
    assert _report(company, campaign).without == 120, "nothing of it is public"
