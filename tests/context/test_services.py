"""What plugins are handed does what docs/plugins.md says, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import insert, select, update

from renown.access.viewer import Viewer
from renown.api import (
    Data,
    EventType,
    MeasureSpec,
    NoticeKind,
    NotSigned,
    ObjectRef,
    Permission,
    PluginContext,
    RefusedEvent,
)
from renown.audit.models import Audit
from renown.context import settings
from renown.context.settings import UnusableSettings
from renown.db import stored
from renown.db.engine import Database
from renown.events import log
from renown.events.models import Event, Space
from renown.events.receive import Refusal
from renown.events.receive import validate as validate_event
from renown.ledger import standings, visibility
from renown.notify import inbox
from renown.people import affiliations, merge, persons, pseudonym, teams
from renown.people.models import Identity, Person
from renown.sources import registry
from renown.sources.connector import BadSignature, Connector, Inbound, hmac_sha256, matches
from renown.sources.secrets import Keyring
from tests.context.kit import House
from tests.events.kit import event

KEYS = Keyring("only for tests")


class Wishes(Schema):
    limit = fields.Integer(load_default=3, validate=validate.Range(1, 10))
    key = fields.String(load_default="", metadata={"secret": True})


@pytest.fixture
def house(db: Database, tmp_path: Path) -> House:
    return House.of(
        db,
        tmp_path,
        {},
        settings=Wishes,
        event_types=(EventType("thanks.given.v1"),),
        object_kinds=("thanks:card",),
        permissions=(Permission("thanks.give", "Give thanks"),),
        measures=(MeasureSpec("thanks.level", "Level", kind="level"), MeasureSpec("thanks.sum", "Sum")),
        notices=(NoticeKind("thanks.got", "Somebody thanked you"),),
    )


@pytest.fixture
def ana(db: Database) -> int:
    with db.write() as conn:
        return persons.add(conn, "Ana", "ana@example.test")


def card(ctx: PluginContext, person: int, **changes: object) -> Data:
    thing = ObjectRef(id="1", kind=str(changes.get("kind", "thanks:card")), attributedTo=ctx.people.actor(person))
    return Data(type="Offer", actor=ctx.people.actor(person), object=thing)


# Events


def test_an_event_is_numbered_at_the_end_and_its_person_is_who_did_it(house: House, ana: int) -> None:
    with house.writing() as ctx:
        key = ctx.events.append("thanks.given.v1", card(ctx, ana))
        assert ctx.events.position(key) is None
    with house.reading() as ctx:
        position = ctx.events.position(key)
        [row] = [row for row in ctx.events.read() if row.id == position]
        owner = ctx.session.scalar(select(Identity.person_id).where(Identity.id == row.actor_id))
        assert owner == ana
        packed = ctx.events.packed(("id", "verb"), last=position)
        assert packed["id"][-1] == position
        assert ctx.events.term(packed["verb"][-1]) == "thanks.given.v1"


def test_a_key_is_taken_once_and_nothing_is_appended_when_the_transaction_fails(house: House, ana: int) -> None:
    for _ in range(2):
        with house.writing() as ctx:
            ctx.events.append("thanks.given.v1", card(ctx, ana), key="one")

    def fail() -> None:
        with house.writing() as ctx:
            ctx.events.append("thanks.given.v1", card(ctx, ana), key="two")
            raise RuntimeError("the request ends here")

    with pytest.raises(RuntimeError):
        fail()
    with house.db.read() as conn:
        assert conn.scalars(select(Event.key).where(Event.key.in_(("one", "two")))).all() == ["one"]


@pytest.mark.parametrize(
    ("kind", "type", "field"),
    [
        ("thanks:card", "other.given.v1", "type"),
        ("thanks:card", "renown.merged.v1", "type"),
        ("other:card", "thanks.given.v1", "data.object.kind"),
    ],
)
def test_an_event_that_is_not_the_plugins_own_is_refused_by_field(
    house: House, ana: int, kind: str, type: str, field: str
) -> None:
    with house.writing() as ctx, pytest.raises(RefusedEvent, match=field):
        ctx.events.append(type, card(ctx, ana, kind=kind))


def test_nobody_else_can_send_in_the_name_of_a_plugins_source(house: House, ana: int) -> None:
    with house.writing() as ctx:
        ctx.events.append("thanks.given.v1", card(ctx, ana))
    forged = event("1", "create", "Create", actor=f"person:{ana}", source="renown:thanks")
    refused = validate_event(forged)
    assert isinstance(refused, Refusal)
    assert [error.field for error in refused.errors] == ["source"]


# Settings


def test_settings_are_typed_have_defaults_and_are_refused_by_field(house: House) -> None:
    manifest = house.plugins.manifests["thanks"]
    with house.reading() as ctx:
        assert dict(ctx.settings) == {"limit": 3, "key": ""}
    with house.db.write() as conn:
        settings.save(conn, manifest, KEYS, {"limit": "7", "key": "hush"})
        with pytest.raises(ValidationError) as caught:
            settings.save(conn, manifest, KEYS, {"limit": 70})
    assert set(caught.value.messages_dict) == {"limit"}
    with house.reading() as ctx:
        assert dict(ctx.settings) == {"limit": 7, "key": "hush"}


def test_a_secret_is_kept_sealed_and_an_empty_one_leaves_it(house: House) -> None:
    manifest = house.plugins.manifests["thanks"]
    with house.db.write() as conn:
        settings.save(conn, manifest, KEYS, {"key": "hush"})
        settings.save(conn, manifest, KEYS, {"limit": 2, "key": ""})
        assert "hush" not in str(stored.all_of(conn, "thanks"))
        assert settings.raw(conn, manifest) == {"limit": 2}
    with house.reading() as ctx:
        assert ctx.settings["key"] == "hush"


def test_what_no_longer_fits_the_schema_is_named(house: House) -> None:
    with house.db.write() as conn:
        stored.put(conn, "thanks", "limit", 99)
        stored.put(conn, "thanks", "long gone", 1)
    with house.reading() as ctx, pytest.raises(UnusableSettings, match="settings of thanks: limit: "):
        ctx.settings["limit"]


# People


def test_people_are_found_by_handle_mail_and_account_and_as_whom_they_count(house: House, ana: int) -> None:
    with house.writing() as ctx:
        ctx.events.append("thanks.given.v1", card(ctx, ana))
    with house.db.write() as conn:
        bea = persons.add(conn, "Bea", "bea@example.test")
        merge.merge(conn, bea, ana, "administrator", None)
    with house.reading() as ctx:
        assert ctx.people.get(ana).id == bea
        assert ctx.people.find("ana@example.test").id == bea
        assert ctx.people.by_account("renown:thanks", f"person:{ana}").id == bea
        assert ctx.people.get(999) is None
        assert ctx.people.names([ana, bea]) == {ana: "Ana", bea: "Bea"}


# The others


def test_a_token_is_read_by_the_same_plugin_for_the_same_purpose(house: House) -> None:
    with house.reading() as ctx:
        token = ctx.sign.make("vote", {"idea": 1})
        assert ctx.sign.read("vote", token, 60) == {"idea": 1}
        with pytest.raises(NotSigned):
            ctx.sign.read("other", token, 60)
        with pytest.raises(NotSigned):
            house.contexts.of("other").sign.read("vote", token, 60)
        with pytest.raises(NotSigned, match="too old"):
            ctx.sign.read("vote", token, -1)


@pytest.mark.parametrize("name", ["../other/x", "/etc/passwd", "", "."])
def test_files_stay_in_the_plugins_folder(house: House, name: str) -> None:
    with house.reading() as ctx, pytest.raises(ValueError, match="leads out"):
        ctx.files.write(name, b"x")


def test_files_are_written_read_and_deleted(house: House, tmp_path: Path) -> None:
    with house.reading() as ctx:
        ctx.files.write("a/b.bin", b"1")
        ctx.files.write("a/b.bin", b"2")
        assert ctx.files.read("a/b.bin") == b"2"
        assert (tmp_path / "files" / "thanks" / "a").is_dir()
        ctx.files.delete("a/b.bin")
        ctx.files.delete("a/b.bin")
        with pytest.raises(FileNotFoundError):
            ctx.files.read("a/b.bin")


def test_permissions_addresses_audit_and_notices(house: House, ana: int) -> None:
    with house.writing() as ctx:
        assert ctx.permissions.allows(Viewer(ana, "member"), "thanks.give")
        assert not ctx.permissions.allows(Viewer(ana, "customer"), "thanks.give")
        assert ctx.permissions.allows(Viewer(ana, "member"), "boards:read")
        assert ctx.urls.absolute("/thanks", to="ana") == "https://r.example.test/thanks?to=ana"
        assert ctx.notify.tell(ana, "thanks.got", "card:1", "Thanks", url="/thanks", once="1")
        assert not ctx.notify.tell(ana, "thanks.got", "card:1", "Thanks", once="1")
        with pytest.raises(LookupError, match="no notice of thanks"):
            ctx.notify.tell(ana, "other.got", "card:1", "Thanks")
        ctx.audit.record("card-removed", by=ana, target="card:1")
    with house.db.read() as conn:
        assert [one.title for one in inbox.listed(conn, ana)] == ["Thanks"]
        assert conn.scalars(select(Audit.action)).all() == ["thanks.card-removed"]


def test_levels_are_published_by_their_own_plugin_alone(house: House, ana: int) -> None:
    with house.writing() as ctx:
        ctx.standings.publish("thanks.level", {ana: 2500}, "run 1")
        assert ctx.standings.level("thanks.level", ana) == 2500
        for wrong in ("thanks.sum", "other.level"):
            with pytest.raises(LookupError):
                ctx.standings.publish(wrong, {ana: 1}, "run 1")


def test_others_learn_where_a_level_is_published(house: House, ana: int) -> None:
    with house.writing() as ctx:
        assert ctx.standings.scopes("thanks.level") == ()
        for scope in ("space:12", "organisation", "space:3"):
            ctx.standings.publish("thanks.level", {ana: 2500}, "run 1", scope)
        assert ctx.standings.scopes("thanks.level") == ("organisation", "space:12", "space:3")
        ctx.standings.publish("thanks.level", {}, "run 2", "space:3")
        assert ctx.standings.scopes("thanks.level") == ("organisation", "space:12"), "nobody is left there"
        assert ctx.standings.scopes("thanks.sum") == ()
        assert ctx.standings.scopes("nothing.at-all") == ()


def test_a_public_place_without_a_name_is_called_by_its_id(house: House) -> None:
    """As Slack's deliveries tell of channels: by ids alone."""
    with house.db.write() as conn:
        source = registry.add(conn, KEYS, "slack", "slack:T1", title="Slack of Acme").id
        rows = [
            {"source_id": source, "key": "C1", "name": None, "private": False},
            {"source_id": source, "key": "C2", "name": "help", "private": False},
            {"source_id": source, "key": "D3", "name": None, "private": True},
            {"source_id": source, "key": pseudonym.PREFIX + "ab12", "name": None, "private": False},
        ]
        conn.execute(insert(Space), rows)
        numbers = list(conn.scalars(select(Space.id)))
    with house.reading() as ctx:
        found = ctx.spaces.public(numbers)
    assert sorted((one.name, one.source) for one in found.values()) == [
        ("C1", "Slack of Acme"),
        ("help", "Slack of Acme"),
    ]


def test_a_team_tells_how_many_of_it_are_not_shown(house: House) -> None:
    with house.db.write() as conn:
        today = standings.today(conn)
        people = [persons.add(conn, name, f"{name}@example.test") for name in ("bea", "cem", "dia")]
        support, sales = (teams.add(conn, name) for name in ("Support", "Sales"))
        for person, team in zip(people, (support, support, sales), strict=True):
            affiliations.affiliate(conn, person, "employee")
            teams.place(conn, person, team, None)
    for preset, hidden, counts in (
        ("opt-out", people[:1], {support: 1}),
        ("opt-out", people, {support: 2, sales: 1}),
        ("open", people, {}),
        ("teams-only", [], {support: 2, sales: 1}),
    ):
        with house.db.write() as conn:
            visibility.set_preset(conn, preset)
            conn.execute(update(Person).values(shown=None))
            conn.execute(update(Person).where(Person.id.in_(hidden)).values(shown=False))
            visibility.moved(conn, people)
        standings.catch_up(house.db)
        with house.reading() as ctx:
            assert ctx.teams.hidden(today) == counts, preset
            assert ctx.teams.hidden(today - 40_000) == ctx.teams.hidden(today), "they were always there"


def test_a_request_is_verified_against_its_source(house: House) -> None:
    class Forum(Connector):
        network, title = "forum", "Forum"

        def verify(self, inbound: Inbound, secrets: object) -> None:
            expected = [hmac_sha256(secret, inbound.body) for secret in secrets]  # type: ignore[attr-defined]
            if not matches(inbound.headers["x-signature"], expected):
                raise BadSignature("x-signature does not match")

    with house.db.write() as conn:
        row = registry.add(conn, KEYS, "forum", "forum:1", secret="a secret")
    good = Inbound("POST", {"x-signature": hmac_sha256("a secret", b"{}")}, {}, b"{}", 0)
    with house.reading() as ctx:
        assert ctx.sources.verify(row.slug, Forum(), good).name == "forum:1"
        assert [one.name for one in ctx.sources.listed("forum")] == ["forum:1"]
        for slug, inbound in ((row.slug, Inbound("POST", good.headers, {}, b"[]", 0)), ("none", good)):
            with pytest.raises(BadSignature):
                ctx.sources.verify(slug, Forum(), inbound)


def test_the_log_is_not_held_while_nothing_is_queued(house: House, ana: int) -> None:
    with house.writing() as ctx:
        assert ctx.events.read(limit=1) is not None
        before = log.head(ctx._connection)
    with house.db.read() as conn:
        assert log.head(conn) == before
