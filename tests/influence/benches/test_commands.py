"""The benches as commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.influence import accuracy, fairness, organisation
from benchmarks.influence.methods import METHODS
from benchmarks.influence.taken import Taken

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["fairness", "--events", "none.jsonl"], "none.jsonl"),
        (["accuracy", "--truth", "none.csv", "--events", "none.jsonl"], "none.csv"),
        (["accuracy", "--truth", "none.csv"], "--events"),
        (["fairness", "--source-affiliation", "post:x=boss"], "PATTERN=AFFILIATION"),
    ],
)
def test_commands_say_what_they_cannot_read(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as ended:
        sys.exit({"fairness": fairness, "accuracy": accuracy}[arguments[0]].main())
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_a_command_answers_one_line_of_json(tmp_path: Path, acme: tuple[Taken, Path]) -> None:
    organisation.write(tmp_path / "events.jsonl", people=24, days=40)
    options = ["--events", str(tmp_path / "events.jsonl"), "--truth", str(acme[1]), "--json"]
    command = [sys.executable, "-m", "benchmarks.influence.accuracy", *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    answer = json.loads(ended.stdout)
    assert {row["method"] for row in answer["figures"]} == set(METHODS)
    assert set(answer["figures"][0]) == {"method", "measure", "value", "low", "high"}
    assert (answer["people"], answer["found"], answer["today"]) == (40, 24, "2026-06-26")
    assert "today is 2026-06-26" in ended.stderr
