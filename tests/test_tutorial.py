"""The tutorial, followed to the letter from an empty folder, with Renown's own wheel as what pip finds."""

from __future__ import annotations

import os
import re
import sys
from contextlib import ExitStack
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.tutorial import Reader, Step, commands, steps
from tests.wheels import HOUSE

PAGE = (HOUSE / "docs" / "tutorial.md").read_text()


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_every_step_of_the_tutorial_does_what_it_says(
    wheel: Path, tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with ExitStack() as stack:
        constraint = tmp_path / "constraint.txt"
        constraint.write_text(f"renown @ {wheel.as_uri()}\n")
        reader = Reader(folder, stack, _environ(tmp_path), constraint)
        for step in steps(PAGE):
            if step.kind == "heading":
                reader.took[step.text] = 0
            elif step.kind == "look":
                _look(reader)
                record_property("tutorial", f"{sum(reader.took.values()):6.1f} s from an empty folder to the panel")
            else:
                reader.do(step)
    for heading, seconds in reader.took.items():
        record_property("tutorial", f"{seconds:6.1f} s {heading}")
    assert list((folder / "renown-praise" / "dist").glob("renown_praise-0.1.0-*.whl"))


_KEPT = ("PIP_", "HOME", "TMPDIR", "SSL_", "PYTEST_DEBUG_TEMPROOT")


def _environ(scratch: Path) -> dict[str, str]:
    """Nothing but a Python on the path."""
    bin = scratch / "bin"
    bin.mkdir()
    (bin / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
    kept = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
    return kept | {
        "PATH": f"{bin}:/usr/local/bin:/usr/bin:/bin",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def _look(reader: Reader) -> None:
    """As a colleague: write something on the plugin's page, and see it in its box on one's own profile."""
    doors = [re.fullmatch(r"Sign in as (.+) \(member\): (\S+)", line) for line in reader.lines]
    [door] = [one for one in doors if one]
    browser = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(path: str) -> str:
        with browser.open(path if path.startswith("http") else f"{reader.address}{path}", timeout=60) as answer:
            return str(answer.read().decode())

    [form] = re.findall(r'<form method="post">.*?</form>', get(door[2]), re.S)
    _send(reader, browser, door[2], form, "")
    [own] = [one for one in re.findall(r"<form.*?</form>", get("/praise"), re.S) if 'name="text"' in one]
    _send(reader, browser, f"{reader.address}/praise", own, "carried the boxes")
    me = re.search(rf'href="(/people/[^"/?]+)"[^>]*>(?:(?!</a>).)*{re.escape(door[1])}', get("/people"), re.S)
    assert me, f"{door[1]} is not among the people"
    box = re.search(r'hx-get="(/panels/praise/person/\d+)"', get(me[1]))
    assert box, f"no box of the plugin on {me[1]}"
    assert re.search(r"Praise.*carried the boxes", get(box[1]), re.S), "the box does not say what was written"


def _send(reader: Reader, browser: object, page: str, form: str, text: str) -> None:
    hidden = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', form))
    action = re.search(r'action="([^"]*)"', form)
    to = f"{reader.address}{action[1]}" if action and action[1].startswith("/") else page
    data = urlencode(hidden | ({"text": text} if text else {})).encode()
    with browser.open(Request(to, data, {"Referer": page}), timeout=60) as answer:  # type: ignore[attr-defined]
        assert answer.status == 200


def test_a_page_is_read_as_commands_files_and_places_to_look_at() -> None:
    page = "## One\n\n```console\n$ true\n$ echo a b\na ...\n```\n\n```python\n# x.py\ny = 1\n```\n\n<!-- look -->\n"
    assert [step.kind for step in steps(page)] == ["heading", "console", "python", "look"]
    assert commands(steps(page)[1].text) == [("true", []), ("echo a b", ["a ..."])]


def test_what_a_command_does_not_say_fails_the_page(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with ExitStack() as stack:
        reader = Reader(folder, stack, {"PATH": os.environ["PATH"]}, tmp_path / "none", took={"One": 0})
        reader.do(Step("console", "$ export GREETING=hello\n$ mkdir inner\n$ cd inner\n"))
        reader.do(Step("console", "$ echo $GREETING to $(basename $PWD)\nhello ... inner\n"))
        with pytest.raises(AssertionError, match="says no line like"):
            reader.do(Step("console", "$ echo hello\ngood-bye\n"))
        with pytest.raises(AssertionError, match="false"):
            reader.do(Step("console", "$ false\n"))
