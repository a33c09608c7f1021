"""Customers come in from the company's product; administrators keep its keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request
from structlog import get_logger
from werkzeug.wrappers import Response as Answer

from renown.api import NotConfigured, PluginContext, enter_customer, local, needs, opened, public, viewer
from renown_ideation.ideas.texts import Refused
from renown_ideation.portal import keys, tokens
from renown_ideation.portal.tokens import Unusable

log = get_logger("renown_ideation")

#: Why a token let nobody in, and what to do, in words for whoever holds it.
REFUSALS = {
    "unreadable": ("This link could not be read", "Go back to where you came from, and open it from there again."),
    "expired": ("This link is too old", "Go back to where you came from, and open it from there again."),
    "used": ("This link was used already", "It works once. Go back to where you came from, and open it again."),
    "employee": ("You work here", "Sign in as you always do."),
    "unverified": ("Your e-mail is not confirmed there", "Confirm it where you came from, then open this again."),
    "closed": ("You cannot come in this way", "Ask whoever sent you here."),
}


def add(pages: Blueprint, ctx: PluginContext) -> None:
    @pages.route("/portal/enter", methods=("GET", "POST"))
    @opened(csrf=False)
    def enter() -> Answer:
        """The token goes no further than this: what is answered leads away from its address, and is not kept."""
        given = request.form if request.method == "POST" else request.args
        try:
            with ctx.writing() as inner:
                found = tokens.enter(inner, given.get("token", ""))
            enter_customer(found)
            answer = redirect(local(given.get("next", "/ideas")), 303)
        except Unusable as error:
            log.info("a product's token was refused", why=error.why, reason=str(error))
            answer = redirect(f"/portal/refused?why={error.why}", 303)
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @pages.get("/portal/refused")
    @public
    def refused() -> str:
        why = request.args.get("why", "")
        if why not in REFUSALS:
            abort(404)
        title, text = REFUSALS[why]
        return render_template("ideation/refused.html", title=title, text=text, why=why)

    @pages.get("/admin/portal/keys")
    @needs("ideation.manage", tokens=False)
    def product_keys() -> str:
        with ctx.reading() as inner:
            return _page(inner, {})

    @pages.post("/admin/portal/keys")
    @needs("ideation.manage", tokens=False)
    def add_key() -> str | tuple[str, int]:
        given = [request.form.get(name, "") for name in ("product", "algorithm", "material")]
        try:
            with ctx.writing() as inner:
                made = keys.add(inner, viewer().person_id, *given)
        except Refused as error:
            with ctx.reading() as inner:
                return _page(inner, error.errors), 422
        with ctx.reading() as inner:
            return _page(inner, {}, made)

    @pages.post("/admin/portal/keys/<int(max=9223372036854775807):number>/remove")
    @needs("ideation.manage", tokens=False)
    def remove_key(number: int) -> Answer:
        try:
            with ctx.writing() as inner:
                keys.remove(inner, viewer().person_id, number)
        except LookupError:
            abort(404)
        flash("The key is removed. Its tokens let nobody in any more.", "good")
        return redirect("/admin/portal/keys")


def _address(ctx: PluginContext) -> str:
    """This site's, which tokens must name; empty where it is not set."""
    try:
        return ctx.urls.absolute("")
    except NotConfigured:
        return ""


def _page(ctx: PluginContext, errors: Mapping[str, Sequence[str]], made: keys.Made | None = None) -> str:
    return render_template(
        "ideation/keys.html",
        keys=keys.listed(ctx),
        algorithms=list(keys.ALGORITHMS.items()),
        errors=errors,
        given=request.form if errors else {},
        made=made,
        policy=ctx.customers.policy(),
        address=_address(ctx),
    )
