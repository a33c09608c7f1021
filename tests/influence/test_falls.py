"""Each fall of a score is explained in its history, and nobody is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from renown import clock
from renown.context import settings
from renown.people import erase
from renown_influence import timeline
from tests.influence.office import GENERAL, KAFKA, NOW, Office
from tests.influence.reading import data, main, named


@contextmanager
def later(office: Office, days: int) -> Iterator[None]:
    """So many days on, when a run has found what is then."""
    with clock.set_to(lambda: NOW + days * clock.DAY):
        yield
        office.again()


def fell(office: Office, who: str = "U1") -> tuple[float, str | None]:
    """By how much the newest change was less than the one before, and why."""
    *_, before, now = data(office.as_("U0"), f"/influence/people/{office.handle(who)}.json")["history"]
    return round(before["influence"] - now["influence"], 1), now["fell"]


def test_acts_grow_older(own_office: Office) -> None:
    """Everybody is there each day, and nobody does anything with the work of U1."""
    with later(own_office, 30):
        own_office.take([own_office.made("U1", GENERAL, days_ago=-day) for day in range(30)])
    by, why = fell(own_office)
    assert by >= 0.1
    assert why == timeline.FADED
    text = main(own_office.as_("U1"), "/influence")
    assert timeline.FADED in text
    own_office.again()
    assert fell(own_office)[1] == timeline.FADED, "a second run on the day finds no fall and forgets none"


def test_a_rater_comes_to_rely_on_others(own_office: Office) -> None:
    many = [f"U{n}" for n in range(2, 20)]
    with later(own_office, 1):
        owners = ["U22", "U23", "U24", "U25", "U26"]
        own_office.take([own_office.made(who, GENERAL, days_ago=0) for who in owners])
        for verb in ("react", "accept"):
            acts = [own_office.liked(one, who, GENERAL, 0, verb) for one in many for who in owners]
            own_office.take(acts)
    assert fell(own_office)[1] == timeline.VOICES
    assert not named(timeline.VOICES)


def test_the_scale_is_set_anew_each_quarter(own_office: Office) -> None:
    with later(own_office, 60):
        own_office.take([own_office.made("U1", KAFKA, days_ago=-1)])
        # All others have as much now: what the one in the middle has is more.
        pairs = [(a, b) for a in own_office.staff for b in own_office.staff if a != b and "U1" not in (a, b)]
        own_office.take([own_office.liked(a, b, GENERAL, -59, "accept") for a, b in pairs])
    by, why = fell(own_office)
    assert by >= 0.1
    assert why == timeline.SCALE


def test_administrators_change_how_it_is_counted(own_office: Office) -> None:
    with later(own_office, 1), own_office.db.write() as conn:
        manifest = own_office.renown.plugins.manifests["influence"]
        settings.save(conn, manifest, own_office.renown.keyring, {"alpha": 0.5})
    assert fell(own_office)[1] == timeline.SETTINGS


def test_somebody_was_erased(own_office: Office) -> None:
    gone = own_office.people["U2"]
    with later(own_office, 1), own_office.db.write() as conn:
        erase.erase(conn, gone, None)
    assert fell(own_office)[1] == timeline.ERASED


def test_no_act_counts_any_more(own_office: Office) -> None:
    """Both who relied on U0 are erased, and somebody sees what was."""
    with later(own_office, 1), own_office.db.write() as conn:
        for who in ("U10", "U20"):
            erase.erase(conn, own_office.people[who], None)
    with own_office.reading() as ctx:
        steps = timeline.of(ctx, own_office.people["U0"], ctx.clock.today()).steps
    assert (steps[-1].amount, steps[-1].fell) == (0, timeline.NOTHING)


def test_a_rise_is_not_explained_as_a_fall(own_office: Office) -> None:
    with later(own_office, 1):
        own_office.take([own_office.liked(f"U{n}", "U1", GENERAL, 0, "accept") for n in range(20, 29)])
    by, why = fell(own_office)
    assert by < 0
    assert why is None
