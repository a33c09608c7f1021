"""What lies on an administrator's desk: deliveries, refusals, what is held back, a stopped reader, a tried draft."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, update

from renown import clock
from renown.access import tokens
from renown.app import Renown
from renown.events.diagnose import FieldError
from renown.events.models import Consumer
from renown.events.receive import Refusal
from renown.jobs import runs
from renown.jobs.worker import drain_all
from renown.ledger import adjustments, drafts, tryout
from renown.sources import notes, registry
from renown.sources.notes import Delivery, Held, Notes, Refused

#: A source that is in the middle of its wizard, and the rule whose dry run is done.
HALF_WAY, RULE = "slack:half-way", "reaction"


def pile_up(renown: Renown, people: dict[str, int]) -> None:
    chief = people["U4"]
    manifest = renown.plugins.manifests["activity"]
    default = next(one for one in manifest.rules if one.name == RULE)
    with renown.db.write() as conn:
        row = next(one for one in registry.listed(conn) if one.network == "slack")
        half = registry.add(conn, renown.keyring, "slack", HALF_WAY, title="Half-way", state="setup")
        registry.change(conn, half.id, step=5)
        for source in (row.id, half.id):
            _deliveries(conn, source)
        unread = Refusal(index=0, id=None, errors=[FieldError("", "is not valid JSON")])
        notes.write(conn, None, Notes(refused=[Refused(unread)]))
        tokens.add(conn, "Exporter", ["boards:read", "people:read"], person_id=chief, days=90)
        adjustments.adjust(conn, people["U2"], "activity.points", 5000, "Kept the booth alone", by=chief)
        draft = drafts.save(conn, manifest.name, RULE, {**default.default_body, "owner_points": 5}, by=chief)
        tryout.begin(conn, draft, "Dry run of reactions", 0, by=chief)
        parameters = {"network": "slack", "path": "gone.zip", "source": HALF_WAY, "source_id": half.id}
        runs.start(conn, "import", "Import into Half-way", parameters, person_id=chief)
    drain_all(renown.db, [drain for drain in renown.drains if drain.name == "runs"])
    with renown.db.write() as conn:
        conn.execute(
            update(Consumer)
            .where(Consumer.plugin == manifest.name, Consumer.name == f"score:{manifest.name}:1")
            .values(state="stopped", error="KeyError: 'owner'", failed_event=7, attempts=3, retry_at=clock.now())
        )


def _deliveries(conn: Connection, source: int) -> None:
    payload = {"type": "event_callback", "event": {"type": "message", "user": "U1", "text": "(24 words)"}}
    lines = (
        Delivery("accepted", "message", "Ana Lindqvist", micros=2_100, payload=payload),
        Delivery("duplicate", "message", "Ana Lindqvist", micros=900, payload=payload),
        Delivery("refused", reason="the signature does not match", micros=300),
    )
    notes.write_deliveries(conn, [(source, one) for one in lines])
    refusal = Refusal(index=0, id="m1", errors=[FieldError("data.object.words", "Must be 0 or more.")])
    notes.write(
        conn,
        source,
        Notes(
            refused=[Refused(refusal, b"sealed")],
            skipped=Counter({("a kind of message that Renown does not read", "channel_topic"): 3}),
            held=[Held("m2", "activity", "KeyError: 'channel'", b"sealed")],
        ),
    )
