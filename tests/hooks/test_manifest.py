from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import Schema, fields

from renown.api import EventType, ManifestError, MeasureSpec, NoticeKind, OwnRules, Permission, Plugin, RuleSpec
from tests.hooks.plugins import manifest


class Body(Schema):
    points = fields.Integer(required=True)


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("name", lambda: manifest("so_many")),
        ("name", lambda: manifest("Thanks")),
        ("name", lambda: manifest("a" * 26)),
        ("name", lambda: manifest("core")),
        ("title", lambda: Plugin(name="thanks", title=" ", summary="x")),
        ("summary", lambda: Plugin(name="thanks", title="Thanks", summary="x" * 201)),
        ("api", lambda: manifest(api=1)),
        ("requires", lambda: manifest(requires="activity")),
        ("requires", lambda: manifest(requires=("thanks",))),
        ("settings", lambda: manifest(settings=Body())),
        ("measures[0]", lambda: manifest(measures=("thanks.given",))),
        ("measures[0]", lambda: manifest(measures=(MeasureSpec("given", "Given"),))),
        ("measures[1]", lambda: manifest(measures=(MeasureSpec("thanks.a", "A"), MeasureSpec("thanks.a", "B")))),
        ("kind", lambda: MeasureSpec("thanks.given", "Given", kind="average")),
        ("page", lambda: MeasureSpec("thanks.given", "Given", page="https://elsewhere.example/{person}")),
        ("page", lambda: MeasureSpec("thanks.given", "Given", page="/thanks")),
        ("start", lambda: OwnRules(Body, {}, {"points": 0})),
        ("off", lambda: OwnRules(Body, {"points": 1}, {"points": "none"})),
        ("off", lambda: OwnRules(Body, {"points": 1}, {})),
        ("own_rules", lambda: manifest(own_rules=Body)),
        ("event_types[0]", lambda: manifest(event_types=(EventType("other.given.v1"),))),
        ("event_types[0]", lambda: manifest(event_types=(EventType("thanks.given"),))),
        ("object_kinds[0]", lambda: manifest(object_kinds=("card",))),
        ("permissions[0]", lambda: manifest(permissions=(Permission("core.all", "All"),))),
        ("role", lambda: Permission("thanks.give", "Give", role="boss")),
        ("pace", lambda: NoticeKind("thanks.got", "Got", pace="hourly")),
        ("default_body", lambda: RuleSpec("given", "Given", Body, {"points": "many"})),
        ("schema", lambda: RuleSpec("given", "Given", dict, {})),
    ],
)
def test_a_wrong_manifest_names_its_field(field: str, make: Callable[[], Any]) -> None:
    with pytest.raises(ManifestError) as caught:
        make()
    assert str(caught.value).startswith(f"{field}:")


def test_a_full_manifest_is_taken() -> None:
    plugin = manifest(
        requires=("activity",),
        settings=Body,
        measures=(MeasureSpec("thanks.given", "Thanks given"),),
        event_types=(EventType("thanks.given.v1", external=True),),
        object_kinds=("thanks:card",),
        permissions=(Permission("thanks.give", "Give thanks"),),
        notices=(NoticeKind("thanks.got", "Somebody thanked you"),),
        rules=(RuleSpec("given", "Thanks given", Body, {"points": 1}),),
    )
    assert plugin.api == "1"
    assert plugin.rule("given") is plugin.rules[0]
    assert plugin.measure("thanks.none") is None
