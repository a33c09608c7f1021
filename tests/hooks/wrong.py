"""Plugins that are wrong in one point each, the test of the suite that says so, and words of what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

_HEAD = """
from flask import Blueprint
from markupsafe import Markup
from marshmallow import Schema, fields
from sqlalchemy import ForeignKey, String, delete, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from renown.api import (
    Entry, MeasureSpec, NavItem, Owned, Panel, Permission, Plugin, RuleSpec, hookimpl, needs, public, viewer
)


class Points(Schema):
    points = fields.Integer(required=True)


SCORING = dict(
    measures=(MeasureSpec("{name}.points", "Points"),), rules=(RuleSpec("made", "Made", Points, {{"points": 1}}),)
)
plugin = Plugin(name="{manifest}", title="Wrong", summary="Wrong in one point."{facts})
"""

_TABLE = """
class Base(Owned, DeclarativeBase, owner="{name}"):
    pass


class Card(Base):
    __tablename__ = "{name}_card"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey({key}))
    text: Mapped[str] = mapped_column(String(80))
    {more}
"""

_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0001", None, None, None


def upgrade():
    op.create_table(
        "{name}_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], [{key}], name=op.f("fk_{name}_card_person_id_{to}")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_{name}_card")),
    )
    {up}


def downgrade():
    {down}
"""

_FILL = """
    def fill(self, kit, people):
        from renown_{name}.plugin import Card
        with kit.context("{name}") as ctx:
            for person in people:
                ctx.session.add(Card(person_id=person, text=f"by @{{kit.handle(person)}}"))
"""

_HEARS = """
@hookimpl
def person_merged(kept, gone, ctx):
    ctx.session.execute(update(Card).where(Card.person_id == gone).values(person_id=kept))

@hookimpl
def person_erased(person_id, ctx):
    ctx.session.execute(update(Card).where(Card.person_id == person_id).values(text=""))

@hookimpl
def export_person(person_id, viewer, ctx):
    return {"cards": list(ctx.session.scalars(select(Card.text).where(Card.person_id == person_id)))}
"""

_SCORES = """
@hookimpl
def score(events, rules):
    for event in events:
        if event.actor is not None:
            yield from (Entry(event.id, event.actor.identity, "{name}.points", "made", 1000) for _ in rules.of(event))
"""


@dataclass(frozen=True)
class Wrong:
    """`test` fails, saying all of `says`. `facts` go into the manifest, `code` behind it."""

    name: str
    test: str
    says: Sequence[str]
    facts: str = ""
    code: str = ""
    manifest: str = ""
    #: None: it has no table.
    key: str | None = None
    more: str = ""
    up: str = "pass"
    down: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """The package, installed beside others in `folder`."""
        package, info = folder / f"renown_{self.name}", folder / f"{self.name}-1.dist-info"
        for one in (package, info):
            one.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {self.name}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[renown.plugins]\n{self.name} = renown_{self.name}.plugin\n")
        files = {"__init__.py": "", "plugin.py": self._module(), **self.files}
        if self.key is not None:
            files |= {"migrations/__init__.py": "", "migrations/0001_cards.py": self._migration(self.key)}
        for name, text in files.items():
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_text(text)

    def suite(self) -> str:
        fill = _FILL.format(name=self.name) if self.key is not None else ""
        return f'class Test{self.name.capitalize()}(Conformance):\n    plugin = "{self.name}"\n{fill}'

    def _module(self) -> str:
        facts = f", {self.facts}" if self.facts else ""
        head = _HEAD.format(name=self.name, manifest=self.manifest or self.name, facts=facts)
        table = "" if self.key is None else _TABLE.format(name=self.name, key=self.key, more=self.more)
        return head + table + dedent(self.code).replace("{name}", self.name)

    def _migration(self, key: str) -> str:
        plain = key.partition(",")[0]
        down = self.down or f'op.drop_table("{self.name}_card")'
        to = plain.strip('"').partition(".")[0]
        return _MIGRATION.format(name=self.name, key=plain, to=to, up=self.up, down=down)


PERSON = '"core_person.id"'

_FACTS = "its_manifest_says_what_is_there"
_ON = "it_can_be_switched_on_and_off"
_SETTINGS = "its_settings_work_before_anybody_set_them"
_IMPORTS = "it_imports_nothing_of_renown_but_the_api"
_OUT = "what_goes_out_goes_through_the_context"
_FOREIGN = "its_tables_refer_to_people_and_events_alone_and_drop_nothing"
_MAKE = "its_migrations_make_its_tables"
_DOWN = "its_migrations_go_down_and_up_again"
_PURGE = "purging_leaves_nothing_and_takes_nothing_else"
_PURE = "its_score_is_pure"
_BATCHES = "its_score_gives_the_same_in_batches_of_any_size"
_ENTRIES = "its_entries_name_its_measures_and_rules"
_REPLAY = "counted_again_from_the_log_its_ledger_is_the_same"
_ROUTES = "its_routes_say_who_may_use_them"
_OWN = "it_hooks_into_its_own_pages_alone"
_EMPTY = "its_pages_bear_an_empty_organisation"
_HUGE = "its_pages_bear_a_huge_organisation_in_time"
_DAY = "it_lives_through_a_lively_day"
_HEAR = "who_keeps_something_of_people_hears_of_them"
_TWICE = "people_may_be_merged_split_and_erased_more_than_once"
_MERGED = "who_was_merged_is_found_with_whom_they_count_as"
_ERASED = "nothing_of_an_erased_person_stays"
_TOLD = "what_it_holds_of_somebody_can_be_written_down"
_SAID = "what_its_templates_say_can_be_translated"
_READ = "its_translations_can_be_read"

_COUNTS = """
seen = set()

@hookimpl
def score(events, rules):
    for event in events:
        if event.actor is not None and event.id not in seen:
            seen.add(event.id)
            yield from (Entry(event.id, event.actor.identity, "{name}.points", "made", 1000) for _ in rules.of(event))
"""

PLUGINS = (
    Wrong("misnamed", _FACTS, ["the manifest says 'other', the entry point 'misnamed'"], manifest="other"),
    Wrong("sumless", _FACTS, ["sumless.points is a sum, so write the hook `score`"], "**SCORING"),
    Wrong("unloaded", _ON, ["blueprints: ZeroDivisionError"], code="""
        @hookimpl
        def blueprints(ctx):
            return 1 / 0
        """),
    Wrong("unset", _SETTINGS, ["settings: {'points'", "give each field a `load_default`"], "settings=Points"),
    Wrong("insider", _IMPORTS, [
        "uses renown.audit", "uses renown.db.engine", "uses renown_activity.words", "uses renown.api.metadata",
        "uses renown.clock", "plugin.py:", "take it from renown.api",
    ], code="""
        def inside():
            import importlib
            from renown import audit
            from renown.api import metadata
            import renown_activity.words
            import renown.api
            return importlib.import_module("renown.db.engine"), renown.clock
        """),
    Wrong("calling", _OUT, ["plugin.py imports urllib.request", "by ctx.http, mail by ctx.mail"], code="""
        from urllib.request import urlopen
        """),
    Wrong("foreign", _FOREIGN, ["foreign_card.person_id refers to core_identity.id", "refer to people or events"],
          key='"core_identity.id"'),
    Wrong("cascading", _FOREIGN, ["cascading_card.person_id: leave `ondelete` out"],
          key='"core_person.id", ondelete="CASCADE"'),
    Wrong("drifting", _MAKE, ["renown db revision --plugin drifting", "add_column"],
          key=PERSON, more="day: Mapped[int] = mapped_column()"),
    Wrong("oneway", _DOWN, ["oneway_card", "stays after `downgrade`: let it drop what `upgrade` makes"],
          key=PERSON, down="pass"),
    Wrong("leaving", _PURGE, ["after a purge its tables cannot be made again", "all that migrations make leaving_*"],
          key=PERSON, up='op.create_table("cards_left_behind", sa.Column("id", sa.Integer()))'),
    Wrong("guessing", _PURE, ["score asks for", "random", "now", "`event.occurred_at`"], "**SCORING", """
        import random
        from datetime import datetime

        @hookimpl
        def score(events, rules):
            if datetime.now().year < 2000 or random.randint(1, 6) > 6:
                return
            for event in events:
                if event.actor is not None:
                    for _ in rules.of(event):
                        yield Entry(event.id, event.actor.identity, "guessing.points", "made", 1000)
        """),
    Wrong("counting", _BATCHES, ["scored twice", "keep nothing between calls"], "**SCORING", _COUNTS),
    Wrong("batching", _BATCHES, ["scored one by one", "look at each event alone"], "**SCORING", """
        @hookimpl
        def score(events, rules):
            for event in list(events)[:1]:
                if event.actor is not None:
                    for _ in rules.of(event):
                        yield Entry(event.id, event.actor.identity, "batching.points", "made", 1000)
        """),
    Wrong("ruleless", _ENTRIES, ["gave entries of other", "name each rule among `rules`"], "**SCORING",
          _SCORES.replace('"made"', '"other"')),
    Wrong("forgetting", _REPLAY, ["replayed, the log gives another ledger"], "**SCORING", _COUNTS),
    Wrong("quiet", _DAY, ["quiet.outgoing refused socket.getaddrinfo 127.0.0.1:9"], code="""
        from urllib.robotparser import RobotFileParser

        @hookimpl
        def events_recorded(events, ctx):
            try:
                RobotFileParser("http://127.0.0.1:9/robots.txt").read()
            except OSError:
                pass
        """),
    Wrong("raising", _DAY, ["raising.events_recorded raised KeyError"], code="""
        @hookimpl
        def events_recorded(events, ctx):
            raise KeyError(len(events))
        """),
    Wrong("unmarked", _ROUTES, ["/unmarked is 404 for everybody", '@needs("unmarked.…") or @public'], code="""
        @hookimpl
        def blueprints(ctx):
            pages = Blueprint("unmarked", __name__)
            pages.get("/unmarked")(lambda: "")
            return [pages]
        """),
    Wrong("undeclared", _ROUTES, ["/undeclared needs undeclared.read", "name it among `permissions`"], code="""
        @hookimpl
        def blueprints(ctx):
            pages = Blueprint("undeclared", __name__)
            pages.get("/undeclared")(needs("undeclared.read")(lambda: ""))
            return [pages]
        """),
    Wrong("wide", _OWN, ["look_at_all runs on pages that are not the plugin's"], code="""
        @hookimpl
        def blueprints(ctx):
            pages = Blueprint("wide", __name__)
            pages.before_app_request(look_at_all)
            return [pages]

        def look_at_all():
            return None
        """),
    Wrong("fragile", _EMPTY, ["panels raised TypeError", "it must bear any viewer, place and subject"], code="""
        @hookimpl
        def panels(place, subject, viewer, ctx):
            return [Panel("One more", Markup(subject + 1))]
        """),
    Wrong("failing", _EMPTY, ["GET /failing answered 500"], code="""
        @hookimpl
        def blueprints(ctx):
            pages = Blueprint("failing", __name__)
            pages.get("/failing")(public(fail))
            return [pages]

        def fail():
            raise RuntimeError("on this page")
        """),
    Wrong("dawdling", _HUGE, ["panels took", "5 times in a row", "read less, by an index, or from a job"], code="""
        import time

        @hookimpl
        def panels(place, subject, viewer, ctx):
            time.sleep(0.16)
            return []
        """),
    Wrong("deaf", _HEAR, ["deaf_card.person_id refers to people: write export_person, person_erased, person_merged"],
          key=PERSON),
    Wrong("once", _TWICE, ["once.person_erased", "the second time must do no harm"], key=PERSON, code=_HEARS + """
def person_erased(person_id, ctx):
    found = ctx.session.scalars(select(Card).where(Card.person_id == person_id)).one()
    ctx.session.delete(found)

person_erased = hookimpl(person_erased)
"""),
    Wrong("losing", _MERGED, ["gone once they count as somebody else", "let person_merged move it"], key=PERSON,
          code=_HEARS + """
@hookimpl
def person_merged(kept, gone, ctx):
    ctx.session.execute(delete(Card).where(Card.person_id.in_([kept, gone])))
"""),
    Wrong("keeping", _ERASED, ["keeping_card.text still says who an erased person was", "blank it in person_erased"],
          key=PERSON, code=_HEARS + """
@hookimpl
def person_erased(person_id, ctx):
    pass
"""),
    Wrong("unwritable", _TOLD, ["export_person", "give texts, numbers, lists and mappings alone"], code="""
        @hookimpl
        def export_person(person_id, viewer, ctx):
            return {"bytes": b"\\x00"}
        """),
    Wrong("literal", _SAID, ["page.html: 'Said as it is'", "'A label'", "{% trans %}"], 'locale="locale"', files={
        "templates/page.html": '<h1>Said as it is</h1><p title="A label">{{ _("fine") }}'
                               "{% trans %}fine{% endtrans %} {{ 3 }}</p>",
    }),
    Wrong("mistold", _READ, ["other places than 'For %(name)s'"], 'locale="locale"', files={
        "locale/de/LC_MESSAGES/mistold.po":
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n#, python-format\n'
            'msgid "For %(name)s"\nmsgstr "Für %(nahme)s"\n',
    }),
)  # fmt: skip
