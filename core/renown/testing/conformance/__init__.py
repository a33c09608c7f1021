"""What every plugin keeps to. A plugin's author subclasses `Conformance` and names the plugin; pytest does the rest.

    class TestConformance(Conformance):
        plugin = "thanks"

Where a plugin keeps something of people, overriding `fill` has the suite look at that, too.
"""

from __future__ import annotations

from renown.testing.conformance.events import Events
from renown.testing.conformance.imports import Imports
from renown.testing.conformance.manifest import Manifest
from renown.testing.conformance.outgoing import Outgoing
from renown.testing.conformance.pages import Pages
from renown.testing.conformance.people import People
from renown.testing.conformance.routes import Routes
from renown.testing.conformance.scoring import Scoring
from renown.testing.conformance.statements import Statements
from renown.testing.conformance.tables import Tables
from renown.testing.conformance.texts import Texts

__all__ = ["Conformance"]


class Conformance(Manifest, Imports, Outgoing, Tables, Events, Scoring, Statements, Pages, Routes, People, Texts):
    """`class TestConformance(Conformance): plugin = "thanks"`. What involves a database runs on both."""
