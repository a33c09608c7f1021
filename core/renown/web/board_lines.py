"""A person's line of a board, without a template: a page has fifty, and those whose numbers moved are drawn anew."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from markupsafe import Markup, escape

from renown.hooks.manifest import MeasureSpec
from renown.ledger.boards import Line
from renown.web.charts import spark
from renown.web.components import Components
from renown.web.formats import amount, level, number


@lru_cache(maxsize=1024)
def person_line(
    ui: Components,
    line: Line,
    trend: tuple[int, ...] | None,
    measure: MeasureSpec,
    period: str,
    moves: bool,
    closed: bool,
) -> Markup:
    """`trend` has the thousandths of 30 days, None where there are none by days.

    Its parts are the same for all who look, so it is kept.
    """
    name, key = escape(line.name), quote(line.key)
    total = level(line.amount) if measure.kind == "level" else amount(line.amount)
    why = measure.page.replace("{person}", key) or f"/people/{key}/why/{quote(measure.name)}?period={quote(period)}"
    you = ui.badge("accent", "you") if line.own else ""
    moved = ui.delta(line.movement) if moves else ""
    cells = [
        f'<td class="place">{number(line.rank or 0)}</td>',
        f'<td><a class="person" href="/people/{key}">{ui.avatar(line.name, line.subject_id)}'
        f'<bdi class="clip">{name}</bdi></a>',
        f' <span class="not-phone">{you}</span>' if you else "",
        f'<div class="only-phone small">{moved} {you}</div>' if moves or you else "",
        f'</td><td class="num"><span class="amount"><a href="{why}" aria-label="{total}: why, for {name}">{total}</a>'
        "</span></td>",
        f'<td class="num not-phone muted">{amount(line.amount - (line.difference or 0))}</td>' if closed else "",
        f'<td class="not-phone">{moved}</td>' if moves else "",
        _days(name, trend, measure.unit) if trend is not None else "",
    ]
    row = f'<tr class="me">{"".join(cells)}</tr>\n' if line.own else f"<tr>{''.join(cells)}</tr>\n"
    return Markup(row)  # noqa: S704 - names and units are escaped, the rest is numbers and our own


def _days(name: Markup, trend: tuple[int, ...], unit: str) -> str:
    shape = spark(trend)
    return (
        '<td class="not-phone"><svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img"'
        f' aria-label="{name}, last 30 days: {amount(sum(trend))} {escape(unit)}"><path class="spark-area"'
        f' d="{shape.area}"/><line class="spark-base" x1="0" x2="100" y1="{shape.base}" y2="{shape.base}"/>'
        f'<path class="spark-line" d="{shape.line}"/></svg></td>'
    )
