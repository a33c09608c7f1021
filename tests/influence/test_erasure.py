"""Erasure: nothing of the person stays, whatever is under way; and what it does to others is told by itself."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import delete, func, insert, select, update

from renown.context import settings
from renown.people import erase, merge
from renown_influence import epochs, forgetting, reading, run, store
from renown_influence.models import Epoch, Packed, Run, Score
from renown_influence.plugin import person_merged
from tests.influence.office import Office
from tests.influence.reading import data, main, page, said


def cohesion(office: Office, eta: float = 0.5) -> None:
    with office.db.write() as conn:
        manifest = office.renown.plugins.manifests["influence"]
        settings.save(conn, manifest, office.renown.keyring, {"cohesion": eta})


def erased(office: Office, who: str) -> None:
    with office.db.write() as conn:
        erase.erase(conn, office.people[who], None)


def noted(office: Office) -> dict[str, list[int]]:
    """Who is in what is kept of quarters."""
    with office.reading() as ctx:
        owners = ctx.session.scalars(select(Packed.owner).where(Packed.owner.like("epoch:%")).distinct())
        return {one: store.load(ctx, one)["people"].tolist() for one in owners}


def levels(office: Office) -> dict[int, int]:
    with office.reading() as ctx:
        return dict(zip(*ctx.standings.levels(run.MEASURE), strict=True))


@pytest.mark.parametrize("when", ["Weighing", "Solving", "Topics", "Teams", "Publishing"])
def test_an_erasure_during_a_run_is_not_undone_by_it(
    own_office: Office, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epochs, "ENOUGH", 1)
    gone, ctx = own_office.people["U2"], own_office.renown.contexts.of("influence")
    cohesion(own_office)
    with own_office.db.write() as conn:
        # A quarter's first run.
        conn.execute(delete(Epoch))
    with own_office.writing() as inner:
        run.ask(inner, "asked")

    def meanwhile(stage: str, _: int) -> None:
        if stage == when:
            erased(own_office, "U2")
            with own_office.writing() as inner:
                forgetting.forget(inner, gone)

    assert run.work(ctx, meanwhile)
    with own_office.reading() as inner:
        stopped, asked = inner.session.scalars(select(Run).order_by(Run.id.desc()).limit(2)).all()[::-1]
        assert (stopped.state, stopped.error) == ("failed", "Somebody was erased meanwhile.")
        assert (asked.state, asked.reason) == ("asked", "erasure")
        owners = set(inner.session.scalars(select(Packed.owner)))
        assert not any(one == "evidence" or one.startswith("run:") for one in owners)
        assert inner.session.scalar(select(func.count()).where(Score.person_id == gone)) == 0
    assert not any(gone in people for people in noted(own_office).values())
    own_office.reckon()
    newest = data(own_office.as_("U29"), "/influence/runs.json")["runs"][0]
    assert (newest["state"], newest["reason"], newest["erased"]) == ("published", "erasure", 1)
    assert gone not in levels(own_office)
    assert not any(gone in people for people in noted(own_office).values())


def test_what_is_read_anew_is_kept_without_the_accounts_of_whoever_was_erased(own_office: Office) -> None:
    with own_office.reading() as ctx:
        [account] = ctx.people.accounts_of(own_office.people["U2"])
        [other] = ctx.people.accounts_of(own_office.people["U1"])
        assert len(reading.between(ctx, [account, other]))
    erased(own_office, "U2")
    for _ in range(2):
        own_office.again()
        with own_office.reading() as ctx:
            kept = store.load(ctx, "evidence")
            assert account not in np.concatenate([kept["for-owner"], kept["for-rater"]])
            assert other in kept["for-owner"]
            acted = kept["bits"].reshape(kept["wide"][1:]).any(axis=1)
            assert (acted[account], acted[other]) == (False, True)


def test_a_quarter_is_noted_where_circles_count_and_the_newest_two_stay(own_office: Office) -> None:
    assert noted(own_office) == {}, "circles do not count by default"
    cohesion(own_office)
    own_office.again()
    [[now, people]] = noted(own_office).items()
    assert own_office.people["U2"] in people
    with own_office.writing() as ctx:
        former = insert(Epoch).values(generation=1, kappa=1.0, unit=1.0, lasting=True).returning(Epoch.id)
        first, second = (ctx.session.scalars(former.values(start=start)).one() for start in (100, 200))
        for one in (first, second):
            store.save(ctx, f"epoch:{one}", store.load(ctx, now))
    own_office.again()
    assert noted(own_office).keys() == {now, f"epoch:{second}"}
    erased(own_office, "U2")
    own_office.reckon()
    left = noted(own_office)
    assert left.keys() == {now, f"epoch:{second}"}
    assert all(own_office.people["U2"] not in people and own_office.people["U1"] in people for people in left.values())
    cohesion(own_office, 0.0)
    own_office.again()
    assert noted(own_office) == {}


def test_what_an_erasure_does_to_others_is_measured_on_the_same_evidence(own_office: Office) -> None:
    gone = own_office.people["U2"]
    before = levels(own_office)
    erased(own_office, "U2")
    own_office.reckon()
    after = levels(own_office)
    by = [abs(before[one] - after.get(one, 0)) for one in before if one != gone]
    client = own_office.as_("U29")
    newest = data(client, "/influence/runs.json")["runs"][0]
    assert newest["erased"] == 1
    assert newest["erased_moved"] == sum(one >= 100 for one in by) > 0
    assert newest["erased_most"] == max(by) / 1000
    # Somebody on whom nobody relies, and who relies on nobody; meanwhile others praise as never before.
    own_office.take([own_office.liked(f"U{n}", "U21", verb="accept", days_ago=2) for n in range(3, 12)])
    erased(own_office, "U28")
    own_office.reckon()
    newest = data(client, "/influence/runs.json")["runs"][0]
    assert newest["moved"] > 0
    assert (newest["erased"], newest["erased_moved"], newest["erased_most"]) == (1, 0, 0)
    assert "Without one person who was erased no score of others moved by a tenth." in main(client, "/influence/runs")


def test_two_erasures_before_a_run_are_measured_together(own_office: Office) -> None:
    before = levels(own_office)
    for who in ("U2", "U3"):
        erased(own_office, who)
        own_office.renown.catch_up()
        with own_office.writing() as ctx:
            forgetting.forget(ctx, own_office.people[who])
    own_office.reckon()
    after, gone = levels(own_office), {own_office.people[who] for who in ("U2", "U3")}
    measured = [one for one in data(own_office.as_("U29"), "/influence/runs.json")["runs"] if one["erased"] == 2]
    by = [abs(before[one] - after.get(one, 0)) for one in before if one not in gone]
    assert measured[0]["erased_moved"] == sum(one >= 100 for one in by) > 0


def test_the_page_of_whoever_was_erased_leads_to_what_it_did(own_office: Office) -> None:
    client = own_office.as_("U29")
    erased(own_office, "U2")
    shown = page(client, f"/admin/people/{own_office.people['U2']}")
    assert "Scores that follow from who relies on whom are made anew" in shown
    assert "/panels/influence/admin" in shown
    own_office.reckon()
    box = page(client, "/panels/influence/admin")
    assert "Without one person who was erased" in said(box)
    assert 'href="/influence/runs"' in box
    assert own_office.as_("U0").get("/panels/influence/admin").status_code == 404


def test_a_run_that_waits_becomes_the_erasures(own_office: Office) -> None:
    with own_office.writing() as ctx:
        run.ask(ctx, "asked")
    erased(own_office, "U2")
    with own_office.writing() as ctx:
        forgetting.forget(ctx, own_office.people["U2"])
        assert [one.reason for one in ctx.session.scalars(select(Run).where(Run.state == "asked"))] == ["erasure"]


def test_a_merge_during_a_run_begins_it_anew(own_office: Office) -> None:
    kept, gone = own_office.people["U1"], own_office.people["U11"]
    ctx = own_office.renown.contexts.of("influence")
    with own_office.writing() as inner:
        run.ask(inner, "asked")

    def meanwhile(stage: str, _: int) -> None:
        if stage == "Publishing":
            with own_office.db.write() as conn:
                merge.merge(conn, kept, gone, "administrator", None)
            with own_office.writing() as inner:
                person_merged(kept, gone, inner)

    assert run.work(ctx, meanwhile)
    with own_office.reading() as inner:
        stopped, asked = inner.session.scalars(select(Run).order_by(Run.id.desc()).limit(2)).all()[::-1]
        assert (stopped.state, asked.state, asked.reason) == ("failed", "asked", "asked")
    own_office.reckon()
    assert gone not in levels(own_office)
    assert kept in levels(own_office)


def test_scores_from_before_a_merge_go_with_the_one_who_remains(own_office: Office) -> None:
    kept, gone = own_office.people["U1"], own_office.people["U11"]
    with own_office.db.write() as conn:
        merge.merge(conn, kept, gone, "administrator", None)
        conn.execute(update(Score).values(day=Score.day - 1))
    own_office.again()
    with own_office.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).where(Score.person_id == gone))
    erased(own_office, "U1")
    own_office.reckon()
    with own_office.reading() as ctx:
        assert ctx.session.scalar(select(func.count()).where(Score.person_id.in_([kept, gone]))) == 0
        erased_ = select(Run.erased).where(Run.state == "published").order_by(Run.id.desc()).limit(1)
        assert ctx.session.scalar(erased_) == 1, "one person, whatever ids they had"
