"""The links of each chrome. One that the viewer may not use is not drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, g

from renown.access.permissions import allows
from renown.access.viewer import Viewer
from renown.hooks.types import Place
from renown.web import measures, plugins
from renown.web.house import viewer


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    order: int
    icon: str = ""
    action: str = "me:read"
    count: int | None = None

    def leads_to(self, path: str) -> bool:
        """Whether the page is this one or lies below it."""
        if self.url in ("/", "/admin"):
            return path == self.url
        return path == self.url or path.startswith(self.url + "/")


#: At most six with what plugins add; the administrator's own stands last.
TOP = (
    Link("Home", "/", 0, "home", "boards:read"),
    Link("Boards", "/boards", 10, "board", "boards:read"),
    Link("People", "/people", 20, "people", "people:read"),
    Link("Admin", "/admin", 1000, "admin", "admin:read"),
)
ME = (
    Link("Privacy", "/me/privacy", 10, "shield"),
    Link("Notifications", "/me/notifications", 20, "bell"),
    Link("Accounts", "/me/accounts", 30, "account"),
    Link("Your data", "/me/data", 40, "data"),
    Link("API tokens", "/me/tokens", 50, "key"),
    Link("Keyboard", "/me/keyboard", 60, "keyboard"),
)
#: Of customers, who have no numbers here, and no programs.
ME_CUSTOMER = (
    Link("Privacy", "/me/privacy", 10, "shield"),
    Link("Notifications", "/me/notifications", 20, "bell"),
    Link("Signing in", "/me/accounts", 30, "account"),
    Link("Your data", "/me/data", 40, "data"),
    Link("Keyboard", "/me/keyboard", 60, "keyboard"),
)
ADMIN = (
    Link("Overview", "/admin", 0, "admin", "admin:read"),
    Link("Sources", "/admin/sources", 10, "source", "sources:read"),
    Link("Plugins", "/admin/plugins", 20, "plugin", "plugins:write"),
    Link("Rules", "/admin/rules", 30, "rules", "rules:write"),
    Link("People", "/admin/people", 40, "people", "people:write"),
    Link("Teams", "/admin/teams", 50, "team", "teams:write"),
    Link("Privacy", "/admin/privacy", 60, "shield", "privacy:write"),
    Link("Organisation", "/admin/settings", 62, "settings", "settings:write"),
    Link("Mail", "/admin/mail", 65, "mail", "mail:write"),
    Link("Jobs", "/admin/jobs", 70, "jobs", "jobs:write"),
    Link("Health", "/admin/health", 80, "health", "admin:read"),
    Link("Audit", "/admin/audit", 90, "audit", "audit:read"),
    Link("Tokens", "/admin/tokens", 100, "key", "tokens:write"),
)
_CORE: Mapping[Place, Sequence[Link]] = {"top": TOP, "me": ME, "admin": ADMIN}


def init(app: Flask) -> None:
    app.jinja_env.globals.update(navigation=links, addresses_of=addresses_of)


def links(place: Place) -> Sequence[Link]:
    """What to draw at "top", "me" or "admin"; reckoned once a request."""
    drawn: dict[Place, Sequence[Link]] = g.setdefault("links", {})
    if place not in drawn:
        drawn[place] = _links(place)
    return drawn[place]


def addresses_of(place: Place) -> tuple[str, ...]:
    return tuple([link.url for link in links(place)])


def _links(place: Place) -> Sequence[Link]:
    core = _core(place, viewer(), counting=measures.first() is not None)
    added = [Link(one.title, one.url, one.order, "plugin", "", one.count) for one in plugins.links(place)]
    return tuple(sorted((*core, *added), key=lambda link: link.order)) if added else core


@lru_cache(maxsize=1024)
def _core(place: Place, reader: Viewer, *, counting: bool) -> tuple[Link, ...]:
    """The core's own, whose actions no plugin decides."""
    links = ME_CUSTOMER if place == "me" and not reader.employee else _CORE[place]
    drawn = [link for link in links if allows(reader, link.action) and (link.url != "/boards" or counting)]
    return tuple(sorted(drawn, key=lambda link: link.order))
