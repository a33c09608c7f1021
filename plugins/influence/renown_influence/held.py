"""What the plugin's own tables hold of a person, for the file with all that is held of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from renown.api import PluginContext, Viewer, to_date
from renown_influence import report, scopes, survey, survey_naming
from renown_influence.models import RingNote, Score


def of(ctx: PluginContext, viewer: Viewer, person: int) -> dict[str, Any]:
    """Days are ISO texts. Scores and answers are for the person's own eyes."""
    told: dict[str, Any] = {
        "named_in_survey_reports": [
            one.title for one in survey.ended(ctx) if person in report.people_of(one.report or {})
        ],
        "notes_on_groups": sum(person in people for people in ctx.session.scalars(select(RingNote.people))),
    }
    if viewer.person_id != person:
        return told | {"left_out": "scores and survey answers: they are for the person's own eyes; /me/data has them"}
    return told | {"scores": _scores(ctx, person), "survey_answers": _answers(ctx, person)}


def _scores(ctx: PluginContext, person: int) -> list[dict[str, Any]]:
    rows = ctx.session.scalars(select(Score).where(Score.person_id == person).order_by(Score.topic, Score.day))
    return [
        {"from": to_date(one.day).isoformat(), "scope": scopes.scope(one.topic), "score": one.amount / 1000}
        for one in rows
    ]


def _answers(ctx: PluginContext, person: int) -> list[dict[str, Any]]:
    """Of the survey that is open: those of earlier ones are gone."""
    found = survey.held(ctx)
    named = [] if found is None else survey_naming.mine(ctx, found.id, person).texts()
    return [{"survey": found.title, "named": named}] if found is not None and named else []
