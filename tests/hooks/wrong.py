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
from sqlalchemy import ForeignKey, String, Text, TypeDecorator, delete, insert, select, text, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from renown.api import (
    Entry, MeasureSpec, Owned, OwnRules, Panel, Permission, Plugin, Rejection, RuleSpec, hookimpl, needs, public, viewer
)


class Points(Schema):
    points = fields.Integer(required=True)


class Said(TypeDecorator):
    impl = Text
    cache_ok = True


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
    {who}: Mapped[int] = mapped_column({key})
    text: Mapped[str] = mapped_column({kind})
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
        sa.Column("{who}", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=80), nullable=False),
        {refers}
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
                ctx.session.add(Card({who}=person, text=f"by @{{kit.handle(person)}} as {{kit.account(person)}}"))
"""

_ONE = """
    @pytest.fixture
    def renown_dialect(self):
        return "sqlite"
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

_GIVES_BACK = """
moved = []

@hookimpl
def person_merged(kept, gone, ctx):
    moved.extend((gone, one) for one in ctx.session.scalars(select(Card.id).where(Card.person_id == gone)))
    ctx.session.execute(update(Card).where(Card.person_id == gone).values(person_id=kept))

@hookimpl
def person_split(kept, gone, ctx):
    theirs = [one for whose, one in moved if whose == gone]
    ctx.session.execute(update(Card).where(Card.id.in_(theirs)).values(person_id=gone))
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
    #: What its table refers to: "" is nothing, None that it has no table.
    key: str | None = None
    #: Whether the plugin has something of the people whom the suite gives it.
    fills: bool = True
    kind: str = "String(80)"
    #: The column that says whom a card is about.
    who: str = "person_id"
    more: str = ""
    up: str = "pass"
    down: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    #: The package, where it is not the plugin's alone.
    within: str = ""

    def write(self, folder: Path) -> None:
        """The package, installed beside others in `folder`."""
        within = self.within or f"renown_{self.name}"
        package, info = folder.joinpath(*within.split(".")), folder / f"{self.name}-1.dist-info"
        for one in (package, info):
            one.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {self.name}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[renown.plugins]\n{self.name} = {within}.plugin\n")
        files = {"__init__.py": "", "plugin.py": self._module(), **self.files}
        if self.key is not None:
            files |= {"migrations/__init__.py": "", "migrations/0001_cards.py": self._migration(self.key)}
        for name, text in files.items():
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_text(text)

    def suite(self) -> str:
        fill = _FILL.format(name=self.name, who=self.who) if self.key is not None and self.fills else ""
        one = "" if self.test in ON_BOTH else _ONE
        return f'class Test{self.name.capitalize()}(Conformance):\n    plugin = "{self.name}"\n{fill}{one}'

    def _module(self) -> str:
        facts = f", {self.facts}" if self.facts else ""
        head = _HEAD.format(name=self.name, manifest=self.manifest or self.name, facts=facts)
        table = "" if self.key is None else self._table(self.key)
        return head + table + dedent(self.code).replace("{name}", self.name)

    def _table(self, key: str) -> str:
        refers = f"ForeignKey({key})" if key else ""
        return _TABLE.format(name=self.name, key=refers, kind=self.kind, who=self.who, more=self.more)

    def _migration(self, key: str) -> str:
        plain = key.partition(",")[0]
        down = self.down or f'op.drop_table("{self.name}_card")'
        named = f"fk_{self.name}_card_{self.who}_{plain.strip(chr(34)).partition('.')[0]}"
        refers = f'sa.ForeignKeyConstraint(["{self.who}"], [{plain}], name=op.f("{named}")),' if key else ""
        return _MIGRATION.format(name=self.name, who=self.who, refers=refers, up=self.up, down=down)


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
_ELSEWHERE = "its_score_gives_the_same_in_another_process"
_EVENTS = "it_screens_and_enriches_by_the_event_alone"
_ASKS = "it_asks_its_own_tables_alone"

#: Where the database makes a difference.
ON_BOTH = frozenset({_MAKE, _DOWN, _PURGE, _ERASED, _HEAR})

_COUNTS = """
seen = set()

@hookimpl
def score(events, rules):
    for event in events:
        if event.actor is not None and (event.id, event.occurred_at) not in seen:
            seen.add((event.id, event.occurred_at))
            yield from (Entry(event.id, event.actor.identity, "{name}.points", "made", 1000) for _ in rules.of(event))
"""

_SEES = 'permissions=(Permission("refusing.see", "See"),)'
_OWN_RULES = (
    'measures=(MeasureSpec("ruling.points", "Points"),), own_rules=OwnRules(Points, {"points": 1}, {"points": 0})'
)
_LEFT = """op.create_table("cards_left_behind", sa.Column("id", sa.Integer()), if_not_exists=True)
    op.create_index("ix_core_event_{name}", "core_event", ["occurred_at"], if_not_exists=True)"""
_LITTER = """op.create_table("cards_left_behind_2", sa.Column("id", sa.Integer()), if_not_exists=True)
    if "littering" not in [one["name"] for one in sa.inspect(op.get_bind()).get_columns("core_team")]:
        op.add_column("core_team", sa.Column("littering", sa.Integer()))"""

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
        "uses renown.clock", "uses renown.testing.Kit", "plugin.py:", "take it from renown.api",
    ], code="""
        def inside():
            import importlib
            from renown import audit
            from renown.api import metadata
            from renown.testing import Kit
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
    Wrong("leaving", _PURGE, ["cards_left_behind, ix_core_event_leaving stays after a purge", "named leaving_*"],
          key=PERSON, up=_LEFT.replace("{name}", "leaving")),
    Wrong("littering", _MAKE, ["make cards_left_behind_2, core_team.littering", "which is not named littering_*"],
          key=PERSON, up=_LITTER),
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
    Wrong("deaf", _HEAR, ["deaf_card.person_id, ", "refers to people: write export_person, person_erased, person_"],
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
    # Each of these passed where the suite looked at less.
    Wrong("silent", _BATCHES, ["score gave no entry on a lively day: override `fill`"], "**SCORING", """
        @hookimpl
        def score(events, rules):
            return []
        """),
    Wrong("elsewhere", _ELSEWHERE, ["in another process the same events gave another result", "`hash` of a text"],
          "**SCORING", _SCORES.replace("1000)", "1000 * (1 + hash(event.type) % 97))")),
    Wrong("asking", _PURE, ["time.gmtime", "os.environ", "posix.listdir", "`event.occurred_at`"], "**SCORING", """
        import os
        import time

        @hookimpl
        def score(events, rules):
            time.gmtime(), os.environ.get("HOME"), os.listdir("/")
            return []
        """),
    Wrong("screening", _EVENTS, ["screen_event raised ValueError", "of a question", "pass over what it does not know"],
          code="""
        @hookimpl
        def screen_event(event):
            if event.data.object.kind in ("question", "message"):
                raise ValueError(event.type)
        """),
    Wrong("marking", _EVENTS, ["enrich_event asks for time.time", "it may look at the event alone"], code="""
        import time

        @hookimpl
        def enrich_event(event):
            return {"at": int(time.time() / 1e6)}
        """),
    Wrong("remembering", _EVENTS, ["enrich_event said two things", "keep nothing between calls"], code="""
        heard = []

        @hookimpl
        def enrich_event(event):
            heard.append(event.id)
            return {"number": len(heard)}
        """),
    Wrong("meddling", _ASKS, ["renown_meddling.plugin.events_recorded asks core_person, core_team", "`ctx` gives"],
          code="""
        @hookimpl
        def events_recorded(events, ctx):
            ctx.session.execute(text("UPDATE core_person SET name = name WHERE id = -1"))
            ctx.session.execute(Owned.metadata.tables["core_team"].delete().where(text("1 = 0")))
        """),
    Wrong("reaching", _OWN, ["wsgi_app: renown_reaching.plugin.Middle", "global csrf_token: renown_reaching", "count"],
          code="""
        from functools import partial

        @hookimpl
        def blueprints(ctx):
            pages = Blueprint("reaching", __name__)
            pages.before_app_request(partial(count, 1))
            pages.app_template_global("csrf_token")(token)
            pages.record(lambda state: setattr(state.app, "wsgi_app", Middle(state.app.wsgi_app)))
            return [pages]

        def count(number):
            return None

        def token():
            return "none"

        class Middle:
            def __init__(self, app):
                self.app = app

            def __call__(self, environ, start):
                return self.app(environ, start)
        """),
    Wrong("refusing", _EMPTY, ["GET /refusing answered 500 to a viewer of role member"], _SEES, code="""
        @hookimpl
        def blueprints(ctx):
            pages = Blueprint("refusing", __name__)
            pages.get("/refusing")(needs("refusing.see")(see))
            return [pages]

        def see():
            return {"administrator": "fine"}[viewer().role]
        """),
    Wrong("naming", _EMPTY, ["GET /naming/1 answered 500 to a viewer of role"], _SEES.replace("refusing", "naming"),
          code="""
        @hookimpl
        def blueprints(ctx):
            pages = Blueprint("naming", __name__)
            pages.get("/naming/<int:card>")(needs("naming.see")(see))
            return [pages]

        def see(card):
            raise LookupError(card)
        """),
    Wrong("late", _HUGE, ["GET /late took 1.", "5 times in a row, among 2,000 people", "within 1 s"],
          _SEES.replace("refusing", "late"), code="""
        import time

        @hookimpl
        def blueprints(ctx):
            pages = Blueprint("late", __name__)
            pages.get("/late")(needs("late.see")(see))
            return [pages]

        def see():
            time.sleep(1.01 if viewer().role == "administrator" else 0)
            return "late"
        """),
    Wrong("numbering", _HEAR, ["numbering_card.owner, ", "refers to people: write export_person, person_erased"],
          key="", who="owner"),
    Wrong("empty", _HEAR, ["there is no row in empty_card: override `fill`"], key=PERSON, code=_HEARS, fills=False),
    Wrong("mute", _HEAR, ["mute_card.person_id names somebody of whom export_person gives nothing"], key=PERSON,
          code=_HEARS.replace("Card.person_id == person_id)))}", "Card.person_id == -1)))}")),
    Wrong("typed", _ERASED, ["typed_card.text still says who an erased person was"], key=PERSON, kind="Said()",
          code=_HEARS.replace('.values(text="")', '.values(text=Card.text)')),
    Wrong("accounting", _ERASED, ["accounting_card.text still says who an erased person was"], key=PERSON,
          code=_HEARS.replace('.values(text="")', '.values(text="U" + str(person_id))')),
    Wrong("unsplit", _MERGED, ["merged and split do not hold what they held before", "person_split give it back"],
          key=PERSON, code=_HEARS),
    Wrong("unerased", _ERASED, ["unerased_card.text still says who an erased person was who had been merged and split"],
          key=PERSON, code=_HEARS),
    Wrong("unmoving", _MERGED, ["gone once they count as somebody else"], key=PERSON,
          code=_HEARS.replace("values(person_id=kept)", "values(person_id=gone)")),
    Wrong("constant", _SAID, ["'Said as it is'", "'Send it now'", "'Either'"], 'locale="locale"', files={
        "templates/page.html": '{{ "Said as it is" }}<input type="submit" value="Send it now"><input value="a name">'
                               '{{ "Either" if one else _("or") }}',
    }),
    Wrong("misnumbered", _READ, ["other places than '%(n)d left'"], 'locale="locale"', files={
        "locale/de/LC_MESSAGES/misnumbered.po":
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n#, python-format\n'
            'msgid "%(n)d left"\nmsgstr "%(m)d übrig"\n',
    }),
    Wrong("neighbour", _IMPORTS, ["plugin.py", "uses acme_renown.a.words"], within="acme_renown.b", code="""
        from ..a import words
        from acme_renown import common
        """),
    Wrong("aliased", _IMPORTS, ["uses renown.db.engine", "uses renown.jobs", "uses renown_activity.score"], code="""
        import sys
        from importlib import import_module as load

        def inside():
            from ..renown_activity import score as theirs
            return theirs, load("renown.db.engine"), sys.modules.get("renown.jobs")
        """, files={"tests/__init__.py": ""}),
)  # fmt: skip

#: Plugins with nothing wrong, of which the tests that are named say nothing.
RIGHT = (
    Wrong("twin", _IMPORTS, [], within="acme_renown.a", code="""
        from acme_renown.a.words import WORD
        from . import words
        """, files={"words.py": "WORD = 1\n", "../common.py": ""}),
    Wrong("ruled", _FACTS, [], _OWN_RULES.replace("ruling", "ruled"), _SCORES),
    Wrong("ruling", _ENTRIES, [], _OWN_RULES, _SCORES.replace('"made"', "rule.name").replace(
        "for _ in rules", "for rule in rules")),
    Wrong("enriching", _BATCHES, [], "**SCORING", """
        @hookimpl
        def enrich_event(event):
            return {"marked": True}

        @hookimpl
        def score(events, rules):
            for event in events:
                if event.actor is not None and event.extra.get("enriching", {}).get("marked"):
                    yield from (Entry(event.id, event.actor.identity, "enriching.points", "made", 1000)
                                for _ in rules.of(event))
        """),
    Wrong("returning", _MERGED, [], key=PERSON,
          code=_HEARS[_HEARS.index("@hookimpl\ndef person_erased"):] + _GIVES_BACK),
)  # fmt: skip
