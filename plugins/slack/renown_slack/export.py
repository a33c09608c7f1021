"""Slack's export: a zip with users.json, channels.json and a folder per channel with one file a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from renown.api import BadPayload, BlankField, CloudEvent, Export, Payload, Skipped, SourceInfo, open_zip, parse_json
from renown_slack import acts, events, reasons
from renown_slack.accounts import ID, author, listed, named
from renown_slack.acts import Place, Workspace, stamp

#: Lists of places: public channels, private ones, groups of people, pairs.
LISTS = {"channels.json": False, "groups.json": True, "mpims.json": True, "dms.json": True}
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
        users = _list(export, root + "users.json")
        space = Workspace(source, accounts=listed(users), backfill=True)
        for day in _days(export, root):
            raw = export.read(day.name)
            try:
                messages = _listed(raw, day.name)
            except BadPayload as error:
                yield Skipped(reasons.UNREADABLE, what=str(error))
                continue
            for index, value in enumerate(messages):
                yield from _record(space, day, index, value)


def size(path: Path, source: SourceInfo) -> int | None:
    """How many records `read` gives; None for large exports."""
    with open_zip(path) as export:
        if export.bytes > COUNTED:
            return None
    return sum(1 for _ in read(path, source))


def _record(space: Workspace, day: Day, index: int, value: object) -> Iterator[CloudEvent | Skipped]:
    """One message with its edit and its reactions. A damaged one never sinks the others."""
    try:
        message = Payload(value, f"{day.name}[{index}]")
        found = events.record(space, day.place, message)
        acted = [found, *_beside(space, day.place, message, found)]
    except BlankField as error:
        acted = [Skipped(reasons.BLANK, what=str(error))]
    except BadPayload as error:
        acted = [Skipped(reasons.UNREADABLE, what=str(error))]
    yield from acted


def _beside(
    space: Workspace, place: Place, message: Payload, found: CloudEvent | Skipped
) -> Iterator[CloudEvent | Skipped]:
    counts = isinstance(found, CloudEvent) and found.data.type == "Create"
    if counts and "edited" in message:
        yield acts.edit(space, place, message, stamp(message, "ts")) or Skipped(reasons.BLANK, what="edited")
    owner = author(message, space.accounts)
    for reaction in message.items("reactions"):
        emoji = reaction.text("name", 100)
        for user in dict.fromkeys(reaction.texts("users", ID)):
            if counts:
                who = named(user, space.accounts)
                yield acts.reaction(space, place, stamp(message, "ts"), emoji, who, owner, None, on=True)
            else:
                yield Skipped(reasons.NOT_A_MESSAGE, what="reaction")


def _root(export: Export) -> str:
    """Where the export lies in the zip: some tools pack the folder and not what is in it."""
    found = [name for name in export.names if PurePosixPath(name).name == "users.json"]
    if not found:
        raise BadPayload("users.json is missing: this is not an export of Slack's")
    return min(found, key=len).removesuffix("users.json")


def _days(export: Export, root: str) -> Iterator[Day]:
    """The folders, as the lists of channels name them. A folder that none names is a channel by that name."""
    places: dict[str, Place] = {}
    for name, private in LISTS.items():
        for channel in _list(export, root + name) if root + name in export else ():
            key = channel.text("id", ID)
            title = channel.label("name")
            folder = title if title and not name.startswith("dms") else key
            places[folder] = Place(key, title, private or channel.flag("is_private"))
    for name in export.names:
        folder, _, day = name.removeprefix(root).partition("/")
        if name.startswith(root) and day.endswith(".json") and "/" not in day:
            yield Day(name, places.get(folder) or Place(folder[:ID], folder))


def _list(export: Export, name: str) -> list[Payload]:
    return [Payload(value, f"{name}[{index}]") for index, value in enumerate(_values(export, name))]


def _values(export: Export, name: str) -> list[object]:
    return _listed(export.read(name), name)


def _listed(raw: bytes, name: str) -> list[object]:
    values = parse_json(raw, name)
    if not isinstance(values, list):
        raise BadPayload(f"{name} is not a list")
    return values
