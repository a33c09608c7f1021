"""Counting: from a sealed charter, frozen options, an electorate and ballots to a result.

Everything here is a pure function of what it is given: no database, no clock, no settings, nothing of Renown. Numbers
are integers and fractions, and floating point serves only where a bound that is checked makes it exact.
`docs/ideation-tally.md` says the rules in words; whoever changes one here changes the format's version.
"""

from renown_ideation.counting.amendments import amended
from renown_ideation.counting.canonical import canonical, parse, sha256
from renown_ideation.counting.charter import Charter, read_charter
from renown_ideation.counting.electorate import Electorate
from renown_ideation.counting.errors import BadBallot, Refused
from renown_ideation.counting.file import write
from renown_ideation.counting.records import Amendment, Ballot, Option, Voter, voter_of
from renown_ideation.counting.result import Result
from renown_ideation.counting.tally import Count, tally

__all__ = [
    "Amendment",
    "BadBallot",
    "Ballot",
    "Charter",
    "Count",
    "Electorate",
    "Option",
    "Refused",
    "Result",
    "Voter",
    "amended",
    "canonical",
    "parse",
    "read_charter",
    "sha256",
    "tally",
    "voter_of",
    "write",
]
