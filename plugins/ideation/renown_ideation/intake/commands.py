"""`renown ideation intake mail`: mails from a file, or one that a mail server hands over."""

from __future__ import annotations

import mailbox
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from renown.api import NotConfigured, PluginContext
from renown_ideation.intake import mails, post
from renown_ideation.intake.mails import Ignored
from renown_ideation.models import Board

#: What a mail server takes for "try it again later" (sysexits.h).
_LATER = 75


def commands(ctx: PluginContext) -> list[click.Command]:
    group = click.Group("intake", help="Bring ideas from conversations.")
    group.add_command(_mail(ctx))
    return [group]


def _mail(ctx: PluginContext) -> click.Command:
    @click.command("mail")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
    @click.option("--board", required=True, metavar="SLUG", help="The board that the ideas are for.")
    def command(file: str, board: str) -> None:
        """Ask the senders of mails whether they bring an idea. FILE is an mbox, or - for one mail on standard input.

        A mail server hands one over by a pipe to this command. It exits with 75 where it should try again later.
        """
        done: Counter[str] = Counter()
        for raw in _messages(file):
            done[_take(ctx, board, raw)] += 1
        for said, number in sorted(done.items()):
            click.echo(f"{number:6,}  {said}")

    return command


def _messages(file: str) -> Iterator[bytes]:
    if file == "-":
        yield sys.stdin.buffer.read(mails.MOST + 1)
        return
    box = mailbox.mbox(Path(file), create=False)
    try:
        for key in box.iterkeys():
            with box.get_file(key) as one:
                yield one.read(mails.MOST + 1)
    finally:
        box.close()


def _take(ctx: PluginContext, slug: str, raw: bytes) -> str:
    """What became of it."""
    try:
        with ctx.writing() as inner:
            board = inner.session.scalar(select(Board).where(Board.slug == slug))
            if board is None:
                raise click.ClickException(f"no board has the address {slug!r}")
            post.take(inner, board, raw)
    except Ignored as error:
        return f"left alone: {error}"
    except NotConfigured as error:
        raise click.ClickException(str(error)) from None
    except (SQLAlchemyError, OSError) as error:
        click.echo(f"try again later: {type(error).__name__}", err=True)
        sys.exit(_LATER)
    return "asked whether it was them"
