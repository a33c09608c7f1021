"""A picture of what `benchmarks.growth --json` printed.

    python -m benchmarks.picture FILE.jsonl OUT.svg

Events a second over the size of the log (round marks) and over the people who stand there (square ones), each
database by its own line; the sizes on a logarithmic scale.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import msgspec

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 320, 64, 48, 40, 44
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #333 } .grid { stroke: #8884 }
.a { stroke: #0b62a4; fill: #0b62a4 } .b { stroke: #b2560d; fill: #b2560d } .c { stroke: #4d7a1f; fill: #4d7a1f }
@media (prefers-color-scheme: dark) { text { fill: #ddd }
  .a { stroke: #7cb8ea; fill: #7cb8ea } .b { stroke: #f0a868; fill: #f0a868 } .c { stroke: #a5cf75; fill: #a5cf75 } }
path.a, path.b, path.c { fill: none; stroke-width: 2 }
"""


@dataclass(frozen=True)
class Line:
    """`colour` is a, b or c; `points` are sizes and figures."""

    name: str
    colour: str
    points: Sequence[tuple[int, float]]
    square: bool = False


def draw(rows: Sequence[dict[str, Any]]) -> str:
    lines = list(_lines(rows))
    said = "; ".join(
        f"{line.name}: " + ", ".join(f"{rate:,.0f}/s at {size:,}" for size, rate in line.points) for line in lines
    )
    return chart(lines, "events a second, over events in the log and over people", f"Events a second: {said}")


def chart(lines: Sequence[Line], below: str, title: str) -> str:
    """Figures over sizes, which are on a logarithmic scale. `below` says what they are, `title` tells them all."""
    sizes = [size for line in lines for size, _ in line.points]
    low, high = floor(log10(min(sizes))), ceil(log10(max(sizes)))
    top = _round(max(rate for line in lines for _, rate in line.points))

    def x(size: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (log10(size) - low) / max(high - low, 1), 1)

    def y(rate: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * rate / top, 1)

    drawn = [f'<path class="grid" d="M{LEFT} {y(top * part / 4)}H{WIDTH - RIGHT}"/>' for part in range(5)]
    drawn += [
        f'<text x="{LEFT - 8}" y="{y(top * part / 4) + 4}" text-anchor="end">{top * part / 4:,.10g}</text>'
        for part in range(5)
    ]
    drawn += [
        f'<text x="{x(10**power)}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{10**power:,}</text>'
        for power in range(low, high + 1)
    ]
    drawn.append(
        f'<text x="{(WIDTH + LEFT - RIGHT) // 2}" y="{HEIGHT - 6}" text-anchor="middle">{escape(below)}</text>'
    )
    for number, line in enumerate(lines):
        spots = [(x(size), y(rate)) for size, rate in line.points]
        path = "M" + "L".join(f"{across} {down}" for across, down in spots)
        dashes = ' stroke-dasharray="6 4"' if line.square else ""
        drawn.append(f'<path class="{line.colour}" d="{path}"{dashes}/>')
        drawn += [_mark(across, down, line) for across, down in spots]
        key = LEFT + 8 + 164 * number
        drawn += [_mark(key, TOP - 22, line), f'<text x="{key + 10}" y="{TOP - 18}">{escape(line.name)}</text>']
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>{''.join(drawn)}</svg>\n"
    )


def _lines(rows: Iterable[dict[str, Any]]) -> Iterable[Line]:
    """By database: the rows of one crowd and growing logs, and those of one log and growing crowds."""
    found = list(rows)
    for colour, database, name in (("a", "postgresql", "PostgreSQL"), ("b", "sqlite", "SQLite")):
        for series in ("events", "people"):
            mine = [row for row in found if row["database"] == database and row["series"] == series]
            if mine:
                points = sorted((row[series], 1e6 / row["wall"]) for row in mine)
                yield Line(f"{name}, {series}", colour, points, square=series == "people")


def _mark(across: float, down: float, line: Line) -> str:
    if line.square:
        return f'<rect class="{line.colour}" x="{across - 4}" y="{down - 4}" width="8" height="8"/>'
    return f'<circle class="{line.colour}" cx="{across}" cy="{down}" r="4"/>'


def _round(value: float) -> float:
    """The next round number above."""
    step: float = 10 ** floor(log10(value))
    return next(step * part for part in (1, 2, 4, 5, 8, 10) if step * part >= value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    given.out.write_text(draw([msgspec.json.decode(line) for line in given.file.read_bytes().splitlines()]))


if __name__ == "__main__":
    main()
