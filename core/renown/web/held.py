"""All that is held of a person: by the core, and by each plugin."""

from __future__ import annotations

from typing import Any

from renown.hooks.guard import Fault
from renown.people import export, merge
from renown.web.house import house, reading, viewer

#: The part that says which plugins could not be asked.
OFF = "plugins_off_and_not_asked"


def held(person: int) -> dict[str, Any]:
    """For the viewer, who is the person or an administrator. Raises Refused for an unknown person."""
    told, whom = export.export(reading(), person), merge.root(reading(), person)
    for plugin, found in house().dispatcher.export_person(whom, viewer(), reading()).items():
        told[plugin] = {"could_not_be_told": _why(found)} if isinstance(found, Fault) else dict(found)
    plugins = house().plugins
    return told | {OFF: sorted(plugins.manifests.keys() - set(plugins.enabled))}


def _why(fault: Fault) -> str:
    """What it raised may tell of others, and of the machine."""
    return fault.reason if viewer().role == "administrator" else "it did not answer; administrators see why on its page"
