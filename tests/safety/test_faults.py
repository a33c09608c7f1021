"""A fault in each hook, one at a time: what people see, what administrators read, and that all else goes on.

The table in docs/faults.md is what these tests find: each asserts its own line, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from renown import logs
from renown.api import Channel, Connector, Directory, IdentityProvider
from renown.cli import main
from renown.context.switching import set_enabled
from renown.db.engine import Database
from renown.events import consume
from renown.events.models import Consumer
from renown.hooks.guard import HookFault
from renown.hooks.states import State
from renown.hooks.types import DemoDay
from renown.jobs.models import Schedule
from renown.jobs.worker import drain_all
from renown.notify import choices, deliveries, inbox, own
from renown.notify.models import Delivery
from renown.people import erase, merge, persons
from renown.people.models import Merge
from renown.sources import registry
from tests.holds import kit
from tests.safety.faulty import HOOKS, LATER, SOURCE, Scene, said, scene
from tests.wheels import HOUSE

PAGE = HOUSE / "docs" / "faults.md"
MONDAY = 7 * 3000 + 4
FAULT = "ZeroDivisionError: division by zero"

#: What people see, and what administrators read.
Seen = tuple[str, str]


def at_load(hook: str, site: Scene) -> Seen:
    status = site.renown.plugins.status("odd")
    assert status.state is State.FAILED
    assert "Oddities" not in site.page("/")
    assert status.reason.lower() in site.page("/admin/plugins/odd", "administrator").lower()
    assert hook in status.reason
    return f"/odd answers {site.status('/odd')}, and nothing leads to it", f"failed: {status.reason}"


def screened(site: Scene) -> Seen:
    told = site.send("m9")
    with site.renown.db.read() as conn:
        source = registry.by_name(conn, SOURCE)
    assert source is not None
    page = f"/admin/sources/{source.id}/rejected"
    held = site.found(page, r"Held back: \d+")
    return f"the sender is told: {counted(told)}", f"{held}, {site.found(page, f'odd: {FAULT}')}"


def counted(told: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in told.items())


def enriched(site: Scene) -> Seen:
    return f"the sender is told: {counted(site.send('m9'))}", last_call(site, "enrich_event")


def last_call(site: Scene, hook: str) -> str:
    return site.found("/admin/plugins/odd", rf"{hook} raised: {FAULT}")


def stopped(site: Scene, reader: str) -> str:
    return site.found("/admin/plugins/odd", rf"{reader} stopped at event \d+ .*?by zero")


def recorded(site: Scene) -> Seen:
    return "nothing", stopped(site, "recorded:odd")


def scored(site: Scene) -> Seen:
    assert site.points("odd") == 0
    assert site.page("/boards/odd.points")
    return "its board stands still", stopped(site, r"score:odd:\d+")


def explained(site: Scene) -> Seen:
    text = site.page("/people/member/why/odd.points")
    assert "Could not be explained in words Odd did not answer. The number stands." in text
    return "Could not be explained in words: Odd did not answer. The number stands.", last_call(site, "explain")


def linked(site: Scene) -> Seen:
    assert "Oddities" not in site.page("/")
    return "its links are left out", last_call(site, "navigation")


def boxed(site: Scene) -> Seen:
    return site.page("/panels/odd/home").strip(), last_call(site, "panels")


def permitted(site: Scene) -> Seen:
    return f"/odd answers {site.status('/odd')}", last_call(site, "permit")


def of_people(act: Callable[[Scene, int, int], None], site: Scene) -> Seen:
    with site.renown.db.write() as conn:
        kept, gone = persons.add(conn, "One", handle="one"), persons.add(conn, "Two", handle="two")
    act(site, kept, gone)
    site.work()
    return "nothing", stopped(site, "people:odd")


def merged(site: Scene, kept: int, gone: int) -> None:
    with site.renown.db.write() as conn:
        merge.merge(conn, kept, gone, "administrator", None)


def split(site: Scene, kept: int, gone: int) -> None:
    merged(site, kept, gone)
    with site.renown.db.write() as conn:
        merge.split(conn, conn.scalars(select(Merge.id)).one(), None)


def erased(site: Scene, kept: int, gone: int) -> None:
    with site.renown.db.write() as conn:
        erase.erase(conn, gone, None)


def exported(site: Scene) -> Seen:
    told = site.clients["member"].get("/me/data.json").get_json()
    assert told["entries"], "all else is in the file"
    return f"in the file of their data, of odd: {', '.join(told['odd'])}", last_call(site, "export_person")


def demonstrated(site: Scene) -> Seen:
    day = DemoDay(MONDAY, MONDAY, MONDAY + 7, [], [], 1)
    with site.renown.db.write() as conn, pytest.raises(HookFault) as raised:
        site.renown.dispatcher.demo("odd", day, conn)
    return f"`renown demo` ends: {raised.value}", last_call(site, "demo")


def checked(site: Scene) -> Seen:
    run(site, "plugin-checks")
    return "nothing", site.found("/admin/health", r"odd: health bad .*?by zero")


def measured(site: Scene) -> Seen:
    run(site, "plugin-checks")
    headers = {"Authorization": f"Bearer {site.token}"}
    text = site.clients["member"].get("/metrics", headers=headers).get_data(as_text=True)
    assert "renown_odd_oddities" not in text
    (count,) = re.findall(r'^renown_plugin_faults_total\{hook="metrics",plugin="odd"\} (\S+)', text, re.M)
    assert float(count) > 0
    return "nothing", "`renown_plugin_faults_total` rises"


def suspended() -> set[str]:
    """Those that the page says are, after three times."""
    told = re.search(r"three times in a row, (.*?)are suspended", PAGE.read_text(), re.S)
    assert told
    return set(re.findall(r"`(\w+)`", told[1]))


def tried_again(site: Scene, hook: str) -> None:
    """Ask it three times more, as whoever needs it does."""
    for number in range(3):
        with site.renown.db.write() as conn:
            conn.execute(update(Consumer).where(Consumer.state == consume.STOPPED).values(retry_at=0))
        site.work()
        if hook in AGAIN:
            AGAIN[hook](site, number)
    site.renown.plugins.refresh(now=True)


AGAIN: dict[str, Callable[[Scene, int], object]] = {
    **dict.fromkeys(("enrich_event", "screen_event"), lambda site, number: site.send(f"again{number}")),
    **dict.fromkeys(("health", "metrics"), lambda site, _: run(site, "plugin-checks")),
    "explain": lambda site, _: site.page("/people/member/why/odd.points"),
    "navigation": lambda site, _: site.page("/"),
    "panels": lambda site, _: site.page("/panels/odd/home"),
    "permit": lambda site, _: site.status("/odd"),
    "export_person": lambda site, _: site.clients["member"].get("/me/data.json"),
    "demo": lambda site, _: demonstrated(site),
}


def run(site: Scene, job: str) -> None:
    with site.renown.db.write() as conn:
        conn.execute(update(Schedule).where(Schedule.name == job).values(due_at=0))
    site.work()


CASES: dict[str, Callable[[Scene], Seen]] = {
    **{
        hook: partial(at_load, hook)
        for hook in (
            "connectors", "identity_providers", "directories", "channels", "blueprints", "commands", "jobs",
        )
    },
    "screen_event": screened, "enrich_event": enriched, "events_recorded": recorded, "score": scored,
    "explain": explained, "navigation": linked, "panels": boxed, "permit": permitted,
    "person_merged": partial(of_people, merged), "person_split": partial(of_people, split),
    "person_erased": partial(of_people, erased), "export_person": exported, "demo": demonstrated,
    "health": checked, "metrics": measured,
}  # fmt: skip


Logged = pytest.CaptureFixture[str]


def viewed(site: Scene, logged: Logged) -> Seen:
    answer = site.clients["member"].get("/odd")
    text = said(answer.text)
    number = re.search(r"Number: (\w+)", text)
    assert answer.status_code == 500
    assert number
    found = log_of(logged)
    assert number[1] in found
    assert FAULT in found
    told = re.search(r"Something broke on our side", text)
    assert told
    return f"{told[0]}, and a number", "the log tells of that number"


def log_of(logged: Logged) -> str:
    return logged.readouterr().err


def worked(site: Scene, logged: Logged) -> Seen:
    return "nothing", site.found("/admin/plugins/odd", rf"The job odd\.sweep failed {FAULT}")


def listed(site: Scene, logged: Logged) -> Seen:
    return "nothing", site.found("/admin/plugins/odd", rf"The job directory:list failed {FAULT}")


def verified(site: Scene, logged: Logged) -> Seen:
    answer = delivered(site, "wall")
    assert FAULT in log_of(logged)
    return f"the network is answered {answer.status_code}", "the log tells of it"


def delivered(site: Scene, network: str) -> TestResponse:
    with site.renown.db.write() as conn:
        slug = registry.add(conn, site.renown.keyring, network, f"{network}:a").slug
    return site.clients["member"].post(f"/in/{network}/{slug}", data=b"{}")


def normalised(site: Scene, logged: Logged) -> Seen:
    answer = delivered(site, "forum")
    assert answer.get_json()["rejected"] == 1
    assert FAULT in log_of(logged)
    with site.renown.db.read() as conn:
        source = registry.by_name(conn, "forum:a")
    assert source is not None
    told = site.found(f"/admin/sources/{source.id}/rejected", r"the connector failed: ZeroDivisionError")
    return f"the network is answered {answer.status_code}", f"rejected, and kept to be tried again: {told}"


def imported(site: Scene, logged: Logged) -> Seen:
    file = site.renown.settings.data / "forum.zip"
    file.touch()
    return f"`renown import` ends: {ended(site, 'import', 'forum', str(file), '--source', 'forum:b')}", "the same"


def ended(site: Scene, *line: str) -> str:
    made = site.renown.settings
    names = {"RENOWN_DATABASE_URL": made.database_url, "RENOWN_DATA": str(made.data), "RENOWN_SECRET_KEY": "k" * 40}
    found = CliRunner().invoke(main, line, env=names)
    logs.configure()  # it has set them up for its own standard error
    assert found.exit_code == 1
    return f"{type(found.exception).__name__}: {found.exception}"


def commanded(site: Scene, logged: Logged) -> Seen:
    return f"`renown odd count` ends: {ended(site, 'odd', 'count')}", "the same"


def offered(site: Scene, logged: Logged) -> Seen:
    page = said(site.stranger().get("/login").text)
    assert "Door" in page
    assert "Hatch" not in page
    assert f"{FAULT}" in log_of(logged)
    answer = site.stranger().get("/login/with/hatch")
    return f"no button leads to it, and /login/with/hatch answers {answer.status_code}", "the log tells of it"


def signed_in(name: str, site: Scene, logged: Logged) -> Seen:
    browser = site.stranger()
    answer = browser.get(f"/login/with/{name}")
    if answer.status_code == 302:
        answer = browser.get(answer.location)
    assert answer.status_code == 422
    told = re.search(
        rf"{name.title()} did not say who you are\. Begin again, or sign in with your password\.", answer.text
    )
    assert told
    assert FAULT in log_of(logged)
    return told[0], "the log tells of it"


def addressed(site: Scene, logged: Logged) -> Seen:
    member = site.people["member"]
    with site.renown.db.write() as conn:
        choices.choose(conn, member, {(own.LINKED, "pager"): "at once"})
        inbox.tell(conn, member, own.PLUGIN, own.LINKED, "", "Linked")
    site.work()
    assert "Linked" in site.page("/notifications")
    return "nothing on that channel; the notice stands on their page of notices", last_call(site, "channels")


def sent(site: Scene, logged: Logged) -> Seen:
    with site.renown.db.write() as conn:
        deliveries.queue(conn, "pager", "pager-seven", {"title": "Hello"})
    sending = [drain for drain in site.renown.drains if drain.topic == "deliveries"]
    for _ in deliveries.WAITS:
        drain_all(site.renown.db, sending)
        assert "pager-seven" not in site.page("/admin/mail", "administrator"), "it is tried again"
        with site.renown.db.write() as conn:
            conn.execute(update(Delivery).values(due_at=0))
    drain_all(site.renown.db, sending)
    return "nothing", f"on the page of mail, once it is given up: {site.found('/admin/mail', FAULT)}"


#: What the hooks of load bring, by what fails in it.
BROUGHT: dict[str, Callable[[Scene, Logged], Seen]] = {
    "a page": viewed, "a command": commanded, "Job.work": worked,
    "Connector.verify": verified, "Connector.normalise": normalised, "Connector.backfill": imported,
    "IdentityProvider.title": offered, "IdentityProvider.start": partial(signed_in, "door"),
    "IdentityProvider.finish": partial(signed_in, "gate"), "Directory.rows": listed,
    "Channel.address": addressed, "Channel.send": sent,
}  # fmt: skip


def test_faults_in_what_hooks_have_brought(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Logged, patient_pages: None
) -> None:
    """None of these things has to do with another, so all of them are on one site."""
    lines: list[str] = []
    with scene(db, tmp_path, monkeypatch, LATER) as site:
        assert site.send("m1") == {"accepted": 1}
        site.work()
        for what, see in BROUGHT.items():
            log_of(capfd)
            line = " | ".join((what if what.startswith("a ") else f"`{what}`", *see(site, capfd)))
            lines.append(f"| {line} |")
        others_go_on(site, False)
    missing = set(lines).difference(PAGE.read_text().splitlines())
    assert not missing, "docs/faults.md is to say:\n{}".format("\n".join(lines))


@pytest.mark.usefixtures("patient_pages")
@pytest.mark.parametrize("hook", HOOKS)
def test_a_fault_in_one_hook(hook: str, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hook in CASES, f"say here what is seen when {hook} fails"
    with scene(db, tmp_path, monkeypatch, hook) as site:
        held = hook == "screen_event"
        assert site.send("m1") == ({"quarantined": 1} if held else {"accepted": 1})
        site.work()
        people, administrators = CASES[hook](site)
        line = f"| `{hook}` | {people} | {administrators} |"
        assert line in PAGE.read_text().splitlines(), f"docs/faults.md is to say:\n{line}"
        tried_again(site, hook)
        assert (hook in site.renown.plugins.suspended("odd")) == (hook in suspended())
        others_go_on(site, held)


def others_go_on(site: Scene, held: bool) -> None:
    """Pages, the API, other plugins' numbers; and the plugin can be switched off."""
    for path in ("/", "/people", "/boards/activity.points", "/api/v1/measures", "/people/member"):
        site.page(path)
    for path in ("/admin", "/admin/plugins", "/admin/jobs", "/admin/health"):
        site.page(path, "administrator")
    before = site.points("activity")
    set_enabled(site.renown.db, site.renown.plugins, "odd", False, actor_id=None, via="cli")
    assert site.send("m2") == {"accepted": 1}
    site.work()
    assert site.points("activity") > before
    assert held == (before == 0)
    kit.whole(site.renown)


def test_nothing_is_wrong_where_nothing_fails(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patient_pages: None
) -> None:
    """So that what the lines tell is the fault's doing."""
    with scene(db, tmp_path, monkeypatch, None) as site:
        assert site.send("m1") == {"accepted": 1}
        site.work()
        assert site.points("odd") == 1000
        assert "Oddities" in site.page("/")
        assert "odd" in site.page("/panels/odd/home")
        assert site.page("/odd") == "seen"
        assert site.clients["member"].get("/me/data.json").get_json()["odd"] == {"oddities": 1}
        assert site.renown.plugins.status("odd").state is State.ENABLED
        text = site.page("/admin/plugins/odd", "administrator")
        assert "raised" not in text
        assert "stopped" not in text
        assert site.renown.dispatcher.calls.faults() == {}


#: What fails as another does, in the same place; and what is asked by other plugins' hooks, which fail by it.
ALIKE = {"Connector.answer", "Connector.size", "Connector.object_at"}


def test_the_page_has_a_line_for_each_hook_and_all_that_they_bring_and_no_other() -> None:
    rows = [line.split("|")[1].strip() for line in PAGE.read_text().splitlines() if line.startswith(("| `", "| a "))]
    assert sorted(row.strip("`") for row in rows) == sorted([*HOOKS, *BROUGHT])
    kinds = (Connector, IdentityProvider, Directory, Channel)
    methods = {
        f"{kind.__name__}.{name}"
        for kind in kinds
        for name in vars(kind)
        if callable(vars(kind)[name]) and name[0] != "_"
    }
    assert methods - ALIKE <= set(BROUGHT), "say in BROUGHT what is seen when it fails"
