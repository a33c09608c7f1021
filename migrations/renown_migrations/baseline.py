"""`python -m renown_migrations.baseline` writes the core's first migration anew, until there is a first release."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import Script

from renown.db.engine import Database
from renown_migrations import CORE, config


def main() -> None:
    folder = CORE["core"]
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("0001_*.py"):
        old.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        db = Database(f"sqlite:///{Path(scratch) / 'empty.sqlite3'}")
        with db.write() as conn:
            made = command.revision(
                config("core", folder, conn),
                message="core",
                autogenerate=True,
                version_path=str(folder),
                rev_id="0001",
            )
        db.close()
    assert isinstance(made, Script)
    for wish in (("check", "--fix", "-q"), ("format", "-q")):
        subprocess.run([sys.executable, "-m", "ruff", *wish, made.path], check=True)  # noqa: S603


if __name__ == "__main__":
    main()
