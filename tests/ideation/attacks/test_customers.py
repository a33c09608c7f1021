"""One customer as two: by another spelling of an e-mail, by a token that was forged or used before."""

from __future__ import annotations

from functools import partial
from http.client import HTTPConnection
from urllib.parse import quote

from sqlalchemy import func, select

from renown import clock
from renown.access import customers, joining
from renown.access.models import Login
from renown.access.signin import SignInRefused
from renown.people import Refused, emails
from renown.people.models import Person
from renown_ideation.portal import keys
from tests.ideation.attacks.kit import at_once, listening
from tests.ideation.attacks.table import Tried
from tests.ideation.company import Company
from tests.ideation.portal.kit import FORGED, P256, RSA, SECRET, WRONG, claims, named, signed

#: Ways to write the address of somebody who is here, and of somebody who is new.
SPELLED = (
    "{0}@example.com",
    "{1}@EXAMPLE.COM",
    " {0}@Example.com\t",
    "{0}+2@example.com",
    "{1}+Two+Three@example.com",
    "{0}@example.com\u200a",
    "{3}{2}@example.com",
    "{0}\uff20example.com",
    "{0}@\uff45xample.com",
    "{0}@example\uff0ecom",
    "{0}@example.com\u00a0",
    "{4}{2}@example.com",
)


def _people(company: Company) -> int:
    with company.db.read() as conn:
        return conn.scalar(select(func.count()).select_from(Person)) or 0


def _join(company: Company, number: int, spelled: str) -> int | None:
    """By the link in the letter; whom it lets in."""
    try:
        mail = emails.cleaned(spelled)
    except Refused:
        return None
    with company.db.write() as conn:
        joining.ask(conn, f"Number {number}", mail, "/ideas", f"192.0.2.{number}")
    with company.db.write() as conn:
        asked = joining.answer(conn)
    if asked is None or asked.secret is None:
        return None
    try:
        with company.db.write() as conn:
            return joining.use(conn, asked.secret)[0].person_id
    except SignInRefused:
        return None


def test_every_spelling_of_an_address_is_one_customer(company: Company, tried: Tried) -> None:
    with company.db.write() as conn:
        customers.set_policy(conn, "open")
    before = _people(company)
    for name, new in (("cleo", 0), ("coco", 1), ("emil", 0)):
        wide, circled = chr(ord(name[0]) + 0xFEE0), chr(ord(name[0]) - ord("a") + 0x24D0)
        spelled = [one.format(name, name.upper(), name[1:], wide, circled) for one in SPELLED]
        let_in: list[int | None] = []
        for at in range(0, len(spelled), 4):
            # As many letters as one address gets in a quarter of an hour, and no more.
            let_in += at_once([partial(_join, company, at + n, one) for n, one in enumerate(spelled[at : at + 4])])
            company.now += 16 * 60 * clock.SECOND
        with company.db.read() as conn:
            mine = conn.scalars(select(Login.email).where(Login.email.like(f"{name}%"))).all()
        tried("be a second customer by another spelling", len(spelled), len(mine) - 1)
        assert _people(company) - before == new, name
        before += new
        assert len({one for one in let_in if one is not None}) == (name != "emil"), "an employee is none"


def _enter(place: str, token: str) -> bool:
    """Whether it lets somebody in."""
    connection = HTTPConnection(place, timeout=60)
    try:
        connection.request("GET", f"/portal/enter?token={quote(token)}&next=/ideas")
        answer = connection.getresponse()
        answer.read()
        return answer.status == 303 and answer.headers["Location"] == "/ideas"
    finally:
        connection.close()


def test_tokens_that_were_forged_or_used_let_nobody_in(company: Company, tried: Tried) -> None:
    named(company)
    with company.db.write() as conn:
        customers.set_policy(conn, "vouched")
    with company.writing() as ctx:
        keys.add(ctx, None, "shop", "HS256", SECRET)
        keys.add(ctx, None, "rsa", "RS256", RSA.as_pem(private=False).decode())
        keys.add(ctx, None, "p256", "ES256", P256.as_pem(private=False).decode())
    before = _people(company)
    forged = [make() for make in FORGED.values()]
    wrong = [signed(claims(**changed)) for changed, _ in WRONG.values()]
    with listening(company) as place:
        entered = sum(at_once([partial(_enter, place, one) for one in forged]))
        tried("come in by a forged token", len(forged), entered)
        tried(
            "come in by another's or an old token",
            len(wrong),
            sum(at_once([partial(_enter, place, one) for one in wrong])),
        )
        assert _people(company) == before
        token = signed(claims(jti="one"))
        entered = sum(at_once([partial(_enter, place, token)] * 200))
    tried("use a token twice", 200, entered - 1)
    assert _people(company) == before + 1
