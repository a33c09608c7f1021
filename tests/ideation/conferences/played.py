"""The plugin's own story on a test's company."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from renown.access import signin
from renown.context import PluginContext
from renown.people import affiliations
from tests.ideation.company import Company
from tests.ideation.conferences.stage import Cast

#: With Cleo and Carl.
VOTERS, SPEAKERS = 400, 91
#: When voting is; the company's clock begins some months before.
YEAR = 2027


class Played:
    """A company as a stage."""

    def __init__(self, company: Company) -> None:
        self.company = company

    @contextmanager
    def writing(self) -> Iterator[PluginContext]:
        with self.company.writing() as ctx:
            yield ctx

    def until(self, instant: int) -> None:
        if instant > self.company.now:
            self.company.now = instant
            self.company.settle()


def cast(company: Company) -> Cast:
    """Four hundred customers, of whom some speak; Mo decides."""
    people = [company.people["cleo"], company.people["carl"], *company.crowd(VOTERS - 2)]
    with company.db.write() as conn:
        for one in people[2:]:
            affiliations.affiliate(conn, one, "customer")
            signin.add_login(conn, one, f"crowd{one}@example.com", "customer")
    company.settle()
    return Cast(speakers=people[:SPEAKERS], voters=people, board=company.people["mo"])
