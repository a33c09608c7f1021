"""Customers join, and sign in again, by a link that is mailed to them."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from renown.access import customers, joining
from renown.access.attempts import TooMany
from renown.access.routes import public, rule_of
from renown.access.signin import SignInRefused
from renown.context.request import local
from renown.notify import joins
from renown.people import Refused, emails
from renown.web.house import house, reading
from renown.web.pages.signin import Page, welcome
from renown.web.pages.vouched import identity_providers
from renown.web.session import me

pages = Blueprint("join", __name__, url_prefix="/join")

#: No person sees this field, and programs that fill in all fields fill it in.
TRAP = "website"


@pages.get("")
@public
def form() -> Page:
    _opened()
    return redirect(_wanted()) if me() else _form()


@pages.post("")
@public
def ask() -> Page:
    """The same answer for every e-mail that is one, after the same work."""
    _opened()
    if not joins.possible(reading(), house().settings.url):
        abort(503)
    name, errors = " ".join(request.form.get("name", "").split()), dict[str, list[str]]()
    if not 1 <= len(name) <= customers.LONGEST_NAME:
        errors["name"] = [f"Write your name, in up to {customers.LONGEST_NAME} characters."]
    try:
        mail = emails.cleaned(request.form.get("email", ""))
    except Refused:
        errors["email"] = ["Write an e-mail address, like ana@example.com."]
    if errors:
        return _form(errors), 422
    if not request.form.get(TRAP):
        address = request.remote_addr or ""
        try:
            house().db.retrying(lambda conn: joining.ask(conn, name, mail, _wanted(), address))
        except TooMany as error:
            return _form({"": [str(error)]}), 429
    return redirect("/join/sent", 303)


@pages.get("/sent")
@public
def sent() -> str:
    _opened()
    return render_template("join/sent.html", minutes=joining.MINUTES)


@pages.get("/<secret>")
@public
def link(secret: str) -> Page:
    """Opened by whoever previews links too, so it takes a button to use it up."""
    _opened()
    try:
        return render_template("join/link.html", email=joining.email_of(reading(), secret), error=None)
    except SignInRefused as error:
        return render_template("join/link.html", email="", error=str(error)), 404


@pages.post("/<secret>")
@public
def use_link(secret: str) -> Page:
    _opened()
    try:
        found, wanted = house().db.retrying(lambda conn: joining.use(conn, secret))
    except SignInRefused as error:
        return render_template("join/link.html", email="", error=str(error)), 422
    return welcome(found, wanted)


@pages.app_template_global()
def customers_join() -> bool:
    """Whether there is a page of joining that somebody gets in by."""
    return _open() and (joins.possible(reading(), house().settings.url) or bool(identity_providers()))


@pages.app_template_global()
def leads_customers() -> bool:
    """Whether what is wanted after signing in is a page that a plugin has for customers, or for everybody."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(_wanted().partition("?")[0], method="GET")
    except HTTPException:
        return False
    rule = rule_of(current_app.view_functions[endpoint])
    found = house().plugins.permissions.get(rule.action) if rule is not None and rule.action is not None else None
    return found is not None and found.role in ("nobody", "customer")


@pages.app_template_global()
def with_next(path: str) -> str:
    """The address of a page of signing in that leads on to where this one does."""
    wanted = _wanted()
    return path if wanted == "/" else f"{path}?{urlencode({'next': wanted})}"


@pages.app_template_global()
def way_in(path: str) -> str:
    """The address of a page of signing in that leads back to this page, unless that one's address holds a secret."""
    if request.method != "GET" or request.endpoint is None:
        return path
    if request.path.startswith(("/login", "/join", "/setup", "/unsubscribe")):
        return with_next(path)
    here = request.full_path.rstrip("?")
    return path if here == "/" else f"{path}?{urlencode({'next': here})}"


def _wanted() -> str:
    return local(request.args.get("next", "/"))


def _opened() -> None:
    if not _open():
        abort(404)


def _open() -> bool:
    return customers.policy(reading()) == "open"


def _form(errors: dict[str, list[str]] | None = None) -> str:
    possible = joins.possible(reading(), house().settings.url)
    return render_template("join/join.html", errors=errors or {}, given=request.form, possible=possible, trap=TRAP)
