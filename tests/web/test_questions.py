"""Asking about a change: who is told what, by whom, how often; and what the core itself tells people."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, func, insert, select

from renown import audit, clock
from renown.access import attempts
from renown.audit.models import Audit
from renown.ledger import adjustments, visibility
from renown.ledger.models import Entry
from renown.notify import inbox, questions
from renown.notify.inbox import Notice
from renown.people import erase, merge, persons
from renown.people.models import Identity
from renown.sources import registry
from tests.web.conftest import Site
from tests.web.test_signin import send


@pytest.fixture
def entry(site: Site) -> int:
    """A change of the member's points, by hand."""
    with site.db.write() as conn:
        adjustments.adjust(conn, site.people["member"], "activity.points", 5500, "Kept the booth alone", by=None)
    while site.renown.catch_up():
        pass
    with site.db.read() as conn:
        return conn.execute(select(func.max(Entry.id))).scalar_one()


def account(conn: Connection, site: Site, name: str) -> int:
    """Somebody with an account in a source, as recognition makes them."""
    source = registry.ensure(conn, site.renown.keyring, "shop")
    registry.change(conn, source.id, title="Shop")
    person = persons.add(conn, name)
    conn.execute(insert(Identity).values(source_id=source.id, key=name, person_id=person, name=name, first_seen=0))
    return person


def told(site: Site, role: str, kind: str) -> list[Notice]:
    with site.db.read() as conn:
        return [one for one in inbox.listed(conn, site.people[role]) if one.kind == kind]


def test_a_question_reaches_whoever_looks_after_it_with_the_change_and_a_way_to_answer(site: Site, entry: int) -> None:
    member = site.as_("member")
    why = member.get("/people/member/why/activity.points?period=all").get_data(as_text=True)
    assert f'href="/entries/{entry}#ask"' in why
    answer = send(member, f"/entries/{entry}/ask", f"/entries/{entry}", message="Why <b>so</b> few?")
    assert answer.headers["Location"] == f"/entries/{entry}"
    said = member.get(f"/entries/{entry}").get_data(as_text=True)
    assert "sent to 2 people who look after what is counted. They answer to member@example.com." in said
    for role in ("moderator", "administrator"):
        (notice,) = told(site, role, "core.asked")
        assert notice.title == "Member asks about a change"
        assert notice.url == f"/entries/{entry}"
        assert notice.body is not None
        for part in ("Why <b>so</b> few?", "Adjusted by hand", "counted 5.5 of 5.5", "Answer to: member@example.com"):
            assert part in notice.body
        page = site.as_(role).get("/notifications").get_data(as_text=True)
        assert "Why &lt;b&gt;so&lt;/b&gt; few?" in page
        assert site.as_(role).get(notice.url).status_code == 200
    assert not told(site, "member", "core.asked")
    with site.db.read() as conn:
        noted = conn.execute(select(Audit.__table__).where(Audit.action == "entry.asked")).one()
        assert (noted.actor_id, noted.target) == (site.people["member"], f"entry:{entry}")
        assert "few" not in str(noted.details)
        assert audit.verify(conn).whole


def test_who_hides_may_ask_and_nobody_sees_past_it(site: Site, entry: int) -> None:
    with site.db.write() as conn:
        visibility.choose(conn, site.people["member"], False)
    while site.renown.catch_up():
        pass
    send(site.as_("member"), f"/entries/{entry}/ask", f"/entries/{entry}", message="Is this right?")
    (notice,) = told(site, "administrator", "core.asked")
    assert notice.url is None
    assert notice.body is not None
    assert "Adjusted by hand" in notice.body
    administrator = site.as_("administrator")
    refused = send(administrator, f"/entries/{entry}/ask", "/me/privacy", message="What is this?")
    assert refused.status_code == 404
    assert not told(site, "moderator", "core.asked")[1:]


def test_an_empty_a_long_and_a_repeated_question(site: Site, entry: int) -> None:
    member, path = site.as_("member"), f"/entries/{entry}/ask"
    empty = send(member, path, f"/entries/{entry}", message="  ")
    assert empty.status_code == 422
    assert "Write what you ask." in empty.get_data(as_text=True)
    long = send(member, path, f"/entries/{entry}", message="a" * 1001)
    assert long.status_code == 422
    assert "a" * 1001 in long.get_data(as_text=True), "what was typed is kept"
    for _ in range(2):
        send(member, path, f"/entries/{entry}", message="Once")
    assert len(told(site, "moderator", "core.asked")) == 1
    assert member.post(path, data={"message": "Without the form"}).status_code == 400


def test_questions_are_limited_in_rate(site: Site, entry: int) -> None:
    member, path = site.as_("member"), f"/entries/{entry}/ask"
    start = clock.now()
    with clock.set_to(lambda: start):
        for number in range(questions.MOST):
            assert send(member, path, f"/entries/{entry}", message=f"Question {number}").status_code == 302
        more = send(member, path, f"/entries/{entry}", message="One more")
    assert more.status_code == 429
    assert "Try again in 15 minutes." in more.get_data(as_text=True)
    with clock.set_to(lambda: start + attempts.WINDOW + clock.SECOND):
        assert send(member, path, f"/entries/{entry}", message="One more").status_code == 302


def test_erasing_a_person_takes_their_questions_away(site: Site, entry: int) -> None:
    send(site.as_("member"), f"/entries/{entry}/ask", f"/entries/{entry}", message="It was my birthday")
    with site.db.write() as conn:
        erase.erase(conn, site.people["member"], by=None)
    assert not told(site, "administrator", "core.asked")


def test_an_adjustment_tells_its_person_the_reason(site: Site, entry: int) -> None:
    (notice,) = told(site, "member", "core.adjusted")
    assert notice.title == "Your points were adjusted by hand: +5.5"
    assert notice.body == "Reason: Kept the booth alone"
    assert notice.url == "/people/member/why/activity.points"
    assert "Kept the booth alone" in site.as_("member").get("/notifications").get_data(as_text=True)


def test_whoever_signs_in_hears_of_an_account_that_became_theirs_and_others_do_not(site: Site) -> None:
    with site.db.write() as conn:
        found = [account(conn, site, name) for name in ("Mem Ber", "Second", "Third", "Fourth")]
        merge.merge(conn, site.people["member"], found[0], "email", None)
        # The one who signs in may be on either side, and the pointers may go on in the same act.
        merge.merge_all(conn, [(found[1], site.people["customer"]), (found[2], found[1])], "administrator", None)
        merge.merge(conn, found[2], found[3], "email", None)
        assert conn.scalar(select(func.count()).select_from(inbox.Notification)) == 4
        mine = [one.title for one in inbox.listed(conn, found[2])]
    (notice,) = told(site, "member", "core.linked")
    assert notice.title == "Linked to you: Mem Ber in Shop"
    assert notice.body is not None
    assert notice.body.startswith("The network vouches for your e-mail address.")
    assert mine == ["Linked to you: Fourth in Shop", "Linked to you: Third in Shop", "Linked to you: Second in Shop"]


def pace(page: str, select: str) -> str:
    """What a select on a page is set to."""
    (_, after) = page.split(f'name="{select}"')
    found = re.search(r'value="([^"]+)" selected', after.partition("</select>")[0])
    assert found, f"{select} is set to nothing"
    return found[1]


def test_the_choices_name_the_cores_kinds_weekly_and_questions_for_stewards_alone(site: Site) -> None:
    member = site.as_("member").get("/me/notifications").get_data(as_text=True)
    assert 'name="core.linked|mail"' in member
    assert 'name="core.asked|mail"' not in member
    assert 'name="core.asked|mail"' in site.as_("moderator").get("/me/notifications").get_data(as_text=True)
    for kind in ("core.linked", "core.adjusted"):
        assert pace(member, f"{kind}|mail") == "weekly"
    assert site.renown.sending.paces()["core.asked"] == "weekly"
