"""Mails that bring ideas. Who they are from can be forged, so the address is asked, and nothing happens before.

Until it is confirmed a mail is kept sealed, at most for a week; then it is gone.
"""

from __future__ import annotations

import base64
import io
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select

from renown.api import DAY, SECOND, NotACustomer, PluginContext, SignInRefused, Viewer, Vouched
from renown_ideation import gate
from renown_ideation.ideas import drafts, files
from renown_ideation.ideas.files import Looked
from renown_ideation.ideas.texts import Refused
from renown_ideation.intake import asked, mails
from renown_ideation.intake.mails import Ignored, Mail
from renown_ideation.models import Board, Idea, Intake

_PURPOSE, _ISSUER = "intake-mail", "mail"
#: Seconds for which a link holds, and the mail is kept.
KEPT = 7 * 86_400
#: How long it signs a customer in.
SIGNS_IN = 30 * 60 * SECOND
#: Questions to one address, and of one board, in a day: a forged sender is not flooded by us.
_MOST, _MOST_OF_BOARD = 3, 500
_BATCH = 100

#: A file by its name: taken, or why it is not.
Beside = tuple[str, Looked | Refused]


class NotTaken(ValueError):
    """Why a confirmed mail becomes no draft, in a sentence for its sender."""


@dataclass(frozen=True)
class Confirmed:
    """`vouched`: a customer, who may come in by this."""

    board: Board
    idea: Idea
    vouched: Vouched | None
    left_out: list[str]


def source_of(board: Board) -> str:
    return f"mail:{board.slug}"


def take(ctx: PluginContext, board: Board, raw: bytes) -> Mail:
    """Ask the address that a mail is from. Raises Ignored where nothing is asked."""
    mail = mails.read(raw)
    source, sender = source_of(board), ctx.sign.derive("intake-sender", mail.sender)
    if asked.known(ctx, source, mail.key):
        raise Ignored("it came before")
    if ctx.people.find(mail.sender) is None and ctx.customers.policy() == "no":
        raise Ignored("nobody known here has this address, and customers may not join")
    since = Intake.at > ctx.clock.now() - DAY
    for column, value, most in ((Intake.sender, sender, _MOST), (Intake.source, source, _MOST_OF_BOARD)):
        if (ctx.session.scalar(select(func.count()).select_from(Intake).where(column == value, since)) or 0) >= most:
            raise Ignored("too many came today")
    key = f"intake/{secrets.token_hex(16)}"
    found = Intake(
        source=source, object=mail.key, state="asked", board_id=board.id, sender=sender, kept=key, at=ctx.clock.now()
    )  # fmt: skip
    ctx.session.add(found)
    ctx.session.flush()
    link = ctx.urls.absolute("/ideas/mail/" + ctx.sign.make(_PURPOSE, found.id))
    said = (
        f"A mail from this address wants to bring an idea to “{board.title}”:\n\n  {mail.title}\n\n"
        f"Was it you? Then confirm it, and it becomes a draft of yours:\n{link}\n\n"
        "If it was not you, do nothing: the mail is forgotten in a week."
    )
    ctx.mail.send(mail.sender, f"Your idea by mail: {mail.title}", said)
    ctx.files.write(key, ctx.secrets.seal(packed(mail)).encode())
    return mail


def asked_for(ctx: PluginContext, token: str, *, hold: bool = False) -> tuple[Intake, Mail, Board]:
    """What a link asks about; `hold`: nobody else answers it until the transaction ends.

    Raises NotSigned, LookupError where it was answered already.
    """
    number = int(ctx.sign.read(_PURPOSE, token, KEPT))
    found = ctx.session.get(Intake, number, with_for_update=hold, populate_existing=hold)
    if found is None or found.kept is None or found.state != "asked" or found.board_id is None:
        raise LookupError(token)
    try:
        sealed = ctx.files.read(found.kept)
    except FileNotFoundError:
        raise LookupError(token) from None
    return found, _unpacked(ctx.secrets.open(sealed.decode())), ctx.session.get_one(Board, found.board_id)


def signs_in(ctx: PluginContext, found: Intake) -> bool:
    """Whether its link is so new that who has it has the mailbox too; later it only confirms."""
    return ctx.clock.now() - found.at < SIGNS_IN


def confirm(ctx: PluginContext, found: Intake, mail: Mail, board: Board, beside: Sequence[Beside]) -> Confirmed:
    """The one whose address it is says so: a draft in their name. `beside`: its files, looked at. Raises NotTaken."""
    author, vouched = _author(ctx, mail)
    viewer = Viewer(author, "customer" if vouched else "member")
    readable = select(Board.id).where(Board.id == board.id, gate.visible(ctx, viewer), Board.closed_at.is_(None))
    if ctx.session.scalar(readable) is None:
        raise NotTaken("This board takes no ideas of yours.")
    try:
        idea = drafts.save(ctx, viewer, board, {"title": mail.title, "body": mail.body}, None)
    except Refused as error:
        raise NotTaken(" ".join(error.errors["title"])) from None
    left_out = _attach(ctx, idea, author, beside)
    asked.drop(ctx, found)
    found.state, found.author_id, found.idea_id = "agreed", author, idea.id
    ctx.session.flush()
    return Confirmed(board, idea, vouched, left_out)


def waiting(now: int) -> Select[int]:
    """What `forget` has to do."""
    return select(Intake.id).where(*_old(now))


def _old(now: int) -> tuple[ColumnElement[bool], ...]:
    return Intake.state == "asked", Intake.sender.is_not(None), Intake.at < now - KEPT * 1_000_000


def forget(ctx: PluginContext) -> bool:
    """A job: mails that nobody confirmed go. Whether there may be more."""
    old = select(Intake).where(*_old(ctx.clock.now()))
    found = ctx.session.scalars(old.order_by(Intake.id).limit(_BATCH)).all()
    for one in found:
        asked.refuse(ctx, one)
    return len(found) == _BATCH


def _author(ctx: PluginContext, mail: Mail) -> tuple[int, Vouched | None]:
    """Whose address it is: a customer comes in by it, whoever works here signs in as always."""
    try:
        vouched = ctx.customers.vouch(_ISSUER, mail.sender, mail.sender, verified=True, name=mail.name)
    except NotACustomer:
        known = ctx.people.find(mail.sender)
        if known is None:
            raise NotTaken("You work here, and are known by another e-mail: write from that one.") from None
        return known.id, None
    except (SignInRefused, ValueError) as error:
        raise NotTaken(str(error)) from None
    person = ctx.people.get(vouched.person)
    return (vouched.person if person is None else person.id), vouched


def looked(most: int, mail: Mail) -> Sequence[Beside]:
    """Its files. It takes its time, so no transaction waits for it. `most`: as `files.limit` says."""
    return [(name, _looked(most, name, content)) for name, content in mail.files]


def _looked(most: int, name: str, content: bytes) -> Looked | Refused:
    try:
        return files.look(most, name, io.BytesIO(content))
    except Refused as error:
        return error


def _attach(ctx: PluginContext, idea: Idea, author: int, beside: Sequence[Beside]) -> list[str]:
    """Returns why files were left out, by name."""
    said = []
    for name, one in beside:
        try:
            if isinstance(one, Refused):
                raise one
            files.keep(ctx, idea, author, one)
        except Refused as error:
            said.append(f"{name}: {' '.join(text for texts in error.errors.values() for text in texts)}")
    return said


def packed(mail: Mail) -> str:
    beside = [[name, base64.b64encode(content).decode()] for name, content in mail.files]
    return json.dumps([mail.key, mail.sender, mail.name, mail.title, mail.body, beside])


def _unpacked(packed: str) -> Mail:
    key, sender, name, title, body, beside = json.loads(packed)
    return Mail(
        key, sender, name, title, body, files=tuple((name, base64.b64decode(content)) for name, content in beside)
    )
