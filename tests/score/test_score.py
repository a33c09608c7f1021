"""What acts are worth, step by step, to the point."""

from __future__ import annotations

import pytest

from renown.clock import to_day
from renown.db.engine import Database
from renown.events.types import CloudEvent, Quality
from tests.events.kit import START, event, message
from tests.score.kit import Broken, Site, assert_whole

NO_TIME = Quality(time="received")


@pytest.fixture
def site(db: Database) -> Site:
    return Site(db)


def like(
    key: str, minute: int, *, actor: str = "U2", on: bool = True, untimed: bool = False, thing: str = "m1"
) -> CloudEvent:
    return event(
        key,
        "react",
        "Like" if on else "Undo",
        actor=actor,
        thing=thing,
        minute=minute,
        statekey=f"{thing}:+1:{actor}",
        quality=NO_TIME if untimed else None,
    )


def worth(site: Site, *events: CloudEvent) -> dict[str, int]:
    site.take(*events)
    site.count()
    with site.db.read() as conn:
        assert_whole(conn, site.generation)
    return site.totals()


def test_a_message_and_a_like(site: Site) -> None:
    assert worth(site, message("m1"), like("l1", 5)) == {"U1": 5_050 + 3_000, "U2": 2_000}


def test_like_unlike_like_ends_as_one_like(site: Site) -> None:
    one = worth(site, message("m1"), like("l1", 5))
    assert worth(site, like("u1", 6, on=False)) == {"U1": 5_050}
    assert worth(site, like("l1", 5), like("u1", 6, on=False)) == {"U1": 5_050}, "retries"
    assert worth(site, like("export", 0, untimed=True)) == {"U1": 5_050}, "an export without times, in between"
    assert worth(site, like("l2", 7)) == one
    assert worth(site, like("late", 3)) == one, "a late act before the undo"
    assert worth(site, like("l3", 9)) == one, "on twice"


def test_an_export_first_then_times(site: Site) -> None:
    one = worth(site, message("m1"), like("export", 0, untimed=True))
    assert one["U2"] == 2_000
    assert worth(site, like("l1", 5)) == one
    assert worth(site, like("u1", 6, on=False)) == {"U1": 5_050}


def test_undo_before_its_act(site: Site) -> None:
    undo = event("undo", "react", "Undo", retracts="l1", thing="m1")
    assert worth(site, message("m1"), undo) == {"U1": 5_050}
    assert worth(site, event("l1", actor="U2")) == {"U1": 5_050}
    assert worth(site, event("redo", "react", "Undo", retracts="undo", thing="m1")) == {"U1": 8_050, "U2": 2_000}
    assert worth(site, event("again", "react", "Undo", retracts="redo", thing="m1")) == {"U1": 5_050}


def test_retractions_in_a_ring_end(site: Site) -> None:
    ring = [event(f"r{n}", "react", "Undo", retracts=f"r{(n + 1) % 3}", thing="m1") for n in range(3)]
    assert worth(site, message("m1"), *ring, event("self", actor="U2", retracts="self")) == worth(site)


def test_delete_then_restore_nets_exactly(site: Site) -> None:
    before = worth(site, message("m1"), like("l1", 5), like("l2", 6, actor="U3"))
    delete = event("m1:delete", "delete", "Delete", thing="m1", actor="U1")
    assert worth(site, delete) == {}
    assert worth(site, event("m1:restore", "delete", "Undo", retracts="m1:delete", thing="m1")) == before
    assert worth(site, event("m1:delete2", "delete", "Delete", thing="m1", actor="U1")) == {}
    assert worth(site, like("l3", 8, actor="U4")) == {}, "a like of what is gone"
    again = worth(site, event("m1:restore2", "delete", "Undo", retracts="m1:delete2", thing="m1"))
    assert again == {"U1": 12_000 + 2_050 * 333 // 1000, "U2": 2_000, "U3": 2_000, "U4": 2_000}


def test_a_late_owner_gets_the_credit(site: Site) -> None:
    assert worth(site, like("l1", 5)) == {}
    assert worth(site, message("m1")) == {"U1": 8_050, "U2": 2_000}
    assert worth(site, like("own", 6, actor="U1")) == {"U1": 8_050, "U2": 2_000}, "self-acts are worth nothing"


def test_a_late_question_makes_the_asker_known(site: Site) -> None:
    answer = message("a1", "U2", parent="q1", minute=3)
    accept = event("ok", "accept", "Accept", actor="U1", thing="a1", minute=9)
    worth(site, answer, accept)
    assert site.totals(measure="points.helped") == {}
    worth(site, message("q1", "U1"))
    assert site.totals(measure="points.helped") == {"U2": 15_000}, "the asker is a customer"


def test_another_fills_the_room_that_a_limit_gets_back(site: Site) -> None:
    likes = [like(f"l{n}", n, actor=f"U{n}") for n in range(2, 9)]
    total = worth(site, message("m1"), *likes)["U1"]
    assert total == 12_000 + (20_000 - 12_000) * 333 // 1000, "5,050 + 21,000 exceed the day's 20,000"
    assert worth(site, like("u2", 20, actor="U2", on=False))["U1"] == total, "23,050 still do"


def test_giver_quotas_go_by_position(site: Site) -> None:
    def rare(number: int, on: bool = True) -> CloudEvent:
        key, kind = (f"r{number}", "Like") if on else (f"x{number}", "Undo")
        return event(
            key, "react", kind, actor="U9", thing=f"m{number}", content="rare", retracts=None if on else f"r{number}"
        )

    things = [message(f"m{number}", f"U{number}") for number in (1, 2, 3, 4)]
    assert worth(site, *things, rare(1), rare(2), rare(3))["U9"] == 4_000
    assert worth(site, rare(1, on=False))["U9"] == 2_000
    assert worth(site, rare(4))["U9"] == 4_000, "what was taken back is free again"


def test_a_day_is_the_day_of_the_act_in_the_organisations_zone(db: Database) -> None:
    with db.write() as conn:
        from renown.db import stored

        stored.put(conn, "core", "timezone", "Pacific/Auckland")
    site = Site(db)
    worth(site, message("m1", minute=180))
    with db.read() as conn:
        days = conn.exec_driver_sql("SELECT DISTINCT day FROM core_day_total").scalars().all()
    assert days == [to_day(START.date()) + 1]


def test_what_a_plugin_raises_stops_only_its_own_batch(site: Site) -> None:
    site.take(message("m1"), event("bad", actor="U2", content="boom"), like("l1", 5))
    with pytest.raises(Broken):
        site.count()
    assert site.totals() == {}
    assert site.count(upto=1) == 1
    assert site.totals() == {"U1": 5_050}
