"""Reads a page of documentation as somebody who follows it: commands to run, files to write, places to look at."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from tests.serving import answering

_PART = re.compile(r"^```(\w+)\n(.*?)^```$|^<!-- (\w+) -->$|^## ([^\n]+)$", re.M | re.S)


@dataclass(frozen=True)
class Step:
    """`kind` is "console", "python", "look" or "heading"."""

    kind: str
    text: str


def steps(page: str) -> list[Step]:
    return [
        Step(found[1] or ("look" if found[3] else "heading"), found[2] or found[3] or found[4])
        for found in _PART.finditer(page)
    ]


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Each with the lines that the page shows of what it says."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


@dataclass
class Reader:
    """In an empty folder, with one shell. Whatever serves goes on until the block of the stack ends."""

    folder: Path
    stack: ExitStack
    environ: Mapping[str, str]
    #: Says which wheel "pip install renown" takes: it is not on an index yet, or another is.
    constraint: Path
    address: str = ""
    lines: list[str] = field(default_factory=list)
    #: Seconds by heading.
    took: dict[str, float] = field(default_factory=dict)

    @property
    def _state(self) -> Path:
        return self.folder.parent / "state.sh"

    def do(self, step: Step) -> None:
        began = monotonic()
        if step.kind == "console":
            for command, shown in commands(step.text):
                self._run(command, shown)
        elif step.kind == "python":
            self._write(step.text)
        heading = next(reversed(self.took))
        self.took[heading] += monotonic() - began

    def _run(self, command: str, shown: list[str]) -> None:
        known = f". {self._state}\n" if self._state.exists() else f"cd {self.folder}\n"
        if re.match(r"renown (demo|serve)\b", command):
            # On a port that is free, here.
            line = ["bash", "-c", f"{known}exec {command} --port 0"]
            self.address, self.lines = self.stack.enter_context(answering(line, self.environ, seconds=300))
            return
        prefix = f"PIP_CONSTRAINT={self.constraint} " if command == "pip install renown" else ""
        after = f"\nexport -p > {self._state}; echo \"cd '$PWD'\" >> {self._state}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", known + prefix + command + after],
            capture_output=True, text=True, env=dict(self.environ), timeout=600,
        )  # fmt: skip
        said = f"{done.stdout}\n{done.stderr}"
        assert done.returncode == 0, f"$ {command}\n{said}"
        for line in shown:
            wanted = r"[^\n]*".join(re.escape(part.strip()) for part in line.split("..."))
            assert re.search(wanted, said), f"$ {command}\nsays no line like {line!r}:\n{said}"

    def _write(self, text: str) -> None:
        first, _, rest = text.partition("\n")
        name, _, where = first.removeprefix("# ").partition(", ")
        path = self.folder / name
        if not where:
            assert not path.exists(), f"{name} is there already"
            path.write_text(rest)
            return
        assert where == "below its last import", where
        last = [*re.finditer(r"^from \w+[\w.]* import (\([^)]*\)|.*)\n", path.read_text(), re.M)][-1].end()
        path.write_text(path.read_text()[:last] + rest + path.read_text()[last:])
