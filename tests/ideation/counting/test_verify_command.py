"""`verify` as a shell sees it: on a machine with nothing else, from a file, a packed one, or standard input."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from renown.cli import main
from renown_ideation.counting import Ballot, voter_of
from renown_ideation.verify import command
from tests.ideation.counting.kit import Poll

SAID = "The tally is what the file's ballots give."


def poll() -> Poll:
    return Poll.of(("rank", "schulze"), [{1: 1, 2: 2}, {2: 1, 1: 2}, {2: 1, 3: 2}], 3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tally.jsonl"
    path.write_bytes(b"".join(poll().lines()))
    return path


def call(*arguments: object, stdin: bytes = b"") -> Result:
    result = CliRunner().invoke(command, [str(one) for one in arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_it_prints_what_it_checked_and_the_result_as_a_table(file: Path) -> None:
    result = call(file)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:2] == [
        "Talks of the spring conference: Which talks do you want to hear?",
        "12 lines read: 3 options, 3 voters, 3 ballots, 0 without one, 0 amendments",
    ]
    counted = poll().result()
    for name in ("charter", "options", "electorate", "ballots"):
        assert f"  {name:12} SHA-256 {getattr(counted, f'{name}_sha256')}" in lines
    assert f"  {'result':12} SHA-256 {counted.digest()}" in lines
    assert [line.split() for line in lines if "Talk " in line] == [
        ["1", "2", "2", "3", "chosen", "Talk", "2"],
        ["2", "1", "1", "2", "chosen", "Talk", "1"],
        ["3", "3", "0", "1", "Talk", "3"],
    ]
    assert lines[-1] == SAID


def test_packed_and_from_standard_input_it_is_the_same(file: Path) -> None:
    packed = gzip.compress(file.read_bytes())
    (file.parent / "tally.jsonl.gz").write_bytes(packed)
    files = [call(file).stdout, call(file.parent / "tally.jsonl.gz").stdout]
    piped = [call("-", stdin=file.read_bytes()).stdout, call("-", stdin=packed).stdout]
    assert files == piped
    assert files[0] == files[1]
    cut = call("-", stdin=packed[:-30])
    assert (cut.exit_code, "the file cannot be read further" in cut.stdout) == (1, True)


def test_what_is_wrong_is_told_by_line_and_the_exit_says_so(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'{"2":1,"3":2}', b'{"2":2,"3":1}'))
    result = call(file)
    assert result.exit_code == 1
    assert "Line 12: result.ballots_sha256: not these ballots were counted" in result.stdout
    assert result.stdout.splitlines()[-1] == "The file is not what it says."
    assert SAID not in result.stdout
    told = json.loads(call(file, "--json").stdout)
    assert (told["ok"], told["problems"][0]["line"]) == (False, 12)


def test_as_json_it_gives_the_result_and_the_hashes(file: Path) -> None:
    told = json.loads(call(file, "--json").stdout)
    assert (told["ok"], told["problems"], told["lines"]) == (True, [], 12)
    assert told["result"] == msgspec.to_builtins(poll().result())
    assert told["hashes"]["result"] == poll().result().digest()


def test_with_a_receipt_one_finds_ones_own_ballot(tmp_path: Path) -> None:
    made = poll()
    mine = Ballot(voter=voter_of("7GQ4-K2"), choices={"3": 1})
    voters = sorted([*made.voters, type(made.voters[0])(voter=mine.voter)], key=lambda one: one.voter)
    path = tmp_path / "tally.jsonl"
    path.write_bytes(b"".join(replace(made, voters=voters, ballots=[*made.ballots, mine]).lines()))
    assert f'Your ballot ({mine.voter}): {{"3": 1}}' in call(path, "--receipt", "7GQ4-K2").stdout
    other = json.loads(call(path, "--receipt", "7GQ4-K3", "--json").stdout)["receipt"]
    assert other == {"voter": voter_of("7GQ4-K3"), "choices": None}


def test_a_title_commands_no_terminal(tmp_path: Path) -> None:
    made = poll()
    path = tmp_path / "tally.jsonl"
    options = [msgspec.structs.replace(one, title="\x1b[2JTalk\n9") for one in made.options]
    path.write_bytes(b"".join(replace(made, options=options).lines()))
    result = call(path)
    assert (result.exit_code, "\x1b" in result.stdout, "Talk\ufffd9" in result.stdout) == (0, False, True)


def test_it_needs_neither_database_nor_settings_nor_the_rest_of_renown(file: Path, tmp_path: Path) -> None:
    """In a process that has no setting, and in which nothing of the core is ever imported."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("RENOWN_")}
    code = (
        "import atexit, sys; from renown_ideation.verify import command\n"
        "atexit.register(lambda: print([name for name in sys.modules if name.partition('.')[0] == 'renown']))\n"
        "command()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-2:] == [SAID, "[]"]


def test_renown_has_it_where_there_is_no_database_and_makes_none(file: Path, tmp_path: Path) -> None:
    environ = {"RENOWN_DATA": str(tmp_path / "none"), "RENOWN_DATABASE_URL": ""}
    done = CliRunner().invoke(main, ["ideation", "verify", str(file)], env=environ)
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, SAID)
    assert not (tmp_path / "none").exists()


def test_what_is_blocked_brings_no_command(file: Path, tmp_path: Path) -> None:
    environ = {"RENOWN_DATA": str(tmp_path / "none"), "RENOWN_BLOCKED_PLUGINS": "ideation"}
    done = CliRunner().invoke(main, ["ideation", "verify", str(file)], env=environ)
    assert (done.exit_code != 0, SAID in done.stdout) == (True, False)
