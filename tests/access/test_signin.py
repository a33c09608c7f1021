from __future__ import annotations

import multiprocessing
import threading

import pytest
from sqlalchemy import func, select, update

from renown import clock
from renown.access import attempts, links, setup, signin, tokens
from renown.access.models import Attempt, Login, SignInLink
from renown.access.viewer import Viewer
from renown.clock import SECOND
from renown.db.engine import Database
from renown.people import merge, persons
from renown.people.models import SUSPENDED, Person

PASSWORD = "correct horse battery"
MAIL = "ana@acme.example"


@pytest.fixture
def ana(db: Database) -> int:
    with db.write() as conn:
        person = persons.add(conn, "Ana Lima", MAIL)
        signin.add_login(conn, person, MAIL, "member", PASSWORD)
    return person


def test_the_right_password_signs_in_and_the_mail_is_read_kindly(db: Database, ana: int) -> None:
    one = signin.sign_in(db, f" {MAIL.upper()} ", PASSWORD, "192.0.2.1")
    with db.read() as conn:
        assert signin.viewer(conn, one.person_id, one.epoch) == Viewer(ana, "member")
        assert conn.scalar(select(func.count()).select_from(Attempt)) == 0
        kept = conn.scalar(select(Login.password))
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.usefixtures("ana")
def test_a_wrong_password_and_an_unknown_mail_are_refused_alike(db: Database) -> None:
    with pytest.raises(signin.SignInRefused) as wrong:
        signin.sign_in(db, MAIL, "something else", "192.0.2.1")
    with pytest.raises(signin.SignInRefused) as unknown:
        signin.sign_in(db, "nobody@acme.example", PASSWORD, "192.0.2.1")
    assert str(wrong.value) == str(unknown.value)


@pytest.mark.usefixtures("ana")
def test_an_account_can_be_tried_so_often_and_again_after_a_while(db: Database) -> None:
    start = clock.now()
    with clock.set_to(lambda: start):
        for number in range(signin.PER_ACCOUNT):
            with pytest.raises(signin.SignInRefused, match="wrong"):
                signin.sign_in(db, MAIL, "something else", f"192.0.2.{number}")
        with pytest.raises(signin.TooManyAttempts, match="15 minutes"):
            signin.sign_in(db, MAIL, PASSWORD, "192.0.2.200")
    with clock.set_to(lambda: start + attempts.WINDOW + SECOND):
        signin.sign_in(db, MAIL, PASSWORD, "192.0.2.200")


def test_an_address_can_try_so_many_accounts(db: Database) -> None:
    for number in range(signin.PER_ADDRESS):
        with pytest.raises(signin.SignInRefused, match="wrong"):
            signin.sign_in(db, f"p{number}@acme.example", "x", f"2001:db8::{number:x}")
    with pytest.raises(signin.TooManyAttempts):
        signin.sign_in(db, "other@acme.example", "x", "2001:db8::ffff")
    with pytest.raises(signin.SignInRefused, match="wrong"):
        signin.sign_in(db, "other@acme.example", "x", "2001:db8:1::1")


def _try(url: str, times: int, told: multiprocessing.Queue) -> None:
    database = Database(url)
    for _ in range(times):
        try:
            signin.sign_in(database, MAIL, "something else", "192.0.2.1")
        except signin.TooManyAttempts:
            told.put("limited")
        except signin.SignInRefused:
            told.put("judged")
    database.close()


@pytest.mark.usefixtures("ana")
def test_the_limit_holds_over_two_processes(db: Database, database_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    told = spawn.Queue()
    processes = [spawn.Process(target=_try, args=(database_url, 8, told)) for _ in range(2)]
    for process in processes:
        process.start()
    outcomes = [told.get(timeout=60) for _ in range(16)]
    for process in processes:
        process.join()
    told.close()
    told.join_thread()
    assert outcomes.count("judged") == signin.PER_ACCOUNT


@pytest.mark.usefixtures("ana")
def test_the_limit_holds_over_connections_at_the_same_time(db: Database) -> None:
    judged: list[bool] = []

    def one() -> None:
        try:
            signin.sign_in(db, MAIL, "something else", "192.0.2.1")
        except signin.SignInRefused as refusal:
            judged.append(not isinstance(refusal, signin.TooManyAttempts))

    threads = [threading.Thread(target=one) for _ in range(signin.PER_ACCOUNT + 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (judged.count(True), judged.count(False)) == (signin.PER_ACCOUNT, 6)


def test_sessions_end_everywhere_at_once(db: Database, ana: int) -> None:
    one = signin.sign_in(db, MAIL, PASSWORD, "192.0.2.1")
    with db.write() as conn:
        signin.end_sessions(conn, ana)
        assert signin.viewer(conn, one.person_id, one.epoch) is None
    again = signin.sign_in(db, MAIL, PASSWORD, "192.0.2.1")
    with db.write() as conn:
        signin.set_password(conn, ana, "another long password")
        assert signin.viewer(conn, again.person_id, again.epoch) is None


def test_who_is_suspended_is_out_at_once(db: Database, ana: int) -> None:
    one = signin.sign_in(db, MAIL, PASSWORD, "192.0.2.1")
    with db.write() as conn:
        conn.execute(update(Person).values(status=SUSPENDED))
        assert signin.viewer(conn, one.person_id, one.epoch) is None
    with pytest.raises(signin.SignInRefused):
        signin.sign_in(db, MAIL, PASSWORD, "192.0.2.1")
    with db.write() as conn, pytest.raises(signin.SignInRefused):
        links.use(conn, links.make(conn, ana))


@pytest.mark.parametrize("password", ["short", "a" * 20, MAIL, "x" * 2000])
def test_a_weak_password_is_refused_with_a_reason(db: Database, ana: int, password: str) -> None:
    with db.write() as conn, pytest.raises(signin.WeakPassword, match=r"^password: "):
        signin.set_password(conn, ana, password)


def test_a_link_signs_in_once_within_its_time(db: Database, ana: int) -> None:
    start = clock.now()
    with db.write() as conn:
        link, late = links.make(conn, ana), links.make(conn, ana, minutes=5)
        assert links.use(conn, link).person_id == ana
        assert link not in conn.scalars(select(SignInLink.digest)).all()
        with pytest.raises(signin.SignInRefused, match="used already"):
            links.use(conn, link)
        with clock.set_to(lambda: start + 6 * 60 * SECOND), pytest.raises(signin.SignInRefused):
            links.use(conn, late)
        with pytest.raises(signin.SignInRefused):
            links.use(conn, "\ud800nonsense")


def test_only_the_console_makes_the_first_administrator_and_only_once(db: Database) -> None:
    with db.write() as conn:
        first, second = setup.begin(conn), setup.begin(conn)
        assert first
        assert second
        with pytest.raises(setup.SetupRefused):
            setup.finish(conn, "guess", "Eve", "eve@acme.example", PASSWORD)
        person = setup.finish(conn, first, "Ana Lima", MAIL, PASSWORD)
        assert setup.begin(conn) is None
        with pytest.raises(setup.SetupRefused):
            setup.finish(conn, second, "Eve", "eve@acme.example", PASSWORD)
    one = signin.sign_in(db, MAIL, PASSWORD, "192.0.2.1")
    with db.read() as conn:
        assert signin.viewer(conn, one.person_id, one.epoch) == Viewer(person, "administrator")


def test_whoever_is_merged_into_somebody_suspended_is_out_as_well(db: Database, ana: int) -> None:
    with db.write() as conn:
        token = tokens.add(conn, "script", ["me:read"], person_id=ana).token
        assert signin.viewer(conn, ana, 0) is not None
        other = persons.add(conn, "Ana L.", "other@acme.example")
        persons.suspends(conn, other)
        merge.merge(conn, other, ana, "administrator", None)
        assert signin.viewer(conn, ana, 0) is None
        assert tokens.check(conn, token) is None


def test_an_unknown_address_costs_as_much_work_as_a_known_one() -> None:
    assert not signin._hasher.check_needs_rehash(signin._NOBODY)
