"""The suite that plugins are held to finds what is wrong with one, in each of its points, and says what to do."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections import defaultdict
from xml.etree import ElementTree

import pytest

from renown.testing import Conformance
from tests.hooks.wrong import ON_BOTH, PLUGINS, RIGHT, Wrong

#: One run of the suite finds them all, and is waited for by whichever test comes first.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> dict[str, list[str]]:
    """By wrong plugin, what the test that is to find it said: each time that it ran, and "" where it passed.

    In a process of its own: what is imported stays.
    """
    # Where it lies says nothing of what it is.
    folder = tmp_path_factory.mktemp("wrong") / "tests"
    folder.mkdir()
    made = (*PLUGINS, *RIGHT)
    for one in made:
        one.write(folder)
    suite = folder / "test_wrong.py"
    head = "import pytest\n\nfrom renown.testing import Conformance\n\n\n"
    suite.write_text(head + "\n\n".join(one.suite() for one in made))
    asked = [f"{suite}::Test{one.name.capitalize()}::test_{one.test}" for one in made]
    report = folder / "report.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}", *asked],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(folder), "RENOWN_TEST_DATABASE_URL": postgres},
        capture_output=True, text=True, timeout=800, check=False,
    )  # fmt: skip
    assert report.exists(), done.stdout + done.stderr
    found = defaultdict(list)
    for case in ElementTree.parse(report).iter("testcase"):
        wrong = case.attrib["classname"].rpartition(".")[2].removeprefix("Test").lower()
        said = [one.attrib["message"] for kind in ("failure", "error") for one in case.iter(kind)]
        found[wrong].append(" ".join(said))
    return found


@pytest.mark.parametrize("wrong", PLUGINS, ids=lambda wrong: wrong.name)
def test_what_is_wrong_is_found_and_said(failures: dict[str, list[str]], wrong: Wrong) -> None:
    on = inspect.signature(getattr(Conformance, f"test_{wrong.test}")).parameters
    said = failures[wrong.name]
    both = wrong.test in ON_BOTH and {"kit", "renown_kit"} & set(on)
    assert len(said) == (2 if both else 1), "on both databases, where they make a difference"
    for text in said:
        for words in wrong.says:
            assert words in text


@pytest.mark.parametrize("right", RIGHT, ids=lambda right: right.name)
def test_what_is_right_is_not_refused(failures: dict[str, list[str]], right: Wrong) -> None:
    assert failures[right.name] == [""]


def test_no_test_of_the_suite_is_without_a_plugin_that_fails_it() -> None:
    suite = {name.removeprefix("test_") for name in dir(Conformance) if name.startswith("test_")}
    assert suite == {wrong.test for wrong in PLUGINS}
