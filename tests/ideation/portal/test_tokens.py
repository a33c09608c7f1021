"""A product's own users come in as customers: once a token, for ten minutes, by the key and algorithm that were set."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import func, select
from structlog.testing import capture_logs

from renown import clock
from renown.access import customers
from renown.access.models import Login
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import ProductKey, UsedToken
from renown_ideation.portal import keys, tokens
from tests.ideation.company import Company, submit, words
from tests.ideation.portal.kit import FORGED, NOW_S, P256, RSA, SECRET, WRONG, claims, enter, named, signed
from tests.ready import MIGRATED, Files


@pytest.fixture
def shop(company: Company) -> Company:
    """A company whose product may vouch, at an address that is known."""
    named(company)
    with company.db.write() as conn:
        customers.set_policy(conn, "vouched")
    with company.writing() as ctx:
        keys.add(ctx, None, "shop", "HS256", SECRET)
    return company


def why(company: Company, token: str) -> str:
    """Why it lets nobody in: in words, with nobody in."""
    client = company.browser(None)
    there = urlsplit(enter(client, token))
    assert there.path == "/portal/refused", there
    assert client.get("/me/data").status_code == 302
    assert client.get(f"{there.path}?{there.query}").status_code == 200
    return parse_qs(there.query)["why"][0]


def test_a_token_lets_a_customer_in_who_is_the_same_the_next_time(shop: Company) -> None:
    client = shop.browser(None)
    assert enter(client, signed(), "/me/data") == "/me/data"
    assert "zoe@shop.example" in client.get("/me/data.json").get_data(as_text=True)
    assert enter(shop.browser(None), signed(claims(jti="two", email="renamed@shop.example"))) == "/ideas"
    with shop.db.read() as conn:
        mails = conn.scalars(select(Login.email).where(Login.email.like("%shop.example"))).all()
    assert mails == ["renamed@shop.example"]


def test_a_form_keeps_the_token_out_of_every_address(shop: Company) -> None:
    client = shop.browser(None)
    answer = client.post("/portal/enter", data={"token": signed(), "next": "/me/data"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/data")
    assert client.get("/me/data").status_code == 200


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_it_leads_to_no_other_site(shop: Company, wanted: str) -> None:
    assert enter(shop.browser(None), signed(), wanted) == "/"


def test_a_token_works_once_also_when_it_comes_many_times_at_once(shop: Company) -> None:
    token, led = signed(), []

    def work() -> None:
        led.append(enter(shop.browser(None), token))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(led) == ["/ideas", *["/portal/refused?why=used"] * 7]
    assert why(shop, token) == "used"


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory, ready_sqlite: Files) -> Iterator[Company]:
    """For tokens that change nothing."""
    from tests.ideation.company import opened

    folder: Path = tmp_path_factory.mktemp("shop")
    (folder / "renown.sqlite3").write_bytes(ready_sqlite.of(MIGRATED).read_bytes())
    with opened(f"sqlite:///{folder / 'renown.sqlite3'}", folder) as company:
        named(company)
        with company.db.write() as conn:
            customers.set_policy(conn, "vouched")
        with company.writing() as ctx:
            keys.add(ctx, None, "shop", "HS256", SECRET)
            keys.add(ctx, None, "rsa", "RS256", RSA.as_pem(private=False).decode())
            keys.add(ctx, None, "p256", "ES256", P256.as_pem(private=False).decode())
        yield company


@pytest.mark.parametrize("case", WRONG)
def test_a_token_that_says_the_wrong_thing_lets_nobody_in(read_only: Company, case: str) -> None:
    changed, reason = WRONG[case]
    assert why(read_only, signed(claims(**changed))) == reason
    with read_only.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(UsedToken)) == 0


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_token_lets_nobody_in(read_only: Company, case: str) -> None:
    assert why(read_only, FORGED[case]()) == "unreadable"


@pytest.mark.parametrize(("iss", "key", "algorithm"), [("rsa", RSA, "RS256"), ("p256", P256, "ES256")])
def test_public_keys_are_believed_by_their_own_algorithm(shop: Company, iss: str, key: Any, algorithm: str) -> None:
    with shop.writing() as ctx:
        keys.add(ctx, None, iss, algorithm, key.as_pem(private=False).decode())
    assert enter(shop.browser(None), signed(claims(iss=iss), key, algorithm)) == "/ideas"


def test_clocks_may_differ_by_a_minute(shop: Company) -> None:
    early = claims(iat=NOW_S + 59, exp=NOW_S + 659, jti="early")
    late = claims(iat=NOW_S - 360, exp=NOW_S - 59, jti="late")
    for said in (early, late):
        assert enter(shop.browser(None), signed(said)) == "/ideas"


def test_two_keys_of_a_product_hold_until_one_is_removed(shop: Company) -> None:
    admin, new = shop.browser("ada"), "n" * 40
    page = submit(admin, "/admin/portal/keys", product="shop", algorithm="HS256", material=new)
    assert new not in page.get_data(as_text=True), "what was given is not shown again"
    for number, secret in enumerate((SECRET, new)):
        token = signed(claims(jti=str(number)), OctKey.import_key(secret))
        assert enter(shop.browser(None), token) == "/ideas"
    with shop.reading() as ctx:
        old = ctx.session.scalars(select(ProductKey.id).order_by(ProductKey.id)).first()
        assert all(SECRET not in sealed for sealed in ctx.session.scalars(select(ProductKey.sealed)))
    assert submit(admin, f"/admin/portal/keys/{old}/remove").status_code == 302
    assert why(shop, signed(claims(jti="a"))) == "unreadable"
    assert enter(shop.browser(None), signed(claims(jti="b"), OctKey.import_key(new))) == "/ideas"


def test_a_secret_that_was_made_here_is_shown_once_and_works(shop: Company) -> None:
    page = submit(shop.browser("ada"), "/admin/portal/keys", product="app", algorithm="HS256", material="")
    text = page.get_data(as_text=True)
    with shop.reading() as ctx:
        row = ctx.session.scalars(select(ProductKey).where(ProductKey.product == "app")).one()
        made = ctx.secrets.open(row.sealed)
    assert made in text
    assert made not in shop.browser("ada").get("/admin/portal/keys").get_data(as_text=True)
    assert enter(shop.browser(None), signed(claims(iss="app"), OctKey.import_key(made))) == "/ideas"


BAD_KEYS = {
    "short secret": ("shop", "HS256", "s" * 31, "material"),
    "public key as secret": ("shop", "HS256", RSA.as_pem(private=False).decode(), "material"),
    "no key": ("shop", "RS256", "", "material"),
    "broken key": ("shop", "RS256", "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----", "material"),
    "curve key as RSA": ("shop", "RS256", P256.as_pem(private=False).decode(), "material"),
    "another curve": ("shop", "ES256", ECKey.generate_key("P-384").as_pem(private=False).decode(), "material"),
    "a private key": ("shop", "RS256", RSA.as_pem(private=True).decode(), "material"),
    "no algorithm": ("shop", "none", SECRET, "algorithm"),
    "no product": ("A shop", "HS256", SECRET, "product"),
}


@pytest.mark.parametrize("case", BAD_KEYS)
def test_a_key_that_proves_nothing_is_refused_by_its_field(read_only: Company, case: str) -> None:
    product, algorithm, material, field = BAD_KEYS[case]
    with pytest.raises(Refused) as refused, read_only.writing() as ctx:
        keys.add(ctx, None, product, algorithm, material)
    assert list(refused.value.errors) == [field]


def test_only_administrators_keep_keys(shop: Company) -> None:
    assert "shop" in words(shop.browser("ada").get("/admin/portal/keys"))
    for name in ("mo", "eve", "cleo"):
        assert shop.browser(name).get("/admin/portal/keys").status_code == 404
        assert submit(shop.browser(name), "/admin/portal/keys", product="x", algorithm="HS256").status_code == 404
    with shop.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(ProductKey)) == 1


def test_used_tokens_are_forgotten_once_they_are_too_old(shop: Company) -> None:
    enter(shop.browser(None), signed())
    shop.now += 5 * 60 * clock.SECOND
    with shop.writing() as ctx:
        tokens.forget(ctx)
    assert why(shop, signed()) == "used"
    shop.now += 10 * 60 * clock.SECOND
    with shop.writing() as ctx:
        tokens.forget(ctx)
        assert ctx.session.scalar(select(func.count()).select_from(UsedToken)) == 0
    assert why(shop, signed()) == "expired"


def test_the_token_stands_in_no_log(shop: Company) -> None:
    token = signed(claims(email="eve@example.com"))
    with capture_logs() as said:
        assert why(shop, token) == "employee"
    logged = str(said)
    assert "a product's token was refused" in logged
    assert token not in logged
    assert token.split(".")[2] not in logged
    assert "eve@example.com" not in logged


def test_where_customers_may_not_join_only_those_come_in_who_are_here(shop: Company) -> None:
    with shop.db.write() as conn:
        customers.set_policy(conn, "no")
    assert why(shop, signed()) == "closed"
    assert enter(shop.browser(None), signed(claims(jti="two", email="cleo@example.com"))) == "/ideas"
