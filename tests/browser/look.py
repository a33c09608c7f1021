"""What a browser meets on a page: requests, bytes, timings, policy violations, and what axe finds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

_WATCH = """
window.__seen = {csp: [], lcp: 0, cls: 0};
document.addEventListener('securitypolicyviolation', e => __seen.csp.push(e.violatedDirective + ' ' + e.blockedURI));
new PerformanceObserver(l => { for (const e of l.getEntries()) __seen.lcp = e.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput) __seen.cls += e.value; })
  .observe({type: 'layout-shift', buffered: true});
"""

_AXE = Axe().axe_script


@dataclass
class Seen:
    """One visit. `kilobytes` as they came over the wire; `lcp` in milliseconds."""

    requests: int = 0
    kilobytes: float = 0
    status: int = 0
    lcp: float = 0
    cls: float = 0
    csp: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Looker:
    """A page of a browser that keeps count."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base = base
        self.page: Page = context.new_page()
        self.page.add_init_script(_WATCH)
        self._wire = context.new_cdp_session(self.page)
        self._wire.send("Network.enable")
        self._now = Seen()
        self._wire.on("Network.loadingFinished", self._loaded)
        self.page.on("console", lambda message: self._said(message.type, message.text))
        self.page.on("pageerror", lambda error: self._now.errors.append(str(error)))

    def visit(self, path: str) -> Seen:
        self._now = Seen()
        answer = self.page.goto(self.base + path)
        # Boxes of plugins and live parts arrive after the page.
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")
        self._now.status = answer.status if answer else 0
        found: dict[str, Any] = self.page.evaluate("window.__seen")
        self._now.csp, self._now.lcp, self._now.cls = found["csp"], found["lcp"], found["cls"]
        return self._now

    def show(self, *, width: int, dark: bool) -> None:
        """The same page on another screen."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme="dark" if dark else "light")

    def overflows(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def axe(self, *rules: str) -> list[str]:
        """Each violation, of these rules or of all, with where it is."""
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = {"type": "rule", "values": list(rules)}
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE)
        found = self.page.evaluate("options => axe.run(options)", options)["violations"]
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]

    def _loaded(self, event: dict[str, Any]) -> None:
        self._now.requests += 1
        self._now.kilobytes += event["encodedDataLength"] / 1024

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self._now.errors.append(text)


@contextmanager
def looking(browser: Any, base: str, cookie: str, *, width: int, dark: bool, script: bool = True) -> Iterator[Looker]:
    """Somebody signed in by this session cookie."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    if cookie:
        context.add_cookies([{"name": "renown", "value": cookie, "url": base}])
    try:
        yield Looker(context, base)
    finally:
        context.close()
