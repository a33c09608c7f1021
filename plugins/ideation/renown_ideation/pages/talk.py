"""Comments: written, changed for a while, deleted by their authors."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as Answer

from renown.api import PluginContext, needs, viewer
from renown_ideation import gate
from renown_ideation.ideas import comments, files
from renown_ideation.ideas.attaching import BODY
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import Board, Idea
from renown_ideation.moderation import spam
from renown_ideation.pages import common
from renown_ideation.pages import idea as ideas
from renown_ideation.pages.attached import sent
from renown_ideation.pages.common import IDEA, LONG

_COMMENT = f"{IDEA}/comments/{LONG}"


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.post(f"{IDEA}/comments")
    @needs("ideation.write", body=BODY)
    def say(slug: str, number: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            _require_open(idea)
            try:
                suspect = spam.check(inner, viewer(), request.form, request.remote_addr, "body")
            except Refused as error:
                return ideas.refused(inner, board, idea, error, "comment")
        file = sent(ctx)
        with common.writing_to(ctx, number) as (inner, idea, board, me):
            _require_open(idea)
            try:
                if isinstance(file, Refused):
                    raise file
                if file is not None:
                    files.require_room(inner, idea.id)
                made = comments.add(inner, viewer(), board, idea, request.form, suspect=suspect)
                if file is not None:
                    files.keep(inner, idea, me, file, made.id)
            except Refused as error:
                return ideas.refused(inner, board, idea, error, "comment")
            waits = made.standing == "waiting"
            said = "A moderator looks at your comment first." if waits else "Your comment is there."
            return common.done(board, idea, said, f"c{made.id}")

    @pages.get(f"{_COMMENT}/edit")
    @needs("ideation.write")
    def edit_comment(slug: str, number: int, one: int) -> str:
        with common.reading(ctx, number) as (inner, idea, board):
            found = comments.mine(inner, viewer(), idea.id, one) or gate.absent()
            return _form(board, idea, one, found.body, {})

    @pages.post(f"{_COMMENT}/edit")
    @needs("ideation.write")
    def change_comment(slug: str, number: int, one: int) -> Answer | tuple[str, int]:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            found = comments.mine(inner, viewer(), idea.id, one) or gate.absent()
            try:
                changed = comments.change(inner, viewer(), board, found, request.form)
            except Refused as error:
                return _form(board, idea, one, request.form.get("body", ""), error.errors), 422
            waits = "A moderator looks at your new text first. Until then the old one stays."
            return common.done(board, idea, "Your comment is changed." if changed else waits, f"c{one}")

    @pages.post(f"{_COMMENT}/delete")
    @needs("ideation.write")
    def delete_comment(slug: str, number: int, one: int) -> Answer:
        with common.writing_to(ctx, number) as (inner, idea, board, _):
            found = comments.mine(inner, viewer(), idea.id, one) or gate.absent()
            for file in files.of(inner, idea.id):
                if file.comment_id == one:
                    files.remove(inner, file)
            comments.delete(inner, idea, found)
            return common.done(board, idea, "Your comment is deleted.", "said")


def _require_open(idea: Idea) -> None:
    if idea.state in ("draft", "withdrawn"):
        gate.absent()


def _form(board: Board, idea: Idea, one: int, body: str, errors: common.Errors) -> str:
    return render_template("ideation/comment.html", board=board, idea=idea, one=one, body=body, errors=errors)
