"""A plugin upgraded, downgraded, removed while it is on, or broken: the rest runs, and it is said what is wrong."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import Connection, func, insert, inspect, null, select, update

from renown import app
from renown.access import signin
from renown.access.viewer import Viewer
from renown.app import Renown
from renown.audit.models import Audit
from renown.cli import main
from renown.context.switching import NotSwitched, set_enabled
from renown.db.engine import Database
from renown.db.models import PluginState
from renown.events import consume, log
from renown.health import Site, flow
from renown.hooks.states import State
from renown.ledger.models import Entry, Measure
from renown.people import affiliations, persons
from renown.people.models import Identity
from renown.settings import Settings
from renown.sources import registry
from renown_migrations import CORE, MigrationError, upgrade
from tests.events.kit import KEYRING, message
from tests.holds import kit
from tests.wheels import HOUSE

THANKS = HOUSE / "tests" / "hooks" / "thanks" / "renown_thanks"
SOURCE = "tool:a"
SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("thanks_card", sa.Column("colour", sa.String(20)))
"""


@dataclass
class Packages:
    """Where pip puts things. What was imported of a version is forgotten when another comes."""

    folder: Path
    #: Whom the next message is by, so that each is another.
    said: int = field(default=0)

    def install(self, version: str, **files: str) -> None:
        """Thanks, with these files written over its own."""
        self.remove()
        shutil.copytree(THANKS, self.folder / "renown_thanks", ignore=shutil.ignore_patterns("__pycache__"))
        for name, text in files.items():
            place = {"second": "migrations/0002_colours.py", "plugin": "plugin.py"}[name]
            (self.folder / "renown_thanks" / place).write_text(text)
        info = self.folder / f"renown_thanks-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: renown-thanks\nVersion: {version}\n")
        (info / "entry_points.txt").write_text("[renown.plugins]\nthanks = renown_thanks.plugin\n")
        importlib.invalidate_caches()

    def uninstall(self) -> None:
        """What was imported stays in memory."""
        for one in self.folder.glob("renown_thanks*"):
            shutil.rmtree(one)
        importlib.invalidate_caches()

    def remove(self) -> None:
        self.uninstall()
        for name in [name for name in sys.modules if name.partition(".")[0] == "renown_thanks"]:
            # Its table stays declared, once, and is the same in all versions here.
            if name != "renown_thanks.models":
                del sys.modules[name]


@pytest.fixture
def pip(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    """`db` is made before, without the tables of what is installed here."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    made = Packages(folder)
    yield made
    made.remove()


@pytest.fixture
def people(db: Database) -> dict[str, int]:
    found: dict[str, int] = {}
    with db.write() as conn:
        row = registry.add(conn, KEYRING, "cloudevents", SOURCE)
        registry.change(conn, row.id, affiliation="employee", vouches=True)
        for number, role in enumerate(("administrator", "member")):
            person = found[role] = persons.add(conn, role.title(), f"{role}@example.com", handle=role)
            signin.add_login(conn, person, f"{role}@example.com", role)
            affiliations.affiliate(conn, person, "employee")
            conn.execute(insert(Identity).values(source_id=row.id, key=f"U{number}", person_id=person))
    return found


@contextmanager
def started(db: Database, folder: Path) -> Iterator[Renown]:
    """As after a restart."""
    renown = app.build(Settings(data=folder, database_url=db.url, secret_key="k" * 40, development=True))
    try:
        renown.begin()
        yield renown
    finally:
        renown.close()


def browser(renown: Renown, person: int) -> FlaskClient:
    client = app.create_app(renown).test_client()
    with client.session_transaction() as session:
        session["_user_id"] = f"{person}:0:test"
    return client


def entries(conn: Connection, plugin: str) -> int:
    mine = select(func.count()).select_from(Entry).join(Measure, Entry.measure == Measure.id)
    return conn.scalar(mine.where(Measure.plugin == plugin)) or 0


def rest_runs(renown: Renown, pip: Packages, people: dict[str, int], state: str, said: str, *, own: int = 404) -> None:
    """Others count what comes in, nobody waits, pages answer, and this is said of the plugin wherever it can be."""
    pip.said += 1
    with renown.db.write() as conn:
        before = entries(conn, "activity")
        source = registry.by_name(conn, SOURCE)
        assert source is not None
        log.append(conn, [(registry.info(source), [message(f"m{pip.said}", "U1", source=SOURCE)])])
    kit.whole(renown)
    with renown.db.read() as conn:
        assert entries(conn, "activity") > before
        assert consume.lag(conn, renown.reception.able(conn)) == 0, "imports would wait"
    member, admin = (browser(renown, people[role]) for role in ("member", "administrator"))
    assert member.get("/").status_code == 200
    assert member.get("/boards/activity.points").status_code == 200
    assert member.get("/thanks").status_code == own
    for page in ("/admin/plugins", "/admin/plugins/thanks") if own == 404 and state != "gone" else ():
        assert str(escape(said)).lower() in admin.get(page).get_data(as_text=True).lower(), page
    environ = {"RENOWN_DATABASE_URL": renown.db.url, "RENOWN_DATA": str(renown.settings.data)}
    listed = CliRunner().invoke(main, ["plugins", "list", "--json"], env=environ)
    assert listed.exit_code == 1
    assert {one["name"]: one["state"] for one in json.loads(listed.stdout)}["thanks"] == state
    doctor = CliRunner().invoke(main, ["doctor", "--json"], env=environ)
    (told,) = [one for one in json.loads(doctor.stdout) if one["check"] == "plugins"]
    assert (doctor.exit_code, told["state"]) == (1, "bad")
    assert said in f"{told['text']} {told['remedy']}"


def give(renown: Renown, people: dict[str, int]) -> int:
    """One more thank you. How many count by then."""
    from renown_thanks import service

    with renown.contexts.of("thanks").writing() as ctx:
        service.give(ctx, people["administrator"], people["member"])
    kit.whole(renown)
    with renown.db.read() as conn:
        return entries(conn, "thanks")


def bring_up(renown: Renown) -> None:
    upgrade(renown.db, {"thanks": renown.plugins.migrations["thanks"]})
    renown.plugins.refresh(now=True)


@pytest.fixture
def thanked(db: Database, pip: Packages, people: dict[str, int], tmp_path: Path) -> None:
    """The first version was on, and counted."""
    pip.install("1")
    with started(db, tmp_path) as renown:
        bring_up(renown)
        set_enabled(renown.db, renown.plugins, "thanks", True, actor_id=None, via="cli")
        assert give(renown, people) == 1


@pytest.mark.usefixtures("thanked")
def test_upgraded_and_downgraded(db: Database, pip: Packages, people: dict[str, int], tmp_path: Path) -> None:
    pip.install("2", second=SECOND)
    with started(db, tmp_path) as renown:
        assert renown.plugins.status("thanks").state is State.NEEDS_UPGRADE
        rest_runs(renown, pip, people, "needs-upgrade", "renown db upgrade --plugin thanks")
        bring_up(renown)
        assert renown.plugins.status("thanks").state is State.ENABLED
        assert give(renown, people) == 2
    pip.install("1")
    with started(db, tmp_path) as renown:
        assert renown.plugins.status("thanks").state is State.NEEDS_UPGRADE
        rest_runs(renown, pip, people, "needs-upgrade", "a newer version made its tables (revision 0002)")
        with pytest.raises(MigrationError, match=r"thanks: .*made by a newer version"):
            bring_up(renown)
    pip.install("2", second=SECOND)
    with started(db, tmp_path) as renown:
        assert renown.plugins.status("thanks").state is State.ENABLED
        assert give(renown, people) == 3


GIVE = 'permissions=(Permission("thanks.give", "Give thanks"),)'
MORE = """permissions=(
        Permission("thanks.give", "Give thanks", "customer"), Permission("thanks.sweep", "Sweep them away"),
    )"""
PERMIT = """

@hookimpl
def permit(actor: Viewer, action: str, target: object) -> bool | None:
    return True if actor.employee or actor.role == "customer" else None
"""


@pytest.mark.usefixtures("thanked")
def test_what_a_new_version_asks_for_besides_waits_until_it_is_agreed_to(
    db: Database, pip: Packages, people: dict[str, int], tmp_path: Path
) -> None:
    environ = {"RENOWN_DATABASE_URL": db.url, "RENOWN_DATA": str(tmp_path)}
    customer, member, chief = (Viewer(9, role) for role in ("customer", "member", "administrator"))
    code = (THANKS / "plugin.py").read_text()
    assert code.count(GIVE) == 1
    pip.install("2", plugin=code.replace(GIVE, MORE) + PERMIT)
    with started(db, tmp_path) as renown:
        allows = renown.dispatcher.allows
        assert renown.plugins.status("thanks").state is State.ENABLED, "all else goes on"
        assert allows(member, "thanks.give")
        assert not allows(customer, "thanks.give"), "wider than it was, whatever `permit` says"
        assert not allows(chief, "thanks.sweep"), "new"
        assert [one for one in renown.plugins.permissions if one.startswith("thanks.")] == ["thanks.give"]
        admin = browser(renown, people["administrator"])
        for page in ("/admin/plugins", "/admin/plugins/thanks"):
            assert "asks for more" in admin.get(page).get_data(as_text=True), page
        told = CliRunner().invoke(main, ["plugins", "show", "thanks"], env=environ).stdout
        assert "asks for more than was agreed to: Give thanks, for customer and above (thanks.give); Sweep" in told
        found = flow.plugins(Site(renown.db, renown.settings, renown.plugins))
        assert (found.state, found.text) == (
            "warning", "thanks asks for more than was agreed to: thanks.give, thanks.sweep",
        )  # fmt: skip
        for steps in (["enable"], ["disable", "enable"]):
            for step in steps:
                again = CliRunner().invoke(main, ["plugins", step, "thanks"], env=environ)
            assert (again.exit_code, "say --yes to allow it" in again.stderr) == (0, True), "a script agrees to nothing"
            renown.plugins.refresh(now=True)
            assert renown.plugins.is_on("thanks")
            assert not allows(member, "thanks.sweep")
        question = admin.get("/admin/plugins/thanks/enable").get_data(as_text=True)
        assert "Allow what Thanks asks for?" in question
        assert question.count("not agreed to yet") == 2
        assert "until now: everybody who works here" in question
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', question)
        assert token is not None
        sent = {"csrf_token": token[1], "asks": "thanks.give:member"}
        earlier = admin.post("/admin/plugins/thanks/enable", data=sent)
        assert (earlier.status_code, allows(member, "thanks.sweep")) == (422, False), "that is not what it asks for now"
        asks = re.search(r'name="asks" value="([^"]+)"', question)
        assert asks is not None
        sent["asks"] = asks[1]
        agreed = admin.post("/admin/plugins/thanks/enable", data=sent, follow_redirects=True).get_data(as_text=True)
        assert "thanks has what it asks for" in agreed
        assert "asks for more" not in agreed
        assert allows(customer, "thanks.give")
        assert allows(member, "thanks.sweep")
        with renown.db.read() as conn:
            acts = conn.scalars(select(Audit.details).where(Audit.action == "plugin.enabled").order_by(Audit.id)).all()
        assert [one for one in acts if one is not None] == [
            {"permissions": {"thanks.give": "member"}},
            {"permissions": {"thanks.give": "customer", "thanks.sweep": "member"}},
        ]
        assert flow.plugins(Site(renown.db, renown.settings, renown.plugins)).state == "good"
        assert admin.get("/admin/plugins/thanks/enable").status_code == 302, "there is nothing left to ask"
    pip.install("1")
    with started(db, tmp_path) as renown:
        assert renown.plugins.wanting("thanks") == (), "it asks for less"
        assert not renown.dispatcher.allows(customer, "thanks.give")


@pytest.mark.usefixtures("thanked")
def test_where_it_is_not_on_record_that_anything_was_agreed_to_nothing_was(
    db: Database, people: dict[str, int], tmp_path: Path
) -> None:
    with db.write() as conn:
        conn.execute(update(PluginState).values(agreed=null()))
    with started(db, tmp_path) as renown:
        assert renown.plugins.is_on("thanks")
        assert [one.name for one in renown.plugins.wanting("thanks")] == ["thanks.give"]
        assert not renown.dispatcher.allows(Viewer(9, "administrator"), "thanks.give")


@pytest.mark.usefixtures("thanked")
def test_removed_while_it_is_on(db: Database, pip: Packages, people: dict[str, int], tmp_path: Path) -> None:
    pip.remove()
    with started(db, tmp_path) as renown:
        assert "thanks" not in renown.plugins
        rest_runs(renown, pip, people, "gone", "switched on, but not installed any more: thanks")
        with pytest.raises(NotSwitched, match="no plugin 'thanks' is installed"):
            set_enabled(renown.db, renown.plugins, "thanks", True, actor_id=None, via="cli")
        with renown.db.read() as conn:
            assert inspect(conn).has_table("thanks_card"), "nothing is lost by a slip of pip"
            assert entries(conn, "thanks") == 1
    pip.install("1")
    with started(db, tmp_path) as renown:
        assert renown.plugins.status("thanks").state is State.ENABLED
        assert give(renown, people) == 2
        assert flow.plugins(Site(renown.db, renown.settings, renown.plugins)).state == "good"


@pytest.mark.usefixtures("thanked")
def test_removed_under_a_process_that_runs(db: Database, pip: Packages, people: dict[str, int], tmp_path: Path) -> None:
    """It counts on with what is in memory; only its pages need what is gone."""
    with started(db, tmp_path) as renown:
        pip.uninstall()
        rest_runs(renown, pip, people, "gone", "switched on, but not installed any more: thanks", own=500)
        assert flow.plugins(Site(renown.db, renown.settings, renown.plugins)).state == "bad", (
            "the process itself says so"
        )
        assert give(renown, people) == 2


@pytest.mark.usefixtures("thanked")
@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"plugin": "import a_library_that_is_gone\n"}, "No module named 'a_library_that_is_gone'"),
        ({"plugin": "def broken(:\n"}, "SyntaxError"),
        ({"plugin": "import sys\nsys.exit('no licence')\n"}, "SystemExit: no licence"),
        (
            {"second": "raise ValueError('half written')\n"},
            "its migrations cannot be read: ValueError: half written",
        ),
    ],
    ids=["a library is gone", "no Python", "it exits", "no migration"],
)
def test_broken(
    files: dict[str, str], said: str, db: Database, pip: Packages, people: dict[str, int], tmp_path: Path
) -> None:
    pip.install("2", **files)
    with started(db, tmp_path) as renown:
        assert renown.plugins.status("thanks").state is State.FAILED
        rest_runs(renown, pip, people, "failed", said)
        upgrade(renown.db, CORE)
        if "second" in files:
            with pytest.raises(MigrationError, match="thanks: its migrations cannot be read"):
                upgrade(renown.db, {**CORE, **renown.plugins.migrations})
    pip.install("3")
    with started(db, tmp_path) as renown:
        assert renown.plugins.status("thanks").state is State.ENABLED
        assert give(renown, people) == 2
