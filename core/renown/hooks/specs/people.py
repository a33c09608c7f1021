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
    :called: once in each process, at its start, for plugins that are off as well.
    :not called: when something is sent: `Channel.address` is called for each person whom it may concern, and
        `Channel.send`, which is tried again, later each time, where it raises.
    :when it raises: the plugin is *failed* until the process starts anew; the application starts without it. Where
        `address` raises, the person is not reached by it; three faults in a row open the breaker of `channels`, and
        nobody is, in any channel of the plugin.
    :time: none.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def person_merged(kept: int, gone: int, ctx: PluginContext) -> None:
    """Two people are one from now on: `gone` counts as `kept`. Move what the plugin's own tables hold.

    Remember whose it was: a split gives it back. A column that says whose a row was in the beginning, and that no
    merge changes, is enough. Ledger and standings follow by themselves.

    :param kept: the person that remains.
    :param gone: the person that is now a pointer; its row stays.
    :param ctx: with a session of the job's transaction.
    :called: by a job, after the merge, in the order of the log; perhaps more than once. A plugin that is enabled late
        gets all merges from the first on, those of years ago among them: who tells people of each would flood them.
    :not called: on replay, or while the plugin is off: it gets what it missed when it is enabled.
    :when it raises: all that it wrote is undone; it is tried again for ever, later each time, and shown. No breaker.
    :time: none; after a minute the page of health says that it has not come back.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def person_split(kept: int, gone: int, ctx: PluginContext) -> None:
    """A merge is undone: `gone` is somebody of their own again. Give back what `person_merged` moved.

    That is what was theirs, and of those who were merged into them before; what came since the merge stays. `kept` may
    have been merged into somebody else meanwhile, so look for rows by whose they were: `ctx.people.get` says whom that
    person counts as now. A plugin that cannot tell leaves one person's words with another, for good, and an erasure
    does not find them.

    :param kept: the person that remained.
    :param gone: the person that is back, with those who were merged into them before.
    :param ctx: with a session of the job's transaction.
    :called: by a job, after the split, in the order of the log; perhaps more than once. A plugin that is enabled late
        gets all splits from the first on.
    :not called: on replay, or while the plugin is off: it gets what it missed when it is enabled.
    :when it raises: all that it wrote is undone; it is tried again for ever, later each time, and shown. No breaker.
    :time: none; after a minute the page of health says that it has not come back.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def person_erased(person_id: int, ctx: PluginContext) -> None:
    """A person is to be forgotten: blank what the plugin's own tables say of them. Rows and ids may stay.

    :param person_id: whose data go: the person, or somebody who was merged into them before.
    :param ctx: with a session of the job's transaction.
    :called: by a job, once for each id that the person ever had, perhaps more than once: blank exactly the rows with
        this id, and look for no others. A plugin that is enabled late gets all erasures from the first on.
    :not called: when a person merely leaves, on replay, or while the plugin is off: it gets what it missed when it is
        enabled.
    :when it raises: all that it wrote is undone; it is tried again for ever, later each time, and shown: an erasure
        is not done until every plugin has done it. No breaker.
    :time: none; after a minute the page of health says that it has not come back.

    .. versionadded:: 0.1
    """
    raise NotImplementedError


@hookspec
def export_person(person_id: int, viewer: Viewer, ctx: PluginContext) -> Mapping[str, Any] | None:
    """All that the plugin's own tables hold of a person, as JSON-like data, for whoever asks what is held of them.

    Entries, standings and notifications are told by the core.

    :param person_id: of whom; merges are followed already.
    :param viewer: who asks: the person, or an administrator. Leave out what is for the person's own eyes.
    :param ctx: reads only.
    :called: when a person, or an administrator for them, asks for the file with all that is held of them.
    :not called: for plugins that are off: the file names those.
    :when it raises: the file says so in its place. Three faults in a row open the breaker.
    :time: none: nothing that is late is left out.

    .. versionadded:: 0.1
    """
    raise NotImplementedError
