"""An import, whole or not at all. A dry run does the same, and then takes it back: it reports what the run does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from renown.api import BadPayload, PluginContext
from renown_ideation import promises
from renown_ideation.models import Board
from renown_ideation.moving import canny, fider, fider_posts, merges, neutral, talk, uservoice, votes
from renown_ideation.moving.people import People
from renown_ideation.moving.posts import Posts
from renown_ideation.moving.records import Bad, Note, Post, Reader, Record, Remark, Said, Voice
from renown_ideation.moving.report import Report
from renown_ideation.moving.talk import Talk
from renown_ideation.moving.votes import Votes

READERS: Mapping[str, tuple[str, Reader]] = {
    "renown": ("Renown: posts.csv, comments.csv, notes.csv, votes.csv (folder or zip)", neutral.read),
    "fider": ("Fider: backup.zip", fider.read),
    "fider-csv": ("Fider: posts.csv", fider_posts.read),
    "uservoice": ("UserVoice: the CSV export of suggestions", uservoice.read),
    "canny": ("Canny: what its API answers, as JSON (file, folder or zip)", canny.read),
}
_BATCH = 500


class NoSuchBoard(LookupError):
    """The text names it."""


class _Undone(Exception):
    """Ends the transaction of what is not to be kept."""


def run(
    ctx: PluginContext, kind: str, path: Path, slug: str, *, source: str = "", dry_run: bool = False,
    leave_out: bool = False, by: int | None = None,
) -> Report:  # fmt: skip
    """Nothing is written while a line is bad, but for `leave_out`: then all others are. Raises NoSuchBoard."""
    report = Report(kind, source or f"{kind}:{slug}", slug, dry_run)
    try:
        with ctx.writing() as inner:
            _take(inner, report, path, by)
            if dry_run or (report.bad and not leave_out):
                raise _Undone
            _record(inner, report, by)
    except _Undone:
        return report
    report.done = True
    return report


def _take(ctx: PluginContext, report: Report, path: Path, by: int | None) -> None:
    # One import into a board at a time; ideas are brought and voted for beside it.
    held = select(Board).where(Board.slug == report.board).with_for_update(key_share=True)
    board = ctx.session.scalar(held)
    if board is None:
        raise NoSuchBoard(report.board)
    if not (report.source.isprintable() and len(report.source) <= 128):
        report.tell("bad", report.source[:128], "source", "At most 128 characters that can be printed.")
        return
    people = People(ctx, report.source, report)
    posts = Posts(ctx, board, report.source, people, report)
    said = Talk(ctx, report.source, people, report, promises.due(ctx, board.acknowledge_days))
    voices = Votes(ctx, report.source, people, report)
    takers: dict[type[Any], Any] = {Post: posts.take, Said: said.said, Note: said.notes, Voice: voices.take}
    for kind, batch in _batches(_read(report, path)):
        takers[kind](batch)
        ctx.session.flush()
    talk.settle(ctx, posts.touched)
    merges.take(ctx, report.source, posts.merges, report)
    votes.count(ctx, voices.touched)


def _read(report: Report, path: Path) -> Iterator[Record]:
    """What can be taken; the rest is told."""
    try:
        for one in READERS[report.kind][1](path):
            if isinstance(one, Bad | Remark):
                report.tell("bad" if isinstance(one, Bad) else "remark", one.where, one.field, one.said)
            else:
                yield one
    except (BadPayload, OSError) as error:
        report.tell("bad", path.name, "", str(error))


def _batches(records: Iterable[Record]) -> Iterator[tuple[type[Any], list[Any]]]:
    for kind, run_ in groupby(records, key=type):
        while batch := list(islice(run_, _BATCH)):
            yield kind, batch


def _record(ctx: PluginContext, report: Report, by: int | None) -> None:
    details = {f"{kind}_{one}": number for (kind, one), number in sorted(report.counts.items()) if number}
    what = {"source": report.source, "left_out": report.bad, **details}
    ctx.audit.record("import", by=by, target=f"board:{report.board}", details=what)
