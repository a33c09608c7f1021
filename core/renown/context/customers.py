"""Customers whom a plugin vouches for: a product's own users, or those of a sign-in service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

from renown.access import customers
from renown.access.customers import NotACustomer, Policy
from renown.access.signin import SignedIn, SignInRefused

if TYPE_CHECKING:
    from renown.context.base import PluginContext

#: Where the web layer says how a session begins.
ENTER = "renown_enter_customer"

__all__ = ["CustomersService", "NotACustomer", "SignInRefused", "Vouched", "enter_customer"]


@dataclass(frozen=True)
class Vouched:
    """A customer who may come in: what `enter_customer` takes, once the transaction that made it is committed."""

    signed_in: SignedIn

    @property
    def person(self) -> int:
        return self.signed_in.person_id


class CustomersService:
    """`ctx.customers`. A plugin vouches for customers and for nobody else."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def policy(self) -> Policy:
        """Which customers may join: "no", "vouched" (those for whom a plugin vouches) or "open" (by e-mail, too)."""
        return customers.policy(self._ctx._connection)

    def vouch(self, issuer: str, subject: str, email: str, *, verified: bool, name: str = "") -> Vouched:
        """The customer whom an issuer knows as `subject`, for ever, whatever their e-mail.

        Who was not vouched for before needs a verified e-mail: it is that of a customer who is here already, or makes
        a new one where customers may join. What one plugin vouches for means nothing to another. `name` is for new
        ones. Raises NotACustomer where it is somebody who works here, SignInRefused for others who may not come in,
        ValueError for an issuer or subject that is empty or longer than 512 or 256 characters, or no e-mail.
        """
        ctx = self._ctx
        found = customers.vouch(ctx._connection, ctx.plugin, issuer, subject, email, verified=verified, name=name)
        return Vouched(found)

    def introduce(self, email: str, name: str = "") -> int:
        """The customer whose e-mail this is said to be, made known where nobody has it: the root person's id.

        Whoever is introduced proved nothing and cannot sign in by that: they come in as others do, and are then this
        person. Raises NotACustomer where it is somebody who works here, SignInRefused for who is out, ValueError for
        what is no e-mail.
        """
        return customers.introduce(self._ctx._connection, email, name)


def enter_customer(vouched: Vouched) -> None:
    """Begin a session for a customer, in a view, in place of the one that was there.

    Call it when the transaction of `vouch` is committed. Raises NotACustomer where they are none (any more).
    """
    current_app.extensions[ENTER](vouched.signed_in)
