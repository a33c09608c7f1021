"""Set Renown up in this folder and run it: `python3 start.py demo`, `serve`, `test`, or any command of `renown`.

Needs Python 3.11 or later with its standard library, and nothing else: takes uv where it is there, else venv and pip.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "renown-installed"
USAGE = """usage: python3 start.py demo     a lively organisation to look at  [--port N] [--people N] [--days N]
                                 [--seed N] [--import slack FILE.zip]
       python3 start.py serve    your own, starting empty           [--port N] [--host ADDRESS]
       python3 start.py test     all tests and checks               [arguments of pytest]
       python3 start.py COMMAND  any command of renown; --help lists them"""


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):
        return fail(f"Renown needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0 if arguments else 2
    command, rest = arguments[0], arguments[1:]
    testing = command == "test"
    error = install("test,docs" if testing else None)
    if error:
        return fail(error)
    if testing:
        return test(rest)
    os.environ.setdefault("RENOWN_DATA", str(HERE / ("demo-data" if command == "demo" else "renown-data")))
    run = [str(PYTHON), "-m", "renown.cli", command, *rest]
    return subprocess.call(run) if os.name == "nt" else os.execv(run[0], run)


def install(extra: str | None) -> str | None:
    """Make .venv and install into it what setup.cfg names, unless that is done. Returns what went wrong."""
    wanted = digest(extra)
    done = STAMP.read_text().split("\n") if STAMP.exists() else []
    if wanted in done and PYTHON.exists():
        return None
    target = f"{HERE}[{extra}]" if extra else str(HERE)
    say(f"Installing Renown into {VENV.name} (once; a minute or two with pip, seconds with uv) ...")
    uv = shutil.which("uv")
    if uv:
        steps = [] if PYTHON.exists() else [[uv, "venv", "--quiet", "--python", sys.executable, str(VENV)]]
        steps.append([uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--editable", target])
    else:
        steps = [] if PYTHON.exists() else [[sys.executable, "-m", "venv", str(VENV)]]
        if PYTHON.exists() and not (PYTHON.parent / f"pip{PYTHON.suffix}").exists():
            steps.append([str(PYTHON), "-m", "ensurepip"])  # made by uv, which leaves pip out
        steps.append([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", target])
    for step in steps:
        result = subprocess.run(step, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if result.returncode:
            if step[1:3] == ["-m", "venv"]:
                shutil.rmtree(VENV, ignore_errors=True)
                return "This Python has no venv. On Debian and Ubuntu: apt-get install python3-venv"
            return f"{result.stderr.strip()}\nThis step failed: {' '.join(step)}"
        sys.stderr.write(result.stderr)
    # What was installed with the larger set holds for the smaller one too.
    STAMP.write_text("\n".join({wanted, digest(None), *(done if digest(None) in done else [])}))
    return None


def digest(extra: str | None) -> str:
    found = hashlib.sha256(f"{sys.version_info[:2]} {HERE} {extra}".encode())
    for name in ("setup.cfg", "pyproject.toml"):
        found.update((HERE / name).read_bytes())
    return found.hexdigest()


def test(arguments: list[str]) -> int:
    """The tests, then the checks; all of them run, and the first failure is the answer."""
    bins = PYTHON.parent
    suffix = ".exe" if os.name == "nt" else ""
    if arguments:
        return subprocess.call([str(PYTHON), "-m", "pytest", *arguments], cwd=HERE)
    workers = str(min(4, os.cpu_count() or 1))
    checks = [
        [str(bins / f"ruff{suffix}"), "format", "--check", "."],
        [str(bins / f"ruff{suffix}"), "check", "."],
        [str(bins / f"mypy{suffix}")],
        [str(bins / f"lint-imports{suffix}")],
        [str(bins / f"mkdocs{suffix}"), "build", "--quiet", "--strict", "--site-dir", str(VENV / "site")],
        [str(PYTHON), "-m", "pytest", "-n", workers, "--dist", "worksteal"],
    ]
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    failed = []
    for check in checks:
        say(f"$ {' '.join([Path(check[0]).name, *check[1:]])}")
        if subprocess.call(check, cwd=HERE):
            failed.append(" ".join([Path(check[0]).name, *check[1:]]))
    for one in failed:
        say(f"FAILED: {one}")
    return 1 if failed else 0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> int:
    say(text)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
