"""Naming colleagues, up to seven. Answers are secret.

Whom a search by name does not find may be named by a whole e-mail address. Nobody is looked up by it before the survey
ends, so that the pages are the same for somebody's who may not be shown, for somebody's who may, and for nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert

from renown.api import PluginContext, Shown, Viewer
from renown_influence import survey as surveys
from renown_influence import survey_answers
from renown_influence.models import AddressAnswer, Answer
from renown_influence.survey import Refused

MOST = 7
#: Characters in an address: as many as the mail standard allows.
LONGEST = 254
#: Colleagues whom a search offers, and of how many that it finds.
_OFFERED, _LOOKED_AT = 20, 200
#: A token that stands for a colleague whom the page offered. In seconds.
_FRESH = 24 * 3600
_PURPOSE = "named"

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS = re.compile(rf'[^\s@"(),:;<>\[\]\\]{{1,64}}@{_LABEL}(?:\.{_LABEL})+')


@dataclass(frozen=True)
class Offer:
    """Somebody to name: a person, or whoever has an address. `token` is what `name` takes: none for oneself.

    `team` is where the person is now.
    """

    token: str
    person: Shown | None
    address: str = ""
    team: str = ""


@dataclass(frozen=True)
class Named:
    """Somebody's own answer: (id, name) by name, and addresses as typed."""

    people: list[tuple[int, str]]
    addresses: list[str]

    @property
    def count(self) -> int:
        return len(self.people) + len(self.addresses)

    def texts(self) -> list[str]:
        return sorted([*(name for _, name in self.people), *self.addresses])


def mine(ctx: PluginContext, survey: int, person: int) -> Named:
    """For this person's own eyes."""
    names = ctx.people.names(survey_answers.people(ctx, survey, person))
    people = sorted(names.items(), key=lambda one: one[1].lower())
    return Named(people, list(survey_answers.addresses(ctx, survey, person)))


def offered(ctx: PluginContext, viewer: Viewer, survey: int, text: str) -> list[Offer]:
    """Colleagues whom this may mean and whom the viewer may see; and whoever has the address that it is.

    Those first of whose names a word begins so. The viewer is among them, without a token.
    """
    text, by = text.strip(), viewer.person_id or 0
    if len(text) < 2:
        return []
    offers = [
        Offer("" if one.id == by else ctx.sign.make(_PURPOSE, [survey, by, one.id]), one, team=_team(ctx, one.id))
        for one in _meant(ctx, viewer, text, survey_answers.people(ctx, survey, by))
    ]
    if is_address(text) and not _has_address(ctx, survey, by, text):
        offers.append(Offer(ctx.sign.make(_PURPOSE, [survey, by, text]), None, text))
    return offers


def _meant(ctx: PluginContext, viewer: Viewer, text: str, taken: Collection[int]) -> list[Shown]:
    found = {one.id: one for one in ctx.people.search(viewer, text, _LOOKED_AT) if one.id not in taken}
    begins = re.compile(rf"\b{re.escape(text)}", re.IGNORECASE)
    here = [found[one] for one in ctx.people.employees(found)]
    return sorted(here, key=lambda one: (begins.search(one.name) is None, one.name.lower(), one.id))[:_OFFERED]


def _team(ctx: PluginContext, person: int) -> str:
    today, names = ctx.clock.today(), ctx.teams.all()
    held = [one for one in ctx.teams.of(person) if (one.from_day or 0) <= today < (one.to_day or today + 1)]
    return next((names[one.team] for one in held if one.team in names), "")


def is_address(text: str) -> bool:
    """Whether it is written as an e-mail address is. Nothing is asked of whose."""
    return len(text) <= LONGEST and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def name(ctx: PluginContext, viewer: Viewer, survey: int, token: str) -> None:
    """Add whom the page offered to the viewer's answer. Raises Refused, and NotSigned."""
    of, by, named = ctx.sign.read(_PURPOSE, token, _FRESH)
    if (of, by) != (survey, viewer.person_id):
        raise Refused("That was offered to somebody else, or in another survey.")
    surveys.answering(ctx, survey, by)
    if isinstance(named, str):
        _name_address(ctx, survey, by, named)
    else:
        _name_person(ctx, viewer, survey, named)


def unname(ctx: PluginContext, viewer: Viewer, survey: int, person: int) -> None:
    """Take a colleague out of the viewer's answer. Raises Refused."""
    by = viewer.person_id or 0
    surveys.answering(ctx, survey, by)
    one = (Answer.survey_id == survey, Answer.person_id == by, Answer.named_id == person)
    ctx.session.execute(delete(Answer).where(*one))


def unname_address(ctx: PluginContext, viewer: Viewer, survey: int, address: str) -> None:
    """Take an address, as typed, out of the viewer's answer. Raises Refused."""
    by = viewer.person_id or 0
    surveys.answering(ctx, survey, by)
    if address in survey_answers.addresses(ctx, survey, by):
        one = (AddressAnswer.survey_id == survey, AddressAnswer.person_id == by, AddressAnswer.address == address)
        ctx.session.execute(delete(AddressAnswer).where(*one))


def _name_person(ctx: PluginContext, viewer: Viewer, survey: int, named: int) -> None:
    by = viewer.person_id or 0
    # Whoever was offered, and is hidden or has left since, is refused alike.
    if named == by or named not in ctx.people.shown(viewer, ctx.people.employees([named])):
        raise Refused("By name one names others who work here and are shown. There is the e-mail address, too.")
    if named not in survey_answers.people(ctx, survey, by):
        _room(ctx, survey, by)
        ctx.session.execute(insert(Answer).values(survey_id=survey, person_id=by, named_id=named))


def _name_address(ctx: PluginContext, survey: int, by: int, address: str) -> None:
    if not _has_address(ctx, survey, by, address):
        _room(ctx, survey, by)
        ctx.session.execute(insert(AddressAnswer).values(survey_id=survey, person_id=by, address=address))


def _has_address(ctx: PluginContext, survey: int, by: int, address: str) -> bool:
    return address.lower() in (one.lower() for one in survey_answers.addresses(ctx, survey, by))


def _room(ctx: PluginContext, survey: int, by: int) -> None:
    if survey_answers.count(ctx, survey, by) >= MOST:
        raise Refused(f"You named {MOST}. Take one away to name another.")
