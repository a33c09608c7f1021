"""My own settings: who sees me, which accounts are mine, what is kept of me, my tokens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from renown import audit
from renown.access import signin, tokens
from renown.access.models import Login
from renown.access.permissions import allows
from renown.access.routes import needs
from renown.access.signin import SignInRefused, WeakPassword
from renown.access.viewer import Viewer
from renown.ledger import visibility
from renown.people import quiet
from renown.people.models import Identity, Person
from renown.sources.models import Source
from renown.web import scopes as known
from renown.web import spans
from renown.web.house import house, reading, viewer
from renown.web.numbers import whole_or
from renown.web.session import leave, me

pages = Blueprint("me", __name__, url_prefix="/me")

#: What the organisation's setting means for one person.
PRESETS = {
    "open": "Everybody who works here sees your numbers. The organisation's setting leaves no choice.",
    "opt-out": "Everybody who works here sees your numbers, unless you choose otherwise.",
    "opt-in": "Nobody sees your numbers, unless you choose otherwise.",
    "teams-only": "Nobody sees numbers of people, only those of teams. The organisation's setting leaves no choice.",
    "own-only": "You alone see your numbers, and administrators do not. The organisation's setting leaves no choice.",
}


#: Days for which somebody may be suggested to nobody, by what the form sends; 0 is until they say otherwise.
QUIET = {"7": 7, "30": 30, "0": 0}
#: What is sent to be suggested again.
AGAIN = ""


@pages.get("")
@needs("me:read")
def index() -> Response:
    return redirect("/me/privacy")


@pages.get("/privacy")
@needs("me:read")
def privacy() -> str:
    if not viewer().employee:
        return render_template("me/privacy_customer.html")
    return _privacy()


def _privacy(**more: Any) -> str:
    conn = reading()
    preset = visibility.preset(conn)
    return render_template(
        "me/privacy.html",
        preset=preset,
        words=PRESETS[preset],
        may_choose=visibility.may_choose(conn),
        shown=conn.scalar(select(Person.shown).where(Person.id == _me())),
        quiet=quiet.among_people(conn, [_me()], spans.today()),
        **more,
    )


@pages.post("/privacy")
@needs("me:write")
def choose_privacy() -> Response:
    if not viewer().employee:
        abort(404)
    shown = {"yes": True, "no": False}.get(request.form.get("shown", ""))
    try:
        house().db.retrying(lambda conn: visibility.choose(conn, _me(), shown))
    except PermissionError as error:
        abort(422, str(error))
    flash("Saved. Boards follow within a second.", "good")
    return redirect("/me/privacy")


@pages.post("/quiet")
@needs("me:write", tokens=False)
def be_quiet() -> Response | tuple[str, int]:
    chosen = request.form.get("days")
    if not viewer().employee:
        abort(404)
    if chosen != AGAIN and chosen not in QUIET:
        return _privacy(errors=["How long: choose one of those that are offered."]), 422
    with house().db.write() as conn:
        if chosen in QUIET:
            quiet.choose(conn, _me(), spans.today() + QUIET[chosen] if QUIET[chosen] else None)
            flash("You are not suggested any more.", "good")
        else:
            quiet.end(conn, _me())
            flash("You may be suggested again.", "good")
    return redirect("/me/privacy")


@pages.get("/accounts")
@needs("me:read")
def accounts() -> str:
    if not viewer().employee:
        return _signing_in()
    root = func.coalesce(Person.root_id, Person.id)
    rows = reading().execute(
        select(Identity.name, Identity.username, Identity.email, Identity.email_verified, Identity.first_seen)
        .add_columns(Source.title, Source.network)
        .join(Source, Source.id == Identity.source_id)
        .join(Person, Person.id == Identity.person_id)
        .where(root == _me())
        .order_by(Source.title, Identity.id)
    )
    return render_template("me/accounts.html", accounts=rows.all(), user=me())


@pages.post("/password")
@needs("me:write", tokens=False)
def password() -> Response | tuple[str, int]:
    user = me() or abort(404)
    with house().db.write() as conn:
        try:
            signin.set_password(conn, user.person_id, request.form.get("password", ""))
        except (WeakPassword, SignInRefused) as error:
            wrong = str(error).partition(": ")[2]
            if not viewer().employee:
                return _signing_in(wrong), 422
            return render_template("me/accounts.html", accounts=[], user=user, wrong=wrong), 422
        audit.record(conn, "password.changed", actor_id=user.root_id, via="web", person_id=user.root_id)
    flash("The password is changed. Sign in with it; all your sessions have ended.", "good")
    return redirect("/login")


@pages.post("/sessions")
@needs("me:write", tokens=False)
def sign_out_everywhere() -> Response:
    user = me() or abort(404)
    with house().db.write() as conn:
        signin.end_sessions(conn, user.person_id)
        audit.record(conn, "sessions.ended", actor_id=user.root_id, via="web", person_id=user.root_id)
    leave()
    flash("You are signed out everywhere.", "good")
    return redirect("/login")


@pages.get("/tokens")
@needs("me:read")
def own_tokens() -> str:
    return _tokens()


@pages.post("/tokens")
@needs("me:write", tokens=False)
def add_token() -> str | tuple[str, int]:
    scopes = request.form.getlist("scopes")
    days = request.form.get("days", "90")
    actions = _scopes()
    if not set(scopes) <= set(actions):
        abort(422, "scopes: some are not yours to give")
    lasting = None if days in ("", "0") else whole_or(days, -1)
    try:
        with house().db.write() as conn:
            made = tokens.add(
                conn, request.form.get("name", ""), scopes, person_id=_me(), days=lasting, actions=actions
            )
            audit.record(
                conn, "token.added", actor_id=_me(), via="web", target=f"token:{made.id}", details={"scopes": scopes}
            )
    except tokens.BadToken as error:
        field, _, text = str(error).partition(": ")
        return _tokens(errors={field: [text]}), 422
    return _tokens(made=made.token)


@pages.post("/tokens/<int:token>/revoke")
@needs("me:write")
def revoke_token(token: int) -> Response:
    with house().db.write() as conn:
        if not tokens.revoke(conn, token, _me()):
            abort(404)
        audit.record(conn, "token.revoked", actor_id=_me(), via="web", target=f"token:{token}")
    flash("The token is revoked.", "good")
    return redirect("/me/tokens")


def _signing_in(wrong: str = "") -> str:
    """A customer's page: they have one account, this one."""
    login = select(Login.email, Login.password.is_not(None).label("has_password"))
    user = me()
    found = reading().execute(login.where(Login.person_id == user.person_id)).one() if user else None
    return render_template("me/signing_in.html", login=found, user=user, wrong=wrong)


def _tokens(**more: Any) -> str:
    # What was just written is shown, so a fresh view is read.
    with house().db.read() as conn:
        found = tokens.listed(conn, _me())
    return render_template("me/tokens.html", tokens=found, scopes=_scopes(), given=request.form, **more)


def _scopes() -> list[str]:
    """What the viewer may do, and so a token of theirs."""
    signed_in = Viewer(viewer().person_id, viewer().role)
    dispatcher = house().dispatcher
    return [one for one in known.offered() if allows(signed_in, one) or dispatcher.allows(signed_in, one)]


def _me() -> int:
    return viewer().person_id or abort(404)
