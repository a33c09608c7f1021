"""Whatever the order of arrival and the size of the batches, the same is known in the end."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from renown.db.engine import Database
from renown.events import log
from renown.events.types import Quality
from tests.events.kit import Known, event, known, message, positions
from tests.events.tellings import Batches, tell, tellings

#: A question, an answer, a thread two deep; witnesses that tell different things of them; an object nobody made.
STORY = [
    message("q", "Asker", minute=1),
    message("a", "Helper", parent="q", minute=2),
    message("c", "Third", parent="a", minute=3),
    event("a:+1", actor="Fan", thing="a", minute=4),
    event("a:+1:known", actor="Fan", thing="a", owner="Witness", minute=5),
    event("a:accept", "accept", "Accept", actor="Asker", thing="a", parent="q", minute=6),
    event("c:+1", actor="Asker", thing="c", kind="comment", minute=7),
    event("x:+1", actor="Fan", thing="x", minute=8),
    event("x:+2", actor="Fan", thing="x", owner="Late", space="C2", minute=10),
    event("x:+3", actor="Other", thing="x", owner="Early", minute=9),
    event("x:edit", "edit", "Update", actor="Other", thing="x", words=9, minute=8),
    event("r", "reply", "Create", actor="Third", thing="r", parent="x", minute=11),
    event("q:gone", "delete", "Delete", actor="Asker", thing="q", minute=12, quality=Quality(actor="anonymous")),
    event("s", "share", "Announce", actor="Fan", thing="q", space="C7", minute=13),
]


#: By hand: what each act says itself, else what the best witness of its object said.
IN_THE_END = {
    "q:create": Known("message", "Asker", None, None, "C1", 5),
    "a:create": Known("message", "Helper", "Asker", "q", "C1", 5),
    "c:create": Known("message", "Third", "Helper", "a", "C1", 5),
    "a:+1": Known("message", "Helper", "Asker", "q", "C1", 5),
    "a:+1:known": Known("message", "Witness", "Asker", "q", "C1", 5),
    "a:accept": Known("message", "Helper", "Asker", "q", "C1", 5),
    "c:+1": Known("comment", "Third", "Helper", "a", "C1", 5),
    "x:+1": Known(None, "Early", None, None, None, None),
    "x:+2": Known(None, "Late", None, None, "C2", None),
    "x:+3": Known(None, "Early", None, None, None, None),
    "x:edit": Known(None, "Early", None, None, None, 9),
    "r": Known(None, "Third", "Early", "x", None, None),
    "q:gone": Known("message", "Asker", None, None, "C1", 5),
    "s": Known("message", "Asker", None, None, "C7", 5),
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=tellings(STORY))
def test_order_and_batches_do_not_matter(db: Database, batches: Batches) -> None:
    source = tell(db, batches)
    with db.read() as conn:
        assert known(conn, source.id) == IN_THE_END
        assert positions(conn) == list(range(1, log.head(conn) + 1))
