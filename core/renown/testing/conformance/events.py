"""`screen_event` and `enrich_event`: asked about every event before it is in the log, and about some more than once."""

from __future__ import annotations

from copy import deepcopy

import pytest

from renown.hooks.discovery import describe
from renown.testing.conformance.base import Base
from renown.testing.conformance.purity import watched
from renown.testing.kit import Kit


class Events(Base):
    def test_it_screens_and_enriches_by_the_event_alone(self, kit: Kit) -> None:
        asked = [
            (hook, function, parameters)
            for hook in ("screen_event", "enrich_event")
            for name, function, parameters in kit.renown.plugins.implementations(hook)
            if name == self.plugin
        ]
        if not asked:
            pytest.skip("it neither screens nor enriches")
        self.lively(kit)
        for hook, function, parameters in asked:
            for event in kit.told:
                about = f"about {event.type} of a {event.data.object.kind}"
                given = [{"event": deepcopy(event)} if "event" in parameters else {} for _ in range(2)]
                try:
                    with watched() as watch:
                        first, second = (function(**one) for one in given)
                except Exception as error:
                    raise AssertionError(
                        f"{hook} raised {describe(error)} {about}: let it pass over what it does not know"
                    ) from error
                assert not watch.found, f"{hook} asks for {', '.join(watch.found)}: it may look at the event alone"
                assert first == second, f"{hook} said two things {about}: let it keep nothing between calls"
