"""Who is looking, as every gate sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: From the least to the most that may be done.
Role = Literal["nobody", "customer", "member", "moderator", "administrator"]

ROLES: tuple[Role, ...] = ("nobody", "customer", "member", "moderator", "administrator")


@dataclass(frozen=True)
class Viewer:
    """`person_id` is the root person. `scopes` is None for a person signed in, else what their token allows."""

    person_id: int | None = None
    role: Role = "nobody"
    scopes: frozenset[str] | None = None

    @property
    def employee(self) -> bool:
        return self.at_least("member")

    def at_least(self, role: Role) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


#: Whoever is not signed in.
NOBODY = Viewer()
