"""When people turn out to be one, or two, or ask to be forgotten; and ways to reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renown.hooks.markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from renown.access.viewer import Viewer
    from renown.context import PluginContext
    from renown.hooks.types import Channel


@hookspec
def channels(ctx: PluginContext) -> Iterable[Channel]:
    """Ways to send notifications, beside mail.

    :param ctx: without a session.

    When it raises, the plugin is *failed*.
    It does not fire when something is sent: `Channel.send` is called then.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def person_merged(kept: int, gone: int, ctx: PluginContext) -> None:
    """Two people are one from now on: `gone` counts as `kept`. Move what the plugin's own tables hold.

    :param kept: the person that remains.
    :param gone: the person that is now a pointer; its row stays.
    :param ctx: with a session of the job's transaction.

    Called by a job, after the merge. When it raises, it is tried again for ever, and shown until it succeeds: it may
    therefore be called twice. Ledger and standings follow by themselves.
    It does not fire on replay, or for a plugin that was never enabled; one that is off gets it when enabled again.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def person_split(kept: int, gone: int, ctx: PluginContext) -> None:
    """A merge is undone: `gone` is somebody of their own again.

    :param kept: the person that remained.
    :param gone: the person that is back.
    :param ctx: with a session of the job's transaction.

    Called by a job, like `person_merged`, and retried for ever.
    It does not fire on replay.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def person_erased(person_id: int, ctx: PluginContext) -> None:
    """A person is to be forgotten: blank what the plugin's own tables say of them. Rows and ids may stay.

    :param person_id: whose data go: the person, or somebody who was merged into them before.
    :param ctx: with a session of the job's transaction.

    Called by a job once for each id that they ever had, so that a plugin blanks exactly the rows with this id and need
    not look for others; and retried for ever: an erasure is not done until every plugin has done it.
    It does not fire when a person merely leaves.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def export_person(person_id: int, viewer: Viewer, ctx: PluginContext) -> Mapping[str, Any] | None:
    """All that the plugin's own tables hold of a person, as JSON-like data, for whoever asks what is held of them.

    :param person_id: of whom; merges are followed already.
    :param viewer: who asks: the person, or an administrator. Leave out what is for the person's own eyes.
    :param ctx: reads only.

    Entries, standings and notifications are told by the core. When it raises, the file says so in its place.
    It does not fire for plugins that are off: the file names those.

    .. versionadded:: 0.1
    """
    raise NotImplementedError
