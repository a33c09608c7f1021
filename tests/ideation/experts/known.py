"""People who are known for a topic: a hashtag that something is tagged with, and a level of influence in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select

from renown.events import log
from renown.events.models import Hashtag
from renown.events.types import Actor, CloudEvent, Data, ObjectRef, Tag, collab
from renown.sources import registry
from renown.sources.secrets import Keyring
from renown_influence import run
from tests.ideation.company import Company


def known_for(company: Company, name: str, levels: Mapping[str, int]) -> str:
    """Publish as influence does, in thousandths; gives the scope."""
    with company.db.write() as conn:
        source = registry.info(registry.add(conn, Keyring("only for tests"), "cloudevents", f"talk-{name}"))
        thing = ObjectRef(id=f"m-{name}", kind="message", words=9, tag=[Tag(type="Hashtag", name=name)])
        data = Data(type="Create", actor=Actor(id="u1"), object=thing)
        made = CloudEvent(
            specversion="1.0", id=f"m-{name}", source=source.name, type=collab("create"),
            time=datetime(2026, 5, 4, tzinfo=UTC), data=data,
        )  # fmt: skip
        log.append(conn, [(source, [made])])
        scope = f"topic:{conn.scalar(select(Hashtag.id).where(Hashtag.name == name.casefold()))}"
    with company.renown.contexts.of("influence").writing() as ctx:
        ctx.standings.publish(run.MEASURE, {company.people[who]: of for who, of in levels.items()}, "run 1", scope)
    company.settle()
    return scope
