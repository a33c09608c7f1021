"""Which customers come in, and that nobody who works here ever does as one."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from renown import clock
from renown.access import attempts, customers, joining, signin, vouched
from renown.access.customers import NotACustomer
from renown.access.models import JoinRequest, Login, VouchedAccount
from renown.access.signin import SignedIn, SignInRefused
from renown.access.viewer import Viewer
from renown.clock import SECOND
from renown.db.engine import Database
from renown.hooks.types import Account
from renown.ledger import directory, standings
from renown.notify import joins
from renown.notify.models import Delivery
from renown.people import Refused, affiliations, emails, erase, export, merge, persons
from renown.people.models import SUSPENDED, Affiliation, Identity, Person
from renown.sources import forget
from renown.sources.secrets import Keyring

MAIL = "cleo@shop.example"
HERE = "192.0.2.1"
SITE = "https://ideas.acme.example"


@pytest.fixture(autouse=True)
def opened(db: Database) -> None:
    with db.write() as conn:
        customers.set_policy(conn, "open")


def person(db: Database, mail: str, role: str | None = None, affiliation: str | None = None) -> int:
    with db.write() as conn:
        made = persons.add(conn, mail.partition("@")[0].title(), mail)
        if affiliation is not None:
            affiliations.affiliate(conn, made, affiliation)
        if role is not None:
            signin.add_login(conn, made, mail, role)  # type: ignore[arg-type]
    return made


def ask(db: Database, mail: str = MAIL, name: str = "Cleo", address: str = HERE) -> None:
    db.retrying(lambda conn: joining.ask(conn, name, mail, "/ideas", address))


def letter(db: Database) -> tuple[str, dict[str, str]]:
    """The last one: to whom, and what it says."""
    joins.drain(SITE).work(db)
    with db.read() as conn:
        row = conn.execute(select(Delivery.address, Delivery.payload).order_by(Delivery.id.desc()).limit(1)).one()
    return row.address, row.payload


def secret(db: Database) -> str:
    return letter(db)[1]["url"].rpartition("/")[2]


def come_in(db: Database, link: str) -> SignedIn:
    return db.retrying(lambda conn: joining.use(conn, link))[0]


def viewer(db: Database, found: SignedIn) -> Viewer | None:
    with db.read() as conn:
        return signin.viewer(conn, found.person_id, found.epoch)


def test_who_confirms_an_e_mail_is_a_new_customer_and_comes_back_as_the_same(db: Database) -> None:
    ask(db)
    with db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Person)) == 0, "nobody is made who did not confirm"
    first = come_in(db, secret(db))
    assert viewer(db, first) == Viewer(first.person_id, "customer")
    with db.read() as conn:
        made = persons.get(conn, first.person_id)
        assert (made.name, made.email) == ("Cleo", MAIL)
        assert conn.scalars(select(Affiliation.kind)).all() == ["customer"]
        assert conn.execute(select(Login.email, Login.password)).one() == (MAIL, None)
    ask(db, name="Somebody else")
    assert come_in(db, secret(db)).person_id == first.person_id
    with db.read() as conn:
        assert persons.get(conn, first.person_id).name == "Cleo"


def test_a_link_works_once_within_its_time_and_while_customers_may_join(db: Database) -> None:
    ask(db)
    link = secret(db)
    come_in(db, link)
    with pytest.raises(SignInRefused, match="used already"):
        come_in(db, link)
    ask(db)
    late = secret(db)
    after = clock.now() + joining.MINUTES * 60 * SECOND
    with clock.set_to(lambda: after), pytest.raises(SignInRefused, match="too old"):
        come_in(db, late)
    with db.write() as conn:
        customers.set_policy(conn, "vouched")
    with pytest.raises(SignInRefused):
        come_in(db, late)


def test_a_letter_holds_nothing_that_the_asker_wrote_and_the_link_is_kept_as_a_hash(db: Database) -> None:
    ask(db, name="Buy at evil.example")
    address, said = letter(db)
    assert address == MAIL
    assert said["url"].startswith(f"{SITE}/join/")
    assert "evil" not in str(said)
    with db.read() as conn:
        assert said["url"].rpartition("/")[2] not in conn.scalars(select(JoinRequest.digest)).all()


@pytest.mark.parametrize(("role", "affiliation"), [("member", None), ("administrator", None), (None, "employee")])
def test_who_works_here_is_told_how_employees_sign_in_and_gets_no_link(
    db: Database, role: str | None, affiliation: str | None
) -> None:
    person(db, MAIL, role, affiliation)
    ask(db)
    address, said = letter(db)
    assert (address, said["url"]) == (MAIL, f"{SITE}/login")
    assert "You work here" in said["body"]
    with db.write() as conn, pytest.raises(NotACustomer, match="works here"):
        customers.admit(conn, MAIL, "Cleo")


def test_who_was_hired_between_letter_and_link_does_not_come_in_as_a_customer(db: Database) -> None:
    ask(db)
    link = secret(db)
    person(db, MAIL, "member")
    with pytest.raises(NotACustomer):
        come_in(db, link)


def test_a_suspended_customer_gets_a_letter_without_a_link(db: Database) -> None:
    person(db, MAIL, "customer", "customer")
    ask(db)
    link = secret(db)
    with db.write() as conn:
        conn.execute(update(Person).values(status=SUSPENDED))
    ask(db)
    said = letter(db)[1]
    assert "url" not in said
    assert "cannot be used to sign in" in said["body"]
    with pytest.raises(SignInRefused):
        come_in(db, link)


def test_a_customer_known_by_an_account_is_not_doubled(db: Database) -> None:
    known = person(db, MAIL, affiliation="customer")
    ask(db)
    assert come_in(db, secret(db)).person_id == known


@pytest.mark.parametrize(
    "spelt", [" Cleo@Shop.Example ", "CLEO@SHOP.EXAMPLE", "ＣＬＥＯ@shop.example", "cleo@shop.example\n"]
)
def test_every_spelling_of_an_e_mail_is_one_account(db: Database, spelt: str) -> None:
    assert emails.cleaned(spelt) == MAIL
    known = person(db, MAIL, "customer", "customer")
    ask(db, emails.cleaned(spelt))
    assert come_in(db, secret(db)).person_id == known
    other = person(db, "other@shop.example")
    with pytest.raises(IntegrityError), db.write() as conn:
        conn.execute(insert(Login).values(person_id=other, email=MAIL.upper(), role="customer"))


WRONG = """
cleo|cleo@|@shop.example|a b@shop.example|a@b@shop.example|a@shop|a@shop..example|a@shop.example,b@shop.example
"""


@pytest.mark.parametrize("wrong", ["", "a\r\nBcc: x@y.example", "x" * 65 + "@shop.example", *WRONG.strip().split("|")])
def test_what_is_no_e_mail_is_refused(wrong: str) -> None:
    with pytest.raises(Refused):
        emails.cleaned(wrong)


def test_asking_is_limited_by_e_mail_and_by_address_whoever_it_is(db: Database) -> None:
    for number in range(joining.PER_EMAIL):
        ask(db, address=f"192.0.2.{number}")
    with pytest.raises(attempts.TooMany):
        ask(db, address="192.0.2.99")
    for number in range(joining.PER_ADDRESS):
        ask(db, f"c{number}@shop.example", address=f"2001:db8::{number:x}")
    with pytest.raises(attempts.TooMany):
        ask(db, "last@shop.example", address="2001:db8::ffff")
    later = clock.now() + attempts.WINDOW + SECOND
    with clock.set_to(lambda: later):
        ask(db)


def test_two_links_used_at_once_make_one_customer(db: Database) -> None:
    links = []
    for _ in range(4):
        ask(db)
        links.append(secret(db))
    found: list[int] = []
    threads = [threading.Thread(target=lambda one=one: found.append(come_in(db, one).person_id)) for one in links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(links)
    assert len(set(found)) == 1


def test_two_workers_send_one_letter_for_one_wish(db: Database) -> None:
    for number in range(6):
        ask(db, f"c{number}@shop.example")

    def work() -> None:
        while joins.drain(SITE).work(db):
            pass

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work()
    with db.read() as conn:
        assert sorted(conn.scalars(select(Delivery.address))) == [f"c{number}@shop.example" for number in range(6)]


def vouch(
    db: Database, subject: str = "7", email: str = MAIL, *, verified: bool = True, issuer: str = "shop",
    plugin: str = "ideation",
) -> SignedIn:  # fmt: skip
    return db.retrying(
        lambda conn: customers.vouch(conn, plugin, issuer, subject, email, verified=verified, name="Cleo")
    )


def test_a_changed_e_mail_stays_the_same_person(db: Database) -> None:
    first = vouch(db)
    assert vouch(db, email="New@Shop.example") == first
    with db.read() as conn:
        assert conn.scalar(select(Login.email)) == "new@shop.example"
        assert persons.get(conn, first.person_id).email == "new@shop.example"
    assert vouch(db, email="unsure@shop.example", verified=False) == first
    taken = person(db, "taken@shop.example", "customer", "customer")
    assert vouch(db, email="taken@shop.example") == first, "the subject says who it is"
    with db.read() as conn:
        assert set(conn.scalars(select(Login.email))) == {"new@shop.example", "taken@shop.example"}
    assert taken != first.person_id


def test_only_a_verified_e_mail_links_to_who_is_here(db: Database) -> None:
    known = person(db, MAIL, "customer", "customer")
    with pytest.raises(SignInRefused, match="not verified"):
        vouch(db, verified=False)
    assert vouch(db).person_id == known
    assert vouch(db, issuer="other", subject="9").person_id == known
    with db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(VouchedAccount)) == 2


def test_subjects_of_other_issuers_and_plugins_are_others(db: Database) -> None:
    found = {
        vouch(db, email="a@shop.example").person_id,
        vouch(db, email="b@shop.example", issuer="else").person_id,
        vouch(db, email="c@shop.example", plugin="oidc").person_id,
    }
    assert len(found) == 3


def test_nobody_who_works_here_is_vouched_for(db: Database) -> None:
    person(db, MAIL, "moderator")
    with pytest.raises(NotACustomer, match="works here"):
        vouch(db)
    cleo = vouch(db, email="cleo@home.example")
    with db.write() as conn:
        signin.add_login(conn, cleo.person_id, "cleo@home.example", "member")
    with pytest.raises(NotACustomer):
        vouch(db, email="cleo@home.example")


def test_who_was_merged_into_somebody_who_works_here_is_out(db: Database) -> None:
    cleo, boss = vouch(db), person(db, "boss@acme.example", "administrator")
    with db.write() as conn:
        merge.merge(conn, boss, cleo.person_id, "administrator", None)
    with pytest.raises(NotACustomer):
        vouch(db)
    ask(db)
    assert "You work here" in letter(db)[1]["body"]


def test_where_no_customers_may_join_only_those_who_are_here_come_in(db: Database) -> None:
    known = person(db, MAIL, "customer", "customer")
    with db.write() as conn:
        customers.set_policy(conn, "no")
    assert vouch(db).person_id == known
    with pytest.raises(SignInRefused, match="Nobody signs in here"):
        vouch(db, subject="8", email="new@shop.example")


@pytest.mark.parametrize(("issuer", "subject"), [("", "7"), ("shop", ""), ("shop", "x" * 257), ("s\n", "7")])
def test_an_issuer_or_subject_that_cannot_be_kept_is_refused_by_name(db: Database, issuer: str, subject: str) -> None:
    with pytest.raises(ValueError, match=r"^(issuer|subject): "):
        vouch(db, subject=subject, issuer=issuer)


def test_a_provider_that_admits_customers_lets_them_in_and_employees_as_before(db: Database) -> None:
    boss = person(db, "boss@acme.example", "administrator")

    def come(email: str, admits: str, subject: str = "7", verified: bool = True) -> int:
        account = Account(subject, email, verified, "Cleo", issuer="https://id.example")
        return db.retrying(lambda conn: vouched.sign_in(conn, account, "oidc", "oidc", admits)).person_id  # type: ignore[arg-type]

    with pytest.raises(SignInRefused, match="Ask an administrator"):
        come(MAIL, "known")
    assert come("Boss@acme.example", "customers", "1") == boss
    with pytest.raises(SignInRefused):
        come("boss@acme.example", "customers", "1", verified=False)
    cleo = come(MAIL, "customers")
    assert come("renamed@shop.example", "customers") == cleo
    assert come("renamed@shop.example", "known") == cleo
    with db.read() as conn:
        assert signin.viewer(conn, cleo, 0) == Viewer(cleo, "customer")


def test_an_erased_customer_leaves_nothing_and_can_join_anew(db: Database) -> None:
    cleo = vouch(db)
    ask(db)
    letter(db)
    with db.read() as conn:
        told = export.export(conn, cleo.person_id)
    assert {"vouched_for_by": "shop", "as": "7"}.items() <= told["sign_in"][-1].items()
    forget.wire(Keyring("k" * 40))
    with db.write() as conn:
        erase.erase(conn, cleo.person_id, None)
        for table in (Login, VouchedAccount, JoinRequest, Delivery):
            assert conn.scalar(select(func.count()).select_from(table)) == 0, table
    assert vouch(db).person_id != cleo.person_id


def test_customers_are_no_colleagues(db: Database) -> None:
    ana = person(db, "ana@acme.example", "member", "employee")
    ask(db, name="Ana Cleo")
    cleo = come_in(db, secret(db)).person_id
    with db.read() as conn:
        today = standings.today(conn)
        for viewer in (Viewer(ana, "member"), Viewer(ana, "administrator")):
            assert [one.id for one in directory.people(conn, viewer, today, search="ana")] == [ana]
            assert directory.shown(conn, viewer, [ana, cleo], today).keys() == {ana}
            assert not directory.may_see(conn, viewer, cleo, today)
        assert list(directory.employees(conn, today)) == [ana]
        assert conn.scalar(select(func.count()).select_from(Identity)) == 0
