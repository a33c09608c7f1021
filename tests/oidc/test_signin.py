"""Signing in by OpenID Connect: the honest way, and all the ways in which an answer may be forged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from marshmallow import ValidationError
from sqlalchemy import func, select

from renown import clock
from renown.access import customers
from renown.access.models import Login
from renown.context import settings
from renown.db import stored
from renown.testing import Conformance
from renown_oidc.metadata import KEPT
from renown_oidc.schemas import Settings
from tests.oidc.idp import CLIENT, SECRET, Provider, running
from tests.ready import MIGRATED, Files
from tests.web.conftest import Site
from tests.web.test_admin_rules import post, said


class TestConformance(Conformance):
    plugin = "oidc"


@pytest.fixture
def idp() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
def set_up(site: Site, idp: Provider) -> Site:
    with site.db.write() as conn:
        stored.put(conn, "core", "outgoing_hosts", ["127.0.0.1"])
        customers.set_policy(conn, "vouched")
    configure(site, idp)
    return site


def configure(site: Site, idp: Provider, **changed: Any) -> None:
    given = {"title": "Acme ID", "issuer": idp.issuer, "client_id": CLIENT, "client_secret": SECRET, **changed}
    with site.db.write() as conn:
        settings.save(conn, site.renown.plugins.manifests["oidc"], site.renown.keyring, given)


def begin(browser: FlaskClient) -> str:
    answer = browser.get("/login/with/oidc?next=/me/data")
    assert answer.status_code == 302, said(answer)
    return answer.headers["Location"]


def back(browser: FlaskClient, address: str, code: str, **more: str) -> Any:
    state = parse_qs(urlsplit(address).query)["state"][0]
    return browser.get("/login/with/oidc/back", query_string={"state": state, "code": code, **more})


def sign_in(site: Site, idp: Provider, **more: str) -> tuple[FlaskClient, Any]:
    browser = site.as_("nobody")
    address = begin(browser)
    return browser, back(browser, address, idp.authorize(address), **more)


def refused(site: Site, idp: Provider, **more: str) -> None:
    browser, answer = sign_in(site, idp, **more)
    assert answer.status_code == 422
    assert "did not say who you are" in said(answer)
    assert browser.get("/me/data").status_code == 302


def test_who_is_known_signs_in_with_code_and_pkce(set_up: Site, idp: Provider) -> None:
    browser = set_up.as_("nobody")
    assert "Sign in with Acme ID" in said(browser.get("/login"))
    address = begin(browser)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].endswith("/login/with/oidc/back")
    assert SECRET not in address
    answer = back(browser, address, idp.authorize(address))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/data")
    assert browser.get("/people").status_code == 200


def test_strangers_stay_out_unless_customers_are_admitted(set_up: Site, idp: Provider) -> None:
    idp.claims = {"email": "zoe@shop.example"}
    _, answer = sign_in(set_up, idp)
    assert "Ask an administrator" in said(answer)
    configure(set_up, idp, admits="customers")
    browser, answer = sign_in(set_up, idp)
    assert answer.headers["Location"] == "/me/data"
    assert browser.get("/people").status_code == 404
    idp.claims = {"email": "renamed@shop.example"}
    sign_in(set_up, idp)
    with set_up.db.read() as conn:
        found = conn.execute(select(Login.email, Login.role).where(Login.email.like("%shop.example"))).all()
    assert [tuple(row) for row in found] == [("renamed@shop.example", "customer")]


@pytest.mark.parametrize("verified", [False, None, "false", 1, "yes"])
def test_an_e_mail_that_is_not_verified_says_nothing(set_up: Site, idp: Provider, verified: Any) -> None:
    idp.claims = {"email_verified": verified}
    configure(set_up, idp, admits="customers")
    browser, answer = sign_in(set_up, idp)
    assert answer.status_code == 422
    assert "not verified there" in said(answer)
    assert browser.get("/me/data").status_code == 302


def _now() -> int:
    return clock.now() // clock.SECOND


WRONG: dict[str, Callable[[], dict[str, Any]]] = {
    "expired": lambda: {"exp": _now() - 61},
    "without expiry": lambda: {"exp": None},
    "an expiry that is true": lambda: {"exp": True},
    "from later": lambda: {"iat": _now() + 120},
    "not yet": lambda: {"nbf": _now() + 120},
    "another issuer": lambda: {"iss": "https://evil.example"},
    "no issuer": lambda: {"iss": None},
    "another audience": lambda: {"aud": "somebody"},
    "no audience": lambda: {"aud": None},
    "many audiences, for another": lambda: {"aud": [CLIENT, "b"], "azp": "b"},
    "many audiences, for nobody": lambda: {"aud": [CLIENT, "b"]},
    "another nonce": lambda: {"nonce": "x" * 32},
    "no nonce": lambda: {"nonce": None},
    "a nonce that is no text": lambda: {"nonce": 7},
    "no subject": lambda: {"sub": None},
}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, ready_sqlite: Files) -> Iterator[tuple[Site, Provider]]:
    """For answers that let nobody in, and so change nothing."""
    from renown import app
    from renown.settings import Settings as Environment

    folder = tmp_path_factory.mktemp("oidc")
    (folder / "renown.sqlite3").write_bytes(ready_sqlite.of(MIGRATED).read_bytes())
    url = f"sqlite:///{folder / 'renown.sqlite3'}"
    renown = app.build(Environment(data=folder, database_url=url, secret_key="k" * 40))
    renown.begin()
    site = Site(app.create_app(renown), renown.db, renown)
    with running() as provider:
        with site.db.write() as conn:
            stored.put(conn, "core", "outgoing_hosts", ["127.0.0.1"])
            customers.set_policy(conn, "vouched")
        configure(site, provider, admits="customers")
        yield site, provider
    with site.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Login)) == 0
    renown.close()


@pytest.fixture
def strict(standing: tuple[Site, Provider]) -> Iterator[tuple[Site, Provider]]:
    yield standing
    provider = standing[1]
    provider.claims, provider.header, provider.sign = {}, {}, None


@pytest.mark.parametrize("case", WRONG)
def test_a_token_that_says_the_wrong_thing_is_refused(strict: tuple[Site, Provider], case: str) -> None:
    site, idp = strict
    idp.claims = WRONG[case]()
    refused(site, idp)


def _packed(*parts: bytes) -> str:
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _unsigned(alg: str) -> Callable[[Provider], Callable[[Any], str]]:
    return lambda _idp: lambda said: _packed(json.dumps({"alg": alg}).encode(), json.dumps(said).encode(), b"")


def _hs(secret: Callable[[Provider], bytes]) -> Callable[[Provider], Callable[[Any], str]]:
    """Signed with what everybody knows, as if it were a shared secret."""

    def make(idp: Provider) -> Callable[[Any], str]:
        def sign(said: Any) -> str:
            head = json.dumps({"alg": "HS256", "kid": idp.kid}).encode()
            start = _packed(head, json.dumps(said).encode())
            return start + "." + _packed(hmac.new(secret(idp), start.encode(), hashlib.sha256).digest())

        return sign

    return make


def _by(key: RSAKey, **header: Any) -> Callable[[Provider], Callable[[Any], str]]:
    def make(idp: Provider) -> Callable[[Any], str]:
        head = {"alg": "RS256", "kid": idp.kid, **header}
        return lambda said: jws.serialize_compact(head, json.dumps(said).encode(), key, algorithms=["RS256"])

    return make


THIEF = RSAKey.generate_key(2048)
FORGED = {
    "alg none": _unsigned("none"),
    "alg None": _unsigned("None"),
    "signed with the public key": _hs(lambda idp: idp.key.as_pem(private=False)),
    "signed with the client's secret": _hs(lambda idp: SECRET.encode()),
    "another key of the same name": _by(THIEF),
    "its own key inside": _by(THIEF, jwk=THIEF.as_dict(private=False)),
    "a key from elsewhere": _by(THIEF, jku="https://evil.example/keys"),
    "no token": lambda _idp: lambda said: "abc",
    "a text": lambda idp: lambda said: jws.serialize_compact({"alg": "RS256"}, b'"x"', idp.key, algorithms=["RS256"]),
    "a shared secret": lambda _idp: (
        lambda said: jws.serialize_compact(
            {"alg": "HS256"}, json.dumps(said).encode(), OctKey.import_key("s" * 32), algorithms=["HS256"]
        )
    ),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_token_is_refused(strict: tuple[Site, Provider], case: str) -> None:
    site, idp = strict
    idp.sign = FORGED[case](idp)
    refused(site, idp)


def test_clocks_may_differ_by_a_minute(set_up: Site, idp: Provider) -> None:
    for changed in ({"exp": _now() - 50}, {"iat": _now() + 50}):
        idp.claims = changed
        assert sign_in(set_up, idp)[1].status_code == 302


def test_an_answer_is_taken_once_and_only_where_it_was_asked_for(set_up: Site, idp: Provider) -> None:
    browser, thief = set_up.as_("nobody"), set_up.as_("nobody")
    address = begin(browser)
    code = idp.authorize(address)
    assert back(thief, address, code).status_code == 422, "another browser did not ask"
    assert back(browser, address, code).status_code == 302
    assert back(browser, address, code).status_code == 422, "the state is used up"
    assert "/token" in idp.asked
    other = begin(thief)
    assert back(thief, other, code).status_code == 422, "the code is used up"
    stolen = idp.authorize(begin(set_up.as_("nobody")))
    again = begin(thief)
    assert back(thief, again, stolen).status_code == 422, "the code belongs to another sign-in's verifier"
    assert thief.get("/me/data").status_code == 302


def test_the_provider_may_say_no_and_another_may_not_answer_for_it(set_up: Site, idp: Provider) -> None:
    browser = set_up.as_("nobody")
    assert back(browser, begin(browser), "", error="access_denied").status_code == 422
    refused(set_up, idp, iss="https://evil.example")
    assert sign_in(set_up, idp, iss=idp.issuer)[1].status_code == 302
    idp.metadata = {"authorization_response_iss_parameter_supported": True}
    later = clock.now() + KEPT
    with clock.set_to(lambda: later):
        refused(set_up, idp)
        assert sign_in(set_up, idp, iss=idp.issuer)[1].status_code == 302


def test_keys_are_kept_and_asked_for_once_more_where_one_is_not_known(set_up: Site, idp: Provider) -> None:
    for _ in range(3):
        assert sign_in(set_up, idp)[1].status_code == 302
    assert idp.asked.count("/keys") == 1
    assert idp.asked.count("/.well-known/openid-configuration") == 1
    idp.key, idp.kid = RSAKey.generate_key(2048), "second"
    assert sign_in(set_up, idp)[1].status_code == 302, "it changed its keys"
    assert idp.asked.count("/keys") == 2
    idp.header = {"kid": "made-up"}
    refused(set_up, idp)
    assert idp.asked.count("/keys") == 3, "once, and not for each key"
    idp.header = {}
    later = clock.now() + KEPT
    with clock.set_to(lambda: later):
        assert sign_in(set_up, idp)[1].status_code == 302
    assert idp.asked.count("/keys") == 4


def test_what_the_token_leaves_out_is_asked_for_of_the_same_person(set_up: Site, idp: Provider) -> None:
    idp.claims = {"email": None, "email_verified": None}
    assert sign_in(set_up, idp)[1].status_code == 302
    idp.userinfo = {"sub": "somebody else"}
    refused(set_up, idp)


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": "file:///etc"},
     {"authorization_endpoint": None}],
)  # fmt: skip
def test_a_provider_that_is_another_than_was_set_is_not_asked(
    set_up: Site, idp: Provider, metadata: dict[str, Any]
) -> None:
    idp.metadata = metadata
    answer = set_up.as_("nobody").get("/login/with/oidc")
    assert answer.status_code == 422
    assert "Acme ID did not say who you are" in said(answer)


def test_it_is_asked_inside_the_house_only_where_that_is_allowed(set_up: Site) -> None:
    with set_up.db.write() as conn:
        stored.put(conn, "core", "outgoing_hosts", [])
    assert set_up.as_("nobody").get("/login/with/oidc").status_code == 422


def test_until_it_is_set_up_nobody_sees_it(site: Site) -> None:
    browser = site.as_("nobody")
    assert "/login/with/oidc" not in browser.get("/login").get_data(as_text=True)
    assert browser.get("/login/with/oidc").status_code == 404


def test_its_settings_are_a_form_that_never_shows_the_secret(set_up: Site, idp: Provider) -> None:
    admin = set_up.as_("administrator")
    page = admin.get("/admin/plugins/oidc").get_data(as_text=True)
    assert idp.issuer in page
    assert SECRET not in page
    given = {"title": "X", "client_id": "renown", "admits": "known", "scopes": "openid email"}
    wrong = post(admin, "/admin/plugins/oidc/settings", issuer="http://login.example.com", **given)
    assert wrong.status_code == 422
    assert "An https address" in said(wrong)
    assert post(admin, "/admin/plugins/oidc/settings", issuer=idp.issuer, **given).status_code == 302
    assert sign_in(set_up, idp)[1].status_code == 302, "a secret left empty stays as it is"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"issuer": "http://login.example.com"}, "issuer"),
        ({"issuer": "https://login.example.com/?a=b"}, "issuer"),
        ({"issuer": "https://user@login.example.com"}, "issuer"),
        ({"issuer": "https://"}, "issuer"),
        ({"issuer": ""}, "issuer"),
        ({"client_id": ""}, "client_id"),
        ({"scopes": "openid profile"}, "scopes"),
        ({"scopes": 'openid email "x"'}, "scopes"),
        ({"admits": "everybody"}, "admits"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_field(changed: dict[str, Any], field: str) -> None:
    given = {"title": "Acme ID", "issuer": "https://login.example.com", "client_id": "renown"}
    Settings().load(given)
    with pytest.raises(ValidationError) as refusal:
        Settings().load({**given, **changed})
    assert list(refusal.value.messages_dict) == [field]
