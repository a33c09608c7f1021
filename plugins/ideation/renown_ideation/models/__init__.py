"""The tables, by subject. Whatever imports this has them all."""

from __future__ import annotations

from renown_ideation.models.base import Base
from renown_ideation.models.boards import Board, BoardRecord, Fact, Invited
from renown_ideation.models.campaigns import (
    Answered,
    Ballot,
    Campaign,
    CampaignNote,
    CharterAmendment,
    Decision,
    Entered,
    Option,
    Voter,
    VoterMerged,
    VotersTold,
)
from renown_ideation.models.delivery import Asked, Judged, Link, News, NewsOf, Plan, Step
from renown_ideation.models.ideas import (
    Entry,
    Idea,
    Invitation,
    Merge,
    Moved,
    NotSame,
    Participant,
    Proposal,
    Revision,
    Shard,
    Status,
    Tagged,
    Telling,
    Vote,
    VoteMoved,
)
from renown_ideation.models.moving import Intake, Origin
from renown_ideation.models.portal import ProductKey, UsedToken
from renown_ideation.models.talk import Attachment, Comment, Moderation, Trust

__all__ = [
    "Answered",
    "Asked",
    "Attachment",
    "Ballot",
    "Base",
    "Board",
    "BoardRecord",
    "Campaign",
    "CampaignNote",
    "CharterAmendment",
    "Comment",
    "Decision",
    "Entered",
    "Entry",
    "Fact",
    "Idea",
    "Intake",
    "Invitation",
    "Invited",
    "Judged",
    "Link",
    "Merge",
    "Moderation",
    "Moved",
    "News",
    "NewsOf",
    "NotSame",
    "Option",
    "Origin",
    "Participant",
    "Plan",
    "ProductKey",
    "Proposal",
    "Revision",
    "Shard",
    "Status",
    "Step",
    "Tagged",
    "Telling",
    "Trust",
    "UsedToken",
    "Vote",
    "VoteMoved",
    "Voter",
    "VoterMerged",
    "VotersTold",
]
