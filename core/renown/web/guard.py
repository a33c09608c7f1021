"""Default deny: each request's route says who may use it, or the page does not exist."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, Response, abort, g, redirect, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from renown.access.permissions import allows
from renown.access.routes import Rule, rule_of
from renown.web import plugins
from renown.web.house import viewer

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf = CSRFProtect(app)

    @app.before_request
    def guard() -> Answer | None:
        rule = _rule(app)
        if rule is None or "\0" in request.path or plugins.switched_off():
            abort(404)
        g.frames = rule.frames
        if rule.action is not None and not permitted(rule.action):
            return _turn_away(rule.action)
        if not rule.tokens and viewer().scopes is not None:
            abort(404)
        if rule.body is not None:
            request.max_content_length = rule.body
        if rule.csrf and request.method not in _SAFE and viewer().scopes is None:
            csrf.protect()
            _refuse_nul(request.form)
        _refuse_nul(request.args)
        return None


def _refuse_nul(given: MultiDict[str, str]) -> None:
    """No field of ours has use for NUL, and PostgreSQL raises wherever it meets one."""
    for name, value in given.items(multi=True):
        if "\0" in value:
            abort(422, f"{name}: contains a NUL character")


def permitted(action: str) -> bool:
    """Whether this request's viewer may do `action`, the core's or a plugin's."""
    return allows(viewer(), action) or plugins.permits(action)


def _rule(app: Flask) -> Rule | None:
    if request.endpoint is None:
        return None
    if request.endpoint.endswith(".static") and plugins.owner() is not None:
        # What a plugin's blueprint names `static_folder`: style sheets, pictures; for everybody while it is on.
        return Rule(None)
    return rule_of(app.view_functions[request.endpoint])


#: What programs read: they are told that they lack a token, not where to sign in.
_PROGRAMS, _DATA = ("/api/", "/metrics"), ".json"


def _turn_away(action: str) -> Answer:
    """Strangers are asked to sign in where a person reads pages; for all others there is nothing here.

    A program is told which scope its token lacks: what the API can do is in its public description.
    """
    scopes = viewer().scopes
    if scopes is not None and action not in scopes and request.path.startswith(_PROGRAMS):
        abort(403, f"the token lacks the scope {action}")
    if viewer().role != "nobody":
        abort(404)
    if request.path.startswith(_PROGRAMS) or request.path.endswith(_DATA):
        abort(401)
    if request.headers.get("HX-Request"):
        answer = Response(status=204)
        answer.headers["HX-Redirect"] = "/login"
        return answer
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect("/login" if wanted == "/" else f"/login?{urlencode({'next': wanted})}")
