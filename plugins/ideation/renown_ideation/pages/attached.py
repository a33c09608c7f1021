"""Files: taken, shown to whoever reads what they are beside, removed."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation.ideas import attaching
from renown_ideation.ideas.files import Looked
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea
from renown_ideation.moderation import spam
from renown_ideation.pages import common
from renown_ideation.pages.common import IDEA, SUB


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{IDEA}/files")
    @needs("ideation.write", body=attaching.BODY)
    def attach(slug: str, number: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            attaching.require(inner, viewer(), idea)
            try:
                spam.check(inner, viewer(), request.form, request.remote_addr, "file")
            except Refused as error:
                return common.refused(board, idea, error, "files")
        looked = sent(ctx)
        with common.writing_to(ctx, number) as (inner, idea, board, _):

            def work() -> Answer:
                if isinstance(looked, Refused):
                    raise looked
                if looked is None:
                    raise Refused({"file": ["Choose a file first."]})
                attaching.attach(inner, viewer(), board, idea, looked)
                return _back(board, idea)

            return common.attempt(work, board, idea, "files")

    @pages.get(f"{IDEA}/files/{SUB}/<name>")
    @needs("ideation.read")
    def file(slug: str, number: int, one: int, name: str) -> Response:
        with common.reading(ctx, number) as (inner, idea, _):
            return attaching.sent(inner, attaching.read(inner, viewer(), idea, one))

    @pages.post(f"{IDEA}/files/{SUB}/remove")
    @needs("ideation.write")
    def remove_file(slug: str, number: int, one: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            attaching.remove(inner, viewer(), idea, one)
            return _back(board, idea)


def sent(ctx: PluginContext) -> Looked | Refused | None:
    """The file of a form, looked at; or why it is not taken. While it is looked at nobody waits for their turn."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return None
    try:
        return attaching.look(ctx, given.filename, given.stream)
    except Refused as error:
        return error


def _back(board: Board, idea: Idea) -> Answer:
    if idea.state == "draft":
        return redirect(f"/ideas/{board.slug}/new?draft={idea.id}#files")
    return common.done(board, idea, anchor="files")
