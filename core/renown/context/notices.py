"""Telling people, and sending mail."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from renown.notify import deliveries, inbox, mail
from renown.people.merge import root

if TYPE_CHECKING:
    from renown.context.base import PluginContext


class NotifyService:
    """`ctx.notify`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def tell(
        self,
        person: int,
        kind: str,
        subject: str,
        title: str,
        *,
        body: str | None = None,
        url: str | None = None,
        once: str | None = None,
    ) -> bool:
        """Write a notice; people hear of it on each channel at the pace they chose.

        `kind` is one that the manifest declares; notices of one `subject` are shown together. With `once` the same is
        told once only: False where it was told before. `url` is a path of this site. Raises LookupError for a kind
        that is not declared.
        """
        ctx = self._ctx
        if kind not in {one.name for one in ctx._parts.plugins.manifests[ctx.plugin].notices}:
            raise LookupError(f"{kind!r} is no notice of {ctx.plugin}: the manifest declares them")
        conn = ctx._connection
        return inbox.tell(conn, root(conn, person), ctx.plugin, kind, subject, title, body=body, url=url, once=once)

    def places(self) -> Collection[str]:
        """The names of channels that `post` can write to now."""
        return tuple(self._ctx._parts.channels())

    def post(self, channel: str, address: str, title: str, *, body: str = "", url: str | None = None) -> None:
        """Queue a message to a place in a channel that is nobody's own, as to a thread; it is tried until it arrives.

        `address` is one that the channel's plugin gave; `url` is a path of this site.
        """
        ctx = self._ctx
        site = ctx._parts.settings.url
        payload = {"title": title, "body": body, "url": f"{site}{url}" if site and url else None}
        deliveries.queue(ctx._connection, channel, address, payload)

    def withdraw(self, people: Collection[int], kind: str, subject: str) -> None:
        """What root people were told of a subject asks for nothing any more: it is as if they had read it.

        What has not left yet by mail does not leave.
        """
        inbox.withdraw(self._ctx._connection, self._ctx.plugin, people, kind, subject)


class MailService:
    """`ctx.mail`: for those who are no people here; others are told by `ctx.notify`."""

    def __init__(self, ctx: PluginContext) -> None:
        self._ctx = ctx

    def possible(self) -> bool:
        """Whether this site is set up to send any."""
        return bool(mail.shown(self._ctx._connection))

    def send(self, address: str, title: str, body: str) -> None:
        """Queue a mail; it leaves after the commit, and is tried again until it arrives or is given up."""
        deliveries.queue(self._ctx._connection, "mail", address, {"title": title, "body": body})
