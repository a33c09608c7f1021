"""Giving thanks, taking them back, and taking them down."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence

from renown.api import (
    Activity,
    Actor,
    Data,
    ObjectRef,
    PluginContext,
    Quality,
    Shown,
    Viewer,
    clean_text,
    count_words,
)
from sqlalchemy import select

from renown_kudos import allowance
from renown_kudos.models import LONGEST, Thanks
from renown_kudos.score import EVENT, KIND

GOT = "kudos.got"
DOWN = "kudos.down"
MINUTE = 60_000_000


class Refused(ValueError):
    """What was sent cannot be taken. `errors` are by field, for whoever sent it."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(why)}" for name, why in errors.items()))
        self.errors = errors


class NotNow(Exception):
    """The allowance is used up, or it is too late to take back. The text says which."""


class Used(NotNow):
    """What was sent with the same `once` was something else, or is gone."""


def give(
    ctx: PluginContext, viewer: Viewer, to: str, reason: str, *, private: bool = False, once: str = ""
) -> tuple[Thanks, bool]:
    """The thank-you, and whether it is new: what is sent again with the same `once` is the same.

    `to` is a handle, an e-mail or a name. Raises Refused, Used, and NotNow where the allowance is used up.
    """
    giver = _person(viewer)
    said, wrong = _reason(ctx, reason)
    try:
        receiver = colleague(ctx, viewer, to).id
    except Refused as error:
        raise Refused({**error.errors, **wrong}) from None
    if wrong:
        raise Refused(wrong)
    # Before any row of ours is held: who is merged or erased meanwhile is held in the same order.
    actors = ctx.people.actors([giver, receiver])
    allowance.hold(ctx, giver)
    key = _key(giver, once)
    found = ctx.session.scalar(select(Thanks).where(Thanks.key == key))
    if found is not None:
        return _same(found, receiver, said, private), False
    if not allowance.of(ctx, giver).left:
        raise NotNow("Your allowance for this month is used up.")
    made = Thanks(key=key, giver_id=giver, receiver_id=receiver, reason=said, private=private)
    made.first_giver_id, made.first_receiver_id = giver, receiver
    made.day, made.at = ctx.clock.today(), ctx.clock.now()
    ctx.session.add(made)
    ctx.session.flush()
    ctx.events.append(EVENT, _told(made, actors, "Like"), key=key, at=made.at)
    name = ctx.people.names([giver])[giver]
    ctx.notify.tell(receiver, GOT, _subject(made), f"{name} thanked you", url="/kudos?show=to-you")
    return made, True


def take_back(ctx: PluginContext, viewer: Viewer, key: str) -> bool:
    """Within some minutes; its points go. False where the viewer gave none with this key. Raises NotNow."""
    giver = _person(viewer)
    people = ctx.session.execute(select(Thanks.giver_id, Thanks.receiver_id).where(Thanks.key == key)).one_or_none()
    if people is None or people.giver_id != giver:
        return False
    actors = ctx.people.actors(people)
    found = _held(ctx, giver, key)
    if found.taken_back_at is not None:
        return True
    if ctx.clock.now() >= until(ctx, found):
        raise NotNow(f"A thank-you can be taken back for {ctx.settings['minutes']} minutes.")
    _undo(ctx, found, actors)
    return True


def take_down(ctx: PluginContext, viewer: Viewer, key: str) -> bool:
    """By whoever was thanked, at any time, and by a moderator where it is public, which is written down and told both.

    Its words and its points go. False where there is none that the viewer may take down.
    """
    found = ctx.session.scalar(select(Thanks).where(Thanks.key == key))
    if found is None or not may_take_down(ctx, viewer, found):
        return False
    actors = ctx.people.actors([found.giver_id, found.receiver_id])
    found = _held(ctx, found.giver_id, key)
    if found.taken_back_at is not None:
        return True
    _undo(ctx, found, actors)
    found.taken_down = True
    if found.receiver_id != viewer.person_id:
        ctx.audit.record("taken-down", by=viewer.person_id, target=_subject(found), person=found.giver_id)
        for person, whose in ((found.giver_id, "you gave"), (found.receiver_id, "you were given")):
            if person != viewer.person_id:
                ctx.notify.tell(
                    person, DOWN, _subject(found), f"A moderator took down thanks that {whose}", url="/kudos"
                )
    return True


def may_take_down(ctx: PluginContext, viewer: Viewer, thanks: Thanks) -> bool:
    """Private ones are nobody's business but the two people's."""
    if viewer.person_id is None or not viewer.employee:
        return False
    if thanks.receiver_id == viewer.person_id:
        return True
    return not thanks.private and ctx.permissions.allows(viewer, "kudos.moderate")


def until(ctx: PluginContext, thanks: Thanks) -> int:
    """The instant from which it stands for good."""
    return thanks.at + int(ctx.settings["minutes"]) * MINUTE


def colleague(ctx: PluginContext, viewer: Viewer, text: str) -> Shown:
    """Whom the viewer means. Who is hidden and who is not there get the same answer. Raises Refused."""
    text = clean_text(text, 320)
    if not text:
        raise Refused({"to": ["Say whom you thank."]})
    found = ctx.people.find(text)
    ids = [found.id] if found is not None else []
    meant = list(ctx.people.shown(viewer, ids).values()) or [
        one for one in ctx.people.search(viewer, text, 100) if one.name.casefold() == text.casefold()
    ]
    if not meant:
        raise Refused({"to": ["No colleague has this name or e-mail."]})
    if len(meant) > 1:
        handles = ", ".join(one.handle for one in meant)
        raise Refused({"to": [f"Several people have this name. Write one of these instead: {handles}."]})
    if meant[0].id == viewer.person_id:
        raise Refused({"to": ["Thanks go to somebody else."]})
    return meant[0]


def _person(viewer: Viewer) -> int:
    if viewer.person_id is None or not viewer.employee:
        raise Refused({"to": ["Only people who work here thank each other."]})
    return viewer.person_id


def _reason(ctx: PluginContext, reason: str) -> tuple[str, dict[str, list[str]]]:
    """In one line, and what is wrong with it."""
    said, least = " ".join(clean_text(reason, 4 * LONGEST).split()), int(ctx.settings["shortest"])
    if len(said) < least:
        return said, {"reason": [f"Say what for, in {least} characters or more."]}
    return said, {"reason": [f"Has {len(said)} characters; {LONGEST} are the most."]} if len(said) > LONGEST else {}


def _key(giver: int, once: str) -> str:
    return hashlib.sha256(f"{giver}:{once}".encode()).hexdigest()[:32] if once else secrets.token_hex(16)


def _same(found: Thanks, receiver: int, said: str, private: bool) -> Thanks:
    """Raises Used where it is another."""
    if found.taken_back_at is not None:
        raise Used("This was sent before, and taken back since. To give it again, send it anew.")
    if (found.receiver_id, found.private) != (receiver, private) or found.reason not in (said, ""):
        raise Used("Something else was sent before in the same form. To give this as well, send it anew.")
    return found


def _held(ctx: PluginContext, giver: int, key: str) -> Thanks:
    """As it is once nobody else gives or takes back in the giver's name."""
    allowance.hold(ctx, giver)
    return ctx.session.scalars(select(Thanks).where(Thanks.key == key).execution_options(populate_existing=True)).one()


def _undo(ctx: PluginContext, found: Thanks, actors: Mapping[int, Actor]) -> None:
    """Its points go, what was told of it, and the words."""
    ctx.events.append(EVENT, _told(found, actors, "Undo", retracts=found.key), key=f"{found.key}:back")
    ctx.notify.withdraw([found.receiver_id], GOT, _subject(found))
    found.taken_back_at, found.reason = ctx.clock.now(), ""


def _subject(thanks: Thanks) -> str:
    return f"kudos:{thanks.key}"


def _told(thanks: Thanks, actors: Mapping[int, Actor], activity: Activity, retracts: str | None = None) -> Data:
    """As the log has it: that somebody thanked somebody, in how many words, and none of them."""
    thing = ObjectRef(
        id=f"thanks:{thanks.key}",
        kind=KIND,
        attributedTo=actors[thanks.receiver_id],
        words=count_words(thanks.reason),
    )
    quality = Quality(private=True) if thanks.private else None
    return Data(type=activity, actor=actors[thanks.giver_id], object=thing, quality=quality, retracts=retracts)
