"""A lively organisation to look at: made from a seed, and told to Renown through the same doors as a real one."""

from renown.demo.doors import Door, links_in
from renown.demo.feed import NoConnector
from renown.demo.making import Demo, build

__all__ = ["Demo", "Door", "NoConnector", "build", "links_in"]
