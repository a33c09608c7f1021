"""What hooks give back, as plain data. Texts are plain text: templates escape them; `Panel.html` alone is markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from markupsafe import Markup

if TYPE_CHECKING:
    from renown.context import PluginContext

Role = Literal["nobody", "customer", "member", "moderator", "administrator"]

#: From the least to the most that may be done.
ROLES: tuple[Role, ...] = get_args(Role)

#: Where navigation is drawn.
Place = Literal["top", "admin", "me"]


@dataclass(frozen=True)
class DemoDay:
    """A day of a demo, as a day since 1970, with its first and last one. People are ids, in an order that stays.

    `customers` are those whom Renown knows by then. `seed` is for what is made up.
    """

    day: int
    first: int
    last: int
    colleagues: Sequence[int]
    customers: Sequence[int]
    seed: int


@dataclass(frozen=True)
class Rejection:
    """Why an event is not taken. The sender and the source's page read `message`."""

    message: str
    field: str = ""


@dataclass(frozen=True)
class NavItem:
    """One link. `order` sorts within a place, core items stand at 0, 10, 20, ..."""

    title: str
    url: str
    order: int = 100
    count: int | None = None


@dataclass(frozen=True)
class Panel:
    """A box on a page. `html` is what a template rendered (`Markup`), so nothing unescaped slips in."""

    title: str
    html: Markup
    order: int = 100
    url: str | None = None


@dataclass(frozen=True)
class Part:
    """One line of an explanation. `amount` is in thousandths; None where the line only tells."""

    text: str
    amount: int | None = None
    url: str | None = None


@dataclass(frozen=True)
class Explanation:
    """Why a number is what it is, in words, with the parts it is made of."""

    text: str
    parts: Sequence[Part] = ()


@dataclass(frozen=True)
class Health:
    """The outcome of one check. `remedy` is a command or a sentence that says what to do."""

    name: str
    ok: bool
    text: str
    remedy: str = ""


@dataclass(frozen=True)
class Metric:
    """One sample for `/metrics`. The name gets the prefix `renown_<plugin>_`."""

    name: str
    value: float
    help: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    kind: Literal["gauge", "counter"] = "gauge"


@dataclass(frozen=True)
class Job:
    """Work that is due again and again: a drain of rows, so that run twice it does nothing the second time.

    `work` gets a context with a session of its own transaction and returns whether there may be more to do.
    `every` is in microseconds.
    """

    name: str
    title: str
    every: int
    work: Callable[[PluginContext], bool]


@dataclass(frozen=True)
class Message:
    """What a channel carries to a person."""

    title: str
    body: str
    url: str | None = None
    unsubscribe: str | None = None


class Channel(Protocol):
    """A way to reach people beside mail. `address` is the person's own in it, or None where it cannot reach them.

    Subclass it. With an empty `title` it reaches nobody by themselves, only places by `ctx.notify.post`, and nobody
    chooses it.
    """

    name: str
    title: str

    def address(self, person: int, ctx: PluginContext) -> str | None: ...

    def send(self, address: str, message: Message, ctx: PluginContext) -> None:
        """Raises on failure; the delivery is tried again, later each time."""
        ...


@dataclass(frozen=True)
class Account:
    """Somebody as an identity provider vouches for them. `groups` are theirs there.

    `subject` is theirs for ever at the `issuer` (the provider's name, where that is empty).
    """

    subject: str
    email: str
    email_verified: bool
    name: str = ""
    groups: Sequence[str] = ()
    issuer: str = ""


#: Whom an identity provider lets in: those whom an administrator let in, or customers as well.
Admits = Literal["known", "customers"]


class IdentityProvider(Protocol):
    """A way to sign in; subclass it. `name` is part of the address, `/login/with/<name>`; `title` stands on its button.

    Where `title` is empty it is not set up, and not offered. With `admits` "customers", whoever is not known here and
    has a verified e-mail becomes a customer, where customers may join; all others sign in as they do with "known",
    which is what a provider that says nothing means. Both may be properties, read at each use.
    """

    name: str

    @property
    def title(self) -> str: ...

    @property
    def admits(self) -> Admits:
        return "known"

    def start(self, callback: str, state: str, nonce: str, ctx: PluginContext) -> str:
        """The address to send the browser to."""
        ...

    def finish(self, query: Mapping[str, str], callback: str, nonce: str, ctx: PluginContext) -> Account:
        """Who came back. Raises ValueError where the answer is not to be believed."""
        ...


class Directory(Protocol):
    """A list of people and teams that the organisation keeps elsewhere. Subclass it."""

    name: str
    title: str

    def rows(self, ctx: PluginContext) -> Sequence[Mapping[str, Any]]:
        """People, in the columns of the CSV import; None and empty say nothing. Those missing stay as they are."""
        ...
