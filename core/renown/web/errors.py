"""Error pages. What is hidden and what is absent give the same answer, to the byte."""

from __future__ import annotations

import structlog
from apiflask import HTTPError
from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError

from renown.db.trouble import in_words, is_full, is_trouble, said
from renown.web.house import viewer

log = structlog.get_logger(__name__)

#: Title and what to do, per status.
TEXTS = {
    400: ("This request could not be read", "Go back, reload the page and send it again."),
    401: ("Sign in to go on", "This page needs you to be signed in."),
    403: ("This is switched off", "An administrator switched it off."),
    404: ("There is no page here", "It may have been removed, or it is not shown to you."),
    405: ("This address does not take that", "Go back and use the page's own buttons."),
    413: ("That is too large", "Send a smaller file or a smaller batch."),
    415: ("That kind of content is not taken here", "See the documentation of the interface."),
    422: ("Some fields need a change", "Each field says what is wrong."),
    429: ("Too many attempts", "Wait some minutes, then try again."),
    500: ("Something broke on our side", "Nothing was lost. The administrator finds it in the log under this number."),
    503: ("Not ready yet", "Try again in a moment."),
}
#: The answer may have broken after the commit. Events may be sent again all the same: a second one is a duplicate.
AWAY = ("The database does not answer", "Try again in a moment, and look first whether this was kept.")
FULL = (
    "There is no room left to write",
    "An administrator has to make room. What only reads goes on; try this again later.",
)
#: Addresses at which programs are answered, and the ending of those that give data.
PROGRAMS, DATA = ("/api/", "/in/"), ".json"


def init(app: Flask) -> None:
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(SQLAlchemyError, away)
    app.register_error_handler(Exception, broken)


def answer(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if error.code == 403 and viewer().scopes is not None:
        return jsonify(message=error.description, detail={}), 403
    told = error.description if error.code in (400, 422, 429) and error.description != type(error).description else None
    return _page(error.code, told)


def broken(error: Exception) -> tuple[Response | str, int] | HTTPException:
    if isinstance(error, HTTPError):
        raise error
    number = request.headers.get("X-Request-Id") or f"{id(error):x}"
    # The route, not the address: one-time links and other secrets stand in addresses.
    log.exception("request failed", route=str(request.url_rule), number=number)
    return _page(InternalServerError.code, None, number)


def away(error: SQLAlchemyError) -> Response | tuple[Response | str, int] | HTTPException:
    """The database is gone, full or locked for long. Networks send again; people are told to."""
    if not is_trouble(error):
        return broken(error)
    log.warning(in_words(error), route=str(request.url_rule), error=said(error))
    title, text = FULL if is_full(error) else AWAY
    if for_programs():
        response = jsonify(message=title, detail={"reason": text})
    else:
        # Stands alone: the frame of other pages asks the database who is there.
        response = Response(render_template("errors/away.html", title=title, text=text))
    response.status_code = 503
    response.headers["Retry-After"] = "60" if is_full(error) else "10"
    return response


def for_programs() -> bool:
    """Whether what is asked for is read by a program."""
    return request.path.startswith(PROGRAMS) or request.path.endswith(DATA)


def _sentence(said: str) -> str:
    return said if said.endswith(".") else f"{said}."


def _page(status: int, said: str | None, number: str | None = None) -> tuple[Response | str, int]:
    title, text = TEXTS.get(status, (f"Error {status}", ""))
    if for_programs():
        return jsonify(message=title, detail=({"reason": said} if said else {})), status
    return render_template(
        "errors/error.html", title=title, text=_sentence(said) if said else text, status=status, number=number
    ), status
