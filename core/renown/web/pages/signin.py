"""Signing in by password or one-time link, out again, and the first run."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from renown.access import links, setup, signin
from renown.access.routes import needs, public
from renown.access.signin import SignedIn, SignInRefused, TooManyAttempts, WeakPassword
from renown.context.request import local
from renown.db import stored
from renown.ledger.recount import change_zone
from renown.web.house import house, reading
from renown.web.session import leave, me
from renown.web.session import welcome as begin

pages = Blueprint("signin", __name__)

Page = str | Response | tuple[str, int]


@pages.get("/login")
@public
def login() -> Page:
    if me():
        return redirect(local(request.args.get("next", "/")))
    if setup.needed(reading()):
        return redirect("/setup")
    return render_template("signin/login.html", email="", error=None)


@pages.post("/login")
@public
def sign_in() -> Page:
    email = request.form.get("email", "")
    try:
        found = signin.sign_in(house().db, email, request.form.get("password", ""), request.remote_addr or "")
    except SignInRefused as error:
        status = 429 if isinstance(error, TooManyAttempts) else 422
        return render_template("signin/login.html", email=email, error=str(error)), status
    return welcome(found, request.args.get("next", "/"))


@pages.get("/login/link/<secret>")
@public
def link(secret: str) -> str:
    """Opened by whoever previews links too, so it takes a button to use it up."""
    return render_template("signin/link.html", error=None)


@pages.post("/login/link/<secret>")
@public
def use_link(secret: str) -> Page:
    try:
        found = house().db.retrying(lambda conn: links.use(conn, secret))
    except SignInRefused as error:
        return render_template("signin/link.html", error=str(error)), 422
    return welcome(found, "/")


@pages.post("/logout")
@needs("me:write")
def logout() -> Response:
    leave()
    return redirect("/login")


@pages.get("/setup", defaults={"token": ""})
@pages.get("/setup/<token>")
@public
def first_run(token: str) -> Page:
    if not setup.needed(reading()):
        return redirect("/login")
    return _setup(token, {})


@pages.post("/setup", defaults={"token": ""})
@pages.post("/setup/<token>")
@public
def finish_setup(token: str) -> Page:
    token = request.form.get("token", token).strip()
    name, email = request.form.get("name", "").strip(), request.form.get("email", "").strip()
    zone = request.form.get("timezone", "UTC")
    errors: dict[str, list[str]] = {}
    if not name:
        errors["name"] = ["Write your name."]
    if "@" not in email:
        errors["email"] = ["Write an e-mail address."]
    if zone not in available_timezones():
        errors["timezone"] = ["Choose a time zone."]
    if errors:
        return _setup(token, errors), 422
    try:
        with house().db.write() as conn:
            person = setup.finish(conn, token, name, email, request.form.get("password", ""))
            stored.put(conn, "core", "organisation", request.form.get("organisation", "").strip() or "Renown")
            change_zone(conn, ZoneInfo(zone).key)
    except setup.SetupRefused as error:
        return _setup(token, {"token": [str(error)]}), 422
    except WeakPassword as error:
        return _setup(token, {"password": [str(error).partition(": ")[2]]}), 422
    answer = welcome(SignedIn(person, 0), "/admin")
    flash("Renown is set up. Next, connect a source.", "good")
    return answer


def _setup(token: str, errors: dict[str, list[str]]) -> str:
    zones = [(zone, zone) for zone in sorted(available_timezones())]
    return render_template("signin/setup.html", token=token, errors=errors, zones=zones, given=request.form)


def welcome(found: SignedIn, wanted: str) -> Response:
    """Begin the session of somebody who proved who they are, on the page that they wanted."""
    begin(found)
    return redirect(local(wanted))
