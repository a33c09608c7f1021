"""Slack's export: a zip with users.json, channels.json and a folder per channel with one file a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from renown.api import BadPayload, BlankField, CloudEvent, Export, Payload, Skipped, SourceInfo, open_zip, parse_json
from renown_slack import acts, events, reasons
from renown_slack.accounts import ID, account, author, named
from renown_slack.acts import Place, Workspace, stamp

#: Lists of places: public channels, private ones, groups of people, pairs.
LISTS = {"channels.json": False, "groups.json": True, "mpims.json": True, "dms.json": True}
_DAY = re.compile(r"\d{4}-\d\d-\d\d\.json")
#: Folders of direct messages and private groups, where no list says so.
_PRIVATE = re.compile(r"[DG][A-Z0-9]{6,}|mpdm-.+")
#: Up to here (bytes) an export is read once more to tell how much it holds.
COUNTED = 32 << 20


@dataclass(frozen=True)
class Day:
    """The messages of a channel on one day."""

    name: str
    place: Place


def read(path: Path, source: SourceInfo) -> Iterator[CloudEvent | Skipped]:
    """Channel by channel and day by day, in the order of their names. Raises BadPayload where it is no export."""
    with open_zip(path) as export:
        root = _root(export)
        space = Workspace(source, backfill=True)
        for name in filter(export.__contains__, (root + "users.json", root + "org_users.json")):
            for user in _values(export, name):
                yield from _known(space, user, name)
        for day in _days(export, root):
            try:
                values = _values(export, day.name)
            except BadPayload as error:
                yield _damaged(error)
                continue
            for index, value in enumerate(values):
                yield from _record(space, day, index, value)


def size(path: Path, source: SourceInfo) -> int | None:
    """How many records `read` gives; None for large exports."""
    with open_zip(path) as export:
        if export.bytes > COUNTED:
            return None
    return sum(1 for _ in read(path, source))


def _known(space: Workspace, value: object, name: str) -> Iterator[Skipped]:
    """Take an account in. One that is damaged is known by what it writes."""
    try:
        user = account(Payload(value, name))
    except BadPayload as error:
        yield _damaged(error)
    else:
        space.accounts[user.id] = user


def _record(space: Workspace, day: Day, index: int, value: object) -> Iterator[CloudEvent | Skipped]:
    """One message with its edit and its reactions. What is damaged never sinks the rest."""
    try:
        message = Payload(value, f"{day.name}[{index}]")
        found = events.record(space, day.place, message)
    except BadPayload as error:
        yield _damaged(error)
        return
    yield found
    counts = isinstance(found, CloudEvent) and found.data.type == "Create"
    if counts and "edited" in message:
        yield from _unless_damaged(_edit(space, day.place, message))
    yield from _unless_damaged(_reactions(space, day.place, message, counts))


def _edit(space: Workspace, place: Place, message: Payload) -> Iterator[CloudEvent | Skipped]:
    yield acts.edit(space, place, message, stamp(message, "ts")) or Skipped(reasons.BLANK, what="edited")


def _reactions(space: Workspace, place: Place, message: Payload, counts: bool) -> Iterator[CloudEvent | Skipped]:
    for index, value in enumerate(message.values("reactions")):
        path = f"{message.path}.reactions[{index}]"
        yield from _unless_damaged(_reaction(space, place, message, value, path, counts))


def _reaction(
    space: Workspace, place: Place, message: Payload, value: object, path: str, counts: bool
) -> Iterator[CloudEvent | Skipped]:
    reaction, owner = Payload(value, path), author(message, space.accounts)
    emoji = reaction.text("name", 100)
    for user in dict.fromkeys(reaction.texts("users", ID)):
        if counts:
            who = named(user, space.accounts)
            yield acts.reaction(space, place, stamp(message, "ts"), emoji, who, owner, None, on=True)
        else:
            yield Skipped(reasons.NOT_A_MESSAGE, what="reaction")


def _unless_damaged(found: Iterator[CloudEvent | Skipped]) -> Iterator[CloudEvent | Skipped]:
    try:
        yield from found
    except BadPayload as error:
        yield _damaged(error)


def _damaged(error: BadPayload) -> Skipped:
    return Skipped(reasons.BLANK if isinstance(error, BlankField) else reasons.UNREADABLE, what=str(error))


def _root(export: Export) -> str:
    """Where the export lies in the zip: some tools pack the folder and not what is in it, or leave out the lists."""
    paths = [PurePosixPath(name) for name in export.names]
    listed = [path.parent for path in paths if path.name in ("users.json", "org_users.json", *LISTS)]
    days = [path.parent.parent for path in paths if _DAY.fullmatch(path.name) and len(path.parts) > 1]
    if not listed and not days:
        raise BadPayload("users.json is missing, and a channel's days too: this is not an export of Slack's")
    root = min(listed or days, key=lambda path: len(path.parts))
    return f"{root}/" if root.parts else ""


def _days(export: Export, root: str) -> Iterator[Day]:
    """The folders, as the lists of channels name them. A folder that none names is a channel by that name."""
    places: dict[str, Place] = {}
    for name, private in LISTS.items():
        for index, value in enumerate(_values(export, root + name) if root + name in export else ()):
            channel = Payload(value, f"{root}{name}[{index}]")
            key = channel.text("id", ID)
            title = channel.label("name")
            folder = title if title and not name.startswith("dms") else key
            places[folder] = Place(key, title, private or channel.flag("is_private"))
    for name in export.names:
        folder, _, day = name.removeprefix(root).partition("/")
        # A Mac puts a shadow, ._name, beside each file that it packs.
        if name.startswith(root) and day.endswith(".json") and not day.startswith("._") and "/" not in day:
            yield Day(name, places.get(folder) or Place(folder[:ID], folder, _PRIVATE.fullmatch(folder) is not None))


def _values(export: Export, name: str) -> list[object]:
    return _listed(export.read(name), name)


def _listed(raw: bytes, name: str) -> list[object]:
    values = parse_json(raw, name)
    if not isinstance(values, list):
        raise BadPayload(f"{name} is not a list")
    return values
