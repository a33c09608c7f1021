"""What a page says, as text and as numbers."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from flask.testing import FlaskClient

PERSON = re.compile(r"Person(\d\d) Lastname")


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return answer.get_data(as_text=True)


def main(client: FlaskClient, path: str) -> str:
    """The text of the page itself, without its frame: there one's own name stands always."""
    return said(page(client, path).partition("<main")[2].partition("</main>")[0])


def said(markup: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup))).strip()


def data(client: FlaskClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return json.loads(answer.data)


def named(text: str) -> set[str]:
    """The accounts of everybody whose name stands there."""
    return {f"U{int(number)}" for number in PERSON.findall(text)}


def numbers(text: str) -> list[float]:
    """With three digits after the point, as sums are printed."""
    return [float(one.replace("−", "-")) for one in re.findall(r"[+−]?\d+\.\d{3}\b", text)]
