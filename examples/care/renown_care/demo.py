"""What the demo's people do: colleagues follow questions that wait, customers say how easy it was."""

from __future__ import annotations

import random

from sqlalchemy import select

from renown.api import DemoDay, PluginContext
from renown_care import following, survey, waiting
from renown_care.models import Survey


def live(ctx: PluginContext, day: DemoDay) -> None:
    rng = random.Random(f"{day.seed}:{day.day}")
    if day.colleagues:
        for case, _ in waiting.public(ctx):
            if rng.random() < 0.3:
                following.follow(ctx, case.id, rng.choice(day.colleagues))
    for asked in ctx.session.scalars(select(Survey).where(Survey.effort.is_(None)).order_by(Survey.id)).all():
        if rng.random() < 0.25:
            survey.answer(ctx, asked, rng.choices(range(1, 8), (1, 1, 2, 3, 5, 9, 7))[0])
