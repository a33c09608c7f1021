"""A form as a browser has it: what it would send, so that a test goes on from the page that it was given."""

from __future__ import annotations

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.shown: list[str] = []
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "select":
            self._select = name
            self.shown.append(name)
        elif tag == "option" and "selected" in given:
            self.found[self._select] = given["value"]
        elif tag == "textarea":
            self._area, self.found[name] = name, ""
            self.shown.append(name)
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind != "hidden":
                self.shown.append(name)
            if kind not in ("checkbox", "radio") or "checked" in given:
                self.found[name] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


def fields(page: str) -> tuple[dict[str, str], list[str]]:
    """What the page's forms would send, by name; and the names of the fields that are to be seen, in order."""
    read = _Fields()
    read.feed(page.split("<main")[-1].partition("</main>")[0])
    read.found.pop("csrf_token", None)
    return read.found, read.shown
