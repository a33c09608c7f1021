"""Rows of other people, asked for and changed by whoever guesses their ids: nothing is told, and nothing moves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import Connection, select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from renown.access import signin, tokens
from renown.access.models import Login
from renown.access.routes import rule_of
from renown.access.viewer import ROLES
from renown.db.base import metadata
from renown.ledger import visibility
from renown.ledger.models import Entry
from renown.notify import inbox
from renown.notify.models import Notification
from renown.people import affiliations
from renown.people.models import Person
from renown.sources import intake, registry
from tests.events.kit import message
from tests.holds import kit
from tests.web.conftest import Site
from tests.web.test_roles import _arguments, _token

#: What moves though nothing of anybody's does: attempts to sign in, sessions that ended, and the record of it all.
MOVING = {"core_attempt", "core_ended_session", "core_audit"}
#: Arguments of addresses that mean somebody, or something of somebody's.
OWNED = {"handle", "entry", "token", "person", "subject", "merge"}
#: What anybody who works here may do to what they may see, and everybody to what is their own.
OWN = {None, "me:read", "me:write", "boards:read", "people:read", "rules:read", "influence.read"}
#: Whom a name, an address, a notice or a token of hers would show.
TELLING = ("Hidden Hanna", "hanna@example.com", "For Hanna alone", "Hannas token")


def plant(site: Site) -> dict[str, int]:
    """Hanna, who keeps her numbers to herself, and what is hers: ids, by the names that routes and forms use."""
    with site.db.write() as conn:
        source = registry.info(registry.ensure(conn, site.renown.keyring, "tool:a"))
    intake.take(site.renown.reception, source, [message("m1", "hanna", source="tool:a")])
    kit.settle(site.renown)
    with site.db.write() as conn:
        hanna = conn.execute(select(Person.id).where(Person.handle == "hanna")).scalar_one()
        conn.execute(update(Person).where(Person.id == hanna).values(name="Hidden Hanna"))
        affiliations.affiliate(conn, hanna, "employee")
        signin.add_login(conn, hanna, "hanna@example.com", "member")
        visibility.choose(conn, hanna, False)
        token = tokens.add(conn, "Hannas token", ["me:read"], person_id=hanna).id
        inbox.tell(conn, hanna, plugin="core", kind="core.merged", subject="any", title="For Hanna alone", body="")
        notice = conn.execute(select(Notification.id).where(Notification.person_id == hanna)).scalar_one()
        entry = conn.execute(select(Entry.id)).scalar_one()
    kit.settle(site.renown)
    site.people["hanna"] = hanna
    return {"token": token, "entry": entry, "person": hanna, "subject": hanna, "notice": notice}


def rows(conn: Connection, mine: int) -> dict[str, Counter[str]]:
    """All that is not of this one person."""
    found = {}
    for name, table in metadata.tables.items():
        if name.startswith("core_") and name not in MOVING:
            owner = table.c.get("person_id", table.c.id if name == "core_person" else None)
            others = select(table) if owner is None else select(table).where(owner.is_distinct_from(mine))
            found[name] = Counter(map(str, conn.execute(others)))
    return found


@dataclass
class Walk:
    """Somebody who tries every address there is, and signs in afresh for each: some of them end sessions."""

    site: Site
    who: str
    client: FlaskClient = field(init=False)
    begun: dict[str, Any] = field(init=False)
    csrf: str = field(init=False)
    signing: Any = field(init=False)
    asked: int = 0

    def __post_init__(self) -> None:
        self.client = self.site.as_(self.who)
        self.csrf = _token(self.client)
        with self.client.session_transaction() as session:
            self.begun = dict(session)
        self.signing = SecureCookieSessionInterface().get_signing_serializer(self.site.app)

    @property
    def role(self) -> str:
        return self.who if self.who in ROLES else "member"

    def sign_in(self) -> None:
        self.asked += 1
        session = dict(self.begun)
        if self.who != "nobody":
            person = self.site.people[self.who]
            with self.site.db.read() as conn:
                epoch = conn.execute(select(Login.epoch).where(Login.person_id == person)).scalar_one()
            session["_user_id"] = f"{person}:{epoch}:{self.who}{self.asked}"
        self.client.set_cookie("renown", self.signing.dumps(session))

    def open(self, method: str, path: str, fields: dict[str, str] | None = None) -> TestResponse:
        self.sign_in()
        answer = self.client.open(path, method=method, data=fields, buffered=True)
        assert answer.status_code < 500, f"{self.who}: {method} {path} answers {answer.status_code}"
        return answer

    def addresses(self, planted: dict[str, int]) -> list[tuple[str, str, Rule]]:
        """Method, address and rule of all that this role reaches. What an administrator may do to all is left out."""
        found = []
        theirs: dict[str, object] = {"handle": "hanna", "place": "person", **planted}
        with self.site.app.test_request_context():
            adapter = self.site.app.url_map.bind("localhost")
            for rule in self.site.app.url_map.iter_rules():
                marked = rule_of(self.site.app.view_functions[rule.endpoint])
                action = marked.action if marked else ""
                least = "nobody" if action is None else self.site.least(action) if action in OWN else ""
                if not least or ROLES.index(self.role) < ROLES.index(least):
                    continue
                given = {name: theirs.get(name, usual) for name, usual in _arguments(rule).items()}
                for name in rule.defaults or {}:
                    given.pop(name, None)
                path = adapter.build(rule.endpoint, given, force_external=False)
                found += [(method, path, rule) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
        return found

    def change(self, planted: dict[str, int]) -> None:
        fields = {"handle": "hanna", "kept": "hanna", "gone": "hanna", "shown": "yes", "csrf_token": self.csrf}
        fields |= {name: str(number) for name, number in planted.items()}
        for method, path, _ in self.addresses(planted):
            for number in sorted({planted["notice"], planted["person"]}) if method != "GET" else ():
                self.open(method, path, fields | {"id": str(number), "value": str(number), "person_id": str(number)})

    def look(self, planted: dict[str, int]) -> dict[str, TestResponse]:
        """What each address answers that means her, and each other one where she is asked for behind its "?"."""
        found = {}
        query = f"?q=hanna&before={planted['notice'] + 1}&person={planted['person']}&as=colleague"
        for method, path, rule in self.addresses(planted):
            hers = bool(set(rule.arguments) & OWNED)
            if method == "GET" and (hers or not rule.arguments or "measure" in rule.arguments):
                address = path if hers else path + query
                found[address] = self.open(method, address)
        return found


def owned(path: str, planted: dict[str, int]) -> bool:
    """Whether an address means Hanna, or something of hers, so that for others it does not exist."""
    return "/hanna" in path or path in (f"/entries/{planted['entry']}", f"/panels/activity/person/{planted['person']}")


def test_what_is_others_is_neither_told_nor_changed(site: Site) -> None:
    planted = plant(site)
    for role in ROLES:
        walk, mine = Walk(site, role), site.people.get(role, 0)
        with site.db.read() as conn:
            before = rows(conn, mine)
        walk.change(planted)
        with site.db.read() as conn:
            after = rows(conn, mine)
        assert {name for name in before if before[name] != after[name]} == set(), role
        for path, answer in walk.look(planted).items():
            said = answer.get_data(as_text=True)
            assert [word for word in TELLING if word in said] == [], f"{role}: {path}"
            assert answer.status_code == 404 or not owned(path, planted), f"{role}: {path} answers {answer.status_code}"
    _she_herself_may(Walk(site, "hanna"), planted)


def _she_herself_may(walk: Walk, planted: dict[str, int]) -> None:
    """The same addresses do show and change what is hers: the walk reaches what it tries."""
    answers = walk.look(planted)
    # Beside somebody who never relied on her, and in a place where nobody did, there is nothing to show.
    hers = [path for path in answers if owned(path, planted) and not {"from", "in"} & set(path.split("/"))]
    assert len(hers) > 8, hers
    assert [path for path in hers if answers[path].status_code != 200] == []
    said = "".join(answer.get_data(as_text=True) for answer in answers.values())
    assert [word for word in TELLING if word not in said] == []
    with walk.site.db.read() as conn:
        before = rows(conn, 0)
    walk.change(planted)
    with walk.site.db.read() as conn:
        after = rows(conn, 0)
    moved = {name for name in before if before[name] - after[name]}
    assert {"core_token", "core_notification", "core_login"} <= moved
