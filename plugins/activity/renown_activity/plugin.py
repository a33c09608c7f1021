"""Points for what people do, by rules that everybody can read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from renown.api import (
    Entry,
    MeasureSpec,
    OwnRules,
    Panel,
    Plugin,
    PluginContext,
    Rules,
    RuleSpec,
    ScoredEvent,
    Viewer,
    hookimpl,
)
from renown_activity import panels as boxes
from renown_activity import score as scoring
from renown_activity import words
from renown_activity.defaults import (
    DAILY_LIMIT_ABOUT,
    DAILY_LIMIT_BODY,
    DAILY_LIMIT_TITLE,
    DEFAULTS,
    OWN_ABOUT,
    OWN_BODY,
)
from renown_activity.schemas import DailyLimit, RuleBody

plugin = Plugin(
    name="activity",
    title="Activity",
    summary="Points for what people do, each one explained, limited and reversible, by rules that everybody can read.",
    measures=(MeasureSpec(scoring.MEASURE, "Activity"),),
    rules=(
        *(RuleSpec(one.name, one.title, RuleBody, one.body, one.about, words.say) for one in DEFAULTS),
        RuleSpec(
            scoring.DAILY_LIMIT,
            DAILY_LIMIT_TITLE,
            DailyLimit,
            DAILY_LIMIT_BODY,
            DAILY_LIMIT_ABOUT,
            words.say_daily_limit,
        ),
    ),
    own_rules=OwnRules(RuleBody, OWN_BODY, {"on": False}, OWN_ABOUT, words.say),
)


@hookimpl
def score(events: Sequence[ScoredEvent], rules: Rules) -> Iterable[Entry]:
    return scoring.score(events, rules)


@hookimpl
def panels(place: str, subject: int | None, viewer: Viewer, ctx: PluginContext) -> Iterable[Panel]:
    return boxes.made_of(ctx, viewer, subject) if place == "person" and subject is not None else []
