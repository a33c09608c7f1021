"""Runs: listed with what they were made of, done again to the byte, and what an erasure did to others."""

from __future__ import annotations

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from renown.context import PluginContext
from renown.people import erase
from renown_influence import history, kept, redo, run
from renown_influence.graph import Floats
from renown_influence.models import Check, Packed, Run
from renown_influence.reckon import digest
from tests.influence.office import Office
from tests.influence.reading import data, main, page


def token(client: FlaskClient) -> str:
    return page(client, "/influence/runs").split('name="csrf_token" value="')[1].split('"')[0]


def test_runs_are_for_administrators(office: Office) -> None:
    for who, expected in (("U0", 404), ("U20", 404), ("U29", 200)):
        for path in ("/influence/runs", "/influence/runs/_rows", "/influence/runs.json", "/api/v1/influence/runs"):
            assert office.as_(who).get(path).status_code == expected, (who, path)
        answer = office.as_(who).post("/influence/runs", headers={"X-CSRFToken": "none"})
        assert answer.status_code in (400, 404)


def test_a_run_is_asked_for_done_and_listed_with_what_it_was_made_of(own_office: Office) -> None:
    client = own_office.as_("U29")
    before = data(client, "/influence/runs.json")["runs"]
    assert client.post("/influence/runs", data={"csrf_token": token(client)}).status_code == 302
    assert "waiting" in main(client, "/influence/runs")
    assert "hx-trigger" in page(client, "/influence/runs"), "it is watched while it waits"
    own_office.reckon()
    newest, *rest = data(client, "/influence/runs.json")["runs"]
    assert rest == before
    assert (newest["state"], newest["reason"], newest["moved"]) == ("published", "asked", 0)
    assert newest["pairs"] == before[0]["pairs"] > 0
    assert newest["graph"] != newest["result"]
    assert "Half-life" not in main(client, "/influence/runs")


def test_changed_parameters_are_told(own_office: Office) -> None:
    from renown.context import settings

    with own_office.db.write() as conn:
        manifest = own_office.renown.plugins.manifests["influence"]
        settings.save(conn, manifest, own_office.renown.keyring, {"half_life": 30})
    own_office.again()
    text = main(own_office.as_("U29"), "/influence/runs")
    assert "Half-life: 60 → 30" in text
    assert data(own_office.as_("U29"), "/influence/runs.json")["runs"][0]["moved"] > 0


def test_a_run_done_again_gives_the_same_bytes_and_says_where_it_does_not(own_office: Office) -> None:
    client = own_office.as_("U29")
    number = data(client, "/influence/runs.json")["runs"][0]["run"]
    assert client.post(f"/influence/runs/{number}/redo", data={"csrf_token": token(client)}).status_code == 302
    assert "being done again" in main(client, "/influence/runs")
    own_office.reckon()
    assert "The same bytes." in main(client, "/influence/runs")
    assert data(client, "/influence/runs.json")["runs"][0]["same_again"] is True
    with own_office.db.write() as conn:
        kept = (Packed.owner == f"run:{number}", Packed.name == "weight")
        content = conn.scalar(select(Packed.content).where(*kept))
        assert content is not None
        conn.execute(update(Packed).where(*kept).values(content=content[8:] + content[:8]))
    assert redo.again(own_office.renown.contexts.of("influence"), number) == redo.Again(graph=False, result=False)
    with own_office.db.write() as conn:
        conn.execute(update(Packed).where(*kept).values(content=content))
        conn.execute(update(Run).where(Run.id == number).values(result_hash="0" * 64))
    client.post(f"/influence/runs/{number}/redo", data={"csrf_token": token(client)})
    own_office.reckon()
    assert "What it found differs." in main(client, "/influence/runs")


def test_a_run_that_other_libraries_did_is_the_same_to_nine_digits_and_they_are_named(own_office: Office) -> None:
    """As if there had been another numpy, which found another last bit."""
    ctx = own_office.renown.contexts.of("influence")
    number = data(own_office.as_("U29"), "/influence/runs.json")["runs"][0]["run"]
    with own_office.writing() as inner:
        row = inner.session.get_one(Run, number)
        found = kept.load(inner, row)
        assert found is not None
        assert row.libraries["numpy"] == np.__version__
        values = found.values * (1 + 1e-9)
        store_values(inner, number, values)
        row.result_hash, row.libraries = digest(values), row.libraries | {"numpy": "1.0"}
    again = redo.again(ctx, number)
    assert again.same
    assert again.said == f"The same to nine digits, not to the byte: numpy was 1.0, is {np.__version__}."
    with own_office.writing() as inner:
        row = inner.session.get_one(Run, number)
        values = found.values * (1 + 1e-8)
        store_values(inner, number, values)
        row.result_hash = digest(values)
    assert redo.again(ctx, number) == redo.Again(True, False, False, (("numpy", "1.0", np.__version__),))


def store_values(ctx: PluginContext, number: int, values: Floats) -> None:
    mine = (Packed.owner == f"run:{number}", Packed.name == "values")
    ctx.session.execute(update(Packed).where(*mine).values(content=values.tobytes()))


def test_a_run_that_is_not_there_cannot_be_done_again(office: Office) -> None:
    client = office.as_("U29")
    assert client.post("/influence/runs/999/redo", data={"csrf_token": token(client)}).status_code == 404
    with pytest.raises(redo.NotKept, match="no finished run 999"):
        redo.again(office.renown.contexts.of("influence"), 999)


def test_an_erasure_says_what_it_did_to_others(own_office: Office) -> None:
    """U2 relied on U1 and is gone: U1 has less, and nothing of U2 is left."""
    gone = own_office.people["U2"]
    client = own_office.as_("U29")
    first = data(client, "/influence/runs.json")["runs"][0]
    with own_office.reading() as ctx:
        before = dict(zip(*ctx.standings.levels(run.MEASURE), strict=True))
    with own_office.db.write() as conn:
        erase.erase(conn, gone, None)
    own_office.reckon()
    newest = data(client, "/influence/runs.json")["runs"][0]
    with own_office.reading() as ctx:
        after = dict(zip(*ctx.standings.levels(run.MEASURE), strict=True))
        assert history.of(ctx, gone) == []
    by = [abs(after[one] - before[one]) for one in after if one in before]
    assert newest["reason"] == "erasure"
    assert newest["moved"] == sum(one >= 100 for one in by) > 0
    assert newest["moved_most"] == max(by) / 1000
    assert gone not in after
    text = main(client, "/influence/runs")
    assert "Somebody in it was erased." in text
    with pytest.raises(redo.NotKept, match="erased"):
        redo.again(own_office.renown.contexts.of("influence"), first["run"])
    with own_office.reading() as ctx:
        assert ctx.session.scalars(select(Check)).all() == []
