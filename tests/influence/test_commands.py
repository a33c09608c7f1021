"""`renown influence`: a run, the list of runs, and one done again, as a shell sees them."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import update

from renown.cli import main
from renown_influence.models import Run
from tests.influence.office import Office


def call(office: Office, *arguments: str) -> Result:
    environment = {
        "RENOWN_DATABASE_URL": office.db.url,
        "RENOWN_DATA": str(Path(office.renown.settings.data)),
        "RENOWN_SECRET_KEY": office.renown.settings.secret_key,
    }
    result = CliRunner().invoke(main, ["influence", *arguments], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_run_is_done_here_where_no_worker_runs_and_can_be_done_again(own_office: Office) -> None:
    before = json.loads(call(own_office, "runs", "--json").stdout)
    made = call(own_office, "run", "--json")
    told = json.loads(made.stdout)
    assert (told["state"], told["run"]) == ("published", before[0]["run"] + 1)
    listed = json.loads(call(own_office, "runs", "--json").stdout)
    assert listed == [told, *before]
    again = call(own_office, "redo", str(told["run"]))
    assert (again.exit_code, again.stdout) == (0, f"Run {told['run']}: The same bytes.\n")
    with own_office.db.write() as conn:
        conn.execute(update(Run).where(Run.id == told["run"]).values(result_hash="0" * 64))
    again = call(own_office, "redo", str(told["run"]))
    assert (again.exit_code, again.stdout) == (1, f"Run {told['run']}: What it found differs.\n")


def test_what_cannot_be_done_again_says_why(own_office: Office) -> None:
    result = call(own_office, "redo", "99")
    assert result.exit_code == 1
    assert result.stderr == "Error: there is no finished run 99\n"
    assert "people" in call(own_office, "runs").stdout
