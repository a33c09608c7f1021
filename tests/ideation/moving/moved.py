"""What tests of moving do over and over: make a board, import into it, read what is on it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from renown_ideation.models import Board, Comment, Idea, Status
from renown_ideation.moving import exporting, importing
from renown_ideation.moving.report import Report
from tests.ideation.company import Company

_numbers = count(1)
TABLES = ("posts.csv", "comments.csv", "notes.csv", "votes.csv")


def board(site: Company) -> str:
    slug = f"board-{next(_numbers)}"
    site.board(slug)
    return slug


def bring(site: Company, kind: str, path: Path, slug: str, **options: Any) -> Report:
    return importing.run(site.renown.contexts.of("ideation"), kind, path, slug, **options)


def export(site: Company, slug: str, target: Path) -> Path:
    with site.reading() as ctx:
        exporting.to(ctx, ctx.session.scalars(select(Board).where(Board.slug == slug)).one(), target)
    return target


def tables(folder: Path, **rows: Sequence[Mapping[str, Any]]) -> Path:
    """`posts=[{...}]` as posts.csv, and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in rows.items():
        if not lines:
            continue
        columns = list(dict.fromkeys(column for line in lines for column in line))
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(lines)
    return folder


def archive(path: Path, **members: Any) -> Path:
    """`posts=[...]` as posts.json, and so on."""
    with zipfile.ZipFile(path, "w") as made:
        for name, content in members.items():
            made.writestr(f"{name}.json", json.dumps(content))
    return path


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def ideas(site: Company, slug: str) -> list[Idea]:
    with site.reading() as ctx:
        found = select(Idea).join(Board, Board.id == Idea.board_id).where(Board.slug == slug).order_by(Idea.id)
        made = list(ctx.session.scalars(found))
        ctx.session.expunge_all()
        return made


def idea(site: Company, slug: str, title: str) -> Idea:
    return next(one for one in ideas(site, slug) if one.title == title)


def steps(site: Company, number: int) -> list[tuple[str, str]]:
    """State and answer of each, but the first."""
    with site.reading() as ctx:
        found = select(Status).where(Status.idea_id == number).order_by(Status.id)
        return [(one.state, one.answer) for one in ctx.session.scalars(found)][1:]


def said(site: Company, number: int) -> list[tuple[str, bool, str]]:
    """Text, whether for staff, standing."""
    with site.reading() as ctx:
        found = select(Comment).where(Comment.idea_id == number).order_by(Comment.id)
        return [(one.body, one.staff, one.standing) for one in ctx.session.scalars(found)]


def counts(report: Report) -> dict[str, int]:
    return {f"{kind} {one}": number for (kind, one), number in sorted(report.counts.items()) if number}


def bad(report: Report) -> list[tuple[str, str]]:
    """Where, and which field."""
    return [(one.where, one.field) for one in report.lines if one.weight == "bad"]
