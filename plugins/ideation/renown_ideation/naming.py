"""Who is named to whom: employees by name among themselves, to customers they are the team."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from renown.api import PluginContext, Viewer

GONE = "Somebody who left"
TEAM = "The team"
CUSTOMER = "A customer"


@dataclass(frozen=True)
class Named:
    name: str
    #: For a link to their page, where the viewer may open it.
    handle: str | None = None
    #: Whether they work here.
    staff: bool = False

    @property
    def within(self) -> str:
        """Within a sentence: by the team, by a customer."""
        return self.name[:1].lower() + self.name[1:] if self.name in (TEAM, CUSTOMER, GONE) else self.name


class Names:
    """By person, `names[person]`. None is somebody who was erased, or of whom nothing is known."""

    def __init__(self, ctx: PluginContext, viewer: Viewer, people: Iterable[int | None]) -> None:
        wanted = {one for one in people if one is not None}
        self._named = _named(ctx, viewer, wanted) if wanted else {}
        self._known = viewer.person_id is not None

    def __getitem__(self, person: int | None) -> Named:
        return self._named.get(person or 0, _LEFT)

    def of(self, person: int | None, name: str | None) -> Named:
        """With the name that an import gave, where it gave nothing else: for those who are known here."""
        if person is not None or not name:
            return self[person]
        return Named(name if self._known else CUSTOMER)


_LEFT = Named(GONE)


def _named(ctx: PluginContext, viewer: Viewer, people: Collection[int]) -> dict[int, Named]:
    names, staff = ctx.people.names(people), set(ctx.people.employees(people))
    if viewer.employee:
        open_ = ctx.people.shown(viewer, people)
        return {
            one: Named(name, open_[one].handle if one in open_ and one in staff else None, one in staff)
            for one, name in names.items()
        }
    known = viewer.person_id is not None
    return {
        one: Named(TEAM, staff=True) if one in staff else Named(name if known else CUSTOMER)
        for one, name in names.items()
    }
