"""Mail: its settings, and a test with the values as they stand in the form, which shows what the server says."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from marshmallow import ValidationError
from sqlalchemy import select
from werkzeug.wrappers import Response

from renown import audit
from renown.access.models import Login
from renown.access.routes import needs
from renown.notify import deliveries, mail
from renown.notify.deliveries import Refused
from renown.notify.mail import MailFailed, MailSchema
from renown.notify.models import Delivery
from renown.web.drawn import draw, groups, read
from renown.web.house import house, reading, viewer

pages = Blueprint("admin_mail", __name__, url_prefix="/admin/mail")


@pages.get("")
@needs("mail:write")
def index() -> str:
    return _page(mail.shown(reading()))


@pages.post("")
@needs("mail:write")
def change() -> Response | str | tuple[str, int]:
    given = read(MailSchema(), request.form)
    try:
        wanted = mail.read(reading(), house().keyring, given)
    except ValidationError as error:
        return _page(given, error.messages_dict), 422
    if request.form.get("act") == "test":
        return _test(given, wanted)
    with house().db.write() as conn:
        mail.save(conn, house().keyring, wanted)
        audit.record(conn, "mail.settings", actor_id=viewer().person_id, via="web", details={"host": wanted.host})
    flash("Saved.", "good")
    return redirect("/admin/mail")


@pages.post("/<int:delivery>/again")
@needs("mail:write")
def again(delivery: int) -> Response:
    house().db.retrying(lambda conn: deliveries.again(conn, delivery))
    flash("It is tried again now.", "good")
    return redirect("/admin/mail")


def _test(given: dict[str, Any], wanted: mail.MailSettings) -> str | tuple[str, int]:
    address = reading().scalar(select(Login.email).where(Login.person_id == viewer().person_id)) or ""
    try:
        said = mail.test(wanted, address)
    except (MailFailed, Refused) as error:
        text = getattr(error, "said", "")
        return _page(given, failed=str(error), said=text, address=address), 422
    return _page(given, said=said, address=address)


def _page(data: dict[str, Any], errors: dict[str, Any] | None = None, **told: str) -> str:
    failed = (
        select(Delivery.id, Delivery.channel, Delivery.address, Delivery.error, Delivery.due_at)
        .where(Delivery.state == "failed")
        .order_by(Delivery.id.desc())
        .limit(50)
    )
    form = groups(draw(MailSchema(), data, errors))
    return render_template("admin/mail.html", form=form, lost=reading().execute(failed).all(), told=told)
