"""Campaigns: a sealed charter, what was voted on, who could vote, the ballots, what was counted and decided."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from renown.api import BigKey
from renown_ideation.models.base import Base


class Campaign(Base):
    """Ideas for one question, collected, voted on and decided by rules that are sealed before."""

    __tablename__ = "ideation_campaign"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    board_id: Mapped[int] = mapped_column(ForeignKey("ideation_board.id"), index=True)
    #: "draft", "sealed", "collecting", "elaborating", "voting", "counted", "decided", "reported" or "void".
    state: Mapped[str] = mapped_column(String(12))
    #: The charter's canonical JSON: a draft until it is sealed, and never written again from then on.
    charter: Mapped[str] = mapped_column(Text)
    charter_sha256: Mapped[str | None] = mapped_column(String(64))
    sealed_at: Mapped[int | None] = mapped_column(BigInteger)
    sealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    #: Until when the charter hides numbers of votes: "close", "decision", or "": they are not hidden.
    hides: Mapped[str] = mapped_column(String(8), default="")
    #: What the charter and its amendments in effect say, for the clock.
    collect_from: Mapped[int | None] = mapped_column(BigInteger)
    elaborate_from: Mapped[int | None] = mapped_column(BigInteger)
    vote_from: Mapped[int | None] = mapped_column(BigInteger)
    vote_until: Mapped[int | None] = mapped_column(BigInteger)
    decide_by: Mapped[int | None] = mapped_column(BigInteger)
    #: Canonical JSON of the record made when voting opened: hashes of options, electorate and weights.
    opening: Mapped[str | None] = mapped_column(Text)
    #: Canonical JSON of the result, as it stands in the published file.
    result: Mapped[str | None] = mapped_column(Text)
    counted_at: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[int | None] = mapped_column(BigInteger)
    reported_at: Mapped[int | None] = mapped_column(BigInteger)
    #: Why it is void, and from which state it became so.
    void_reason: Mapped[str | None] = mapped_column(Text)
    void_from: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[int] = mapped_column(BigInteger)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    __table_args__ = (Index(None, "state", "vote_until"),)


class CharterAmendment(Base):
    """A change of dates, announced before it takes effect; or, after an outage, a longer vote. The charter stays."""

    __tablename__ = "ideation_charter_amendment"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: Dates by phase, as in the charter.
    changes: Mapped[Any] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    announced_at: Mapped[int] = mapped_column(BigInteger)
    effective_at: Mapped[int] = mapped_column(BigInteger)
    #: Whether the campaign's own dates have it.
    applied: Mapped[bool] = mapped_column(Boolean, default=False)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class Entered(Base):
    """An idea that takes part in a campaign."""

    __tablename__ = "ideation_entered"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"), primary_key=True, autoincrement=False)
    idea_id: Mapped[int] = mapped_column(
        ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False, index=True
    )
    at: Mapped[int] = mapped_column(BigInteger)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class Unticked(Base):
    """A campaign whose tick was taken away in a draft. Gone when the draft is sent."""

    __tablename__ = "ideation_unticked"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"), primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"), primary_key=True, autoincrement=False)


class Option(Base):
    """What can be voted for: a revision of an idea, frozen when voting opened."""

    __tablename__ = "ideation_option"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideation_idea.id"))
    revision: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(140))
    submitted_at: Mapped[int] = mapped_column(BigInteger)


class Voter(Base):
    """One of the electorate, under a name that tells nobody who it is. Erasing the person takes away the first two."""

    __tablename__ = "ideation_voter"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"), primary_key=True, autoincrement=False)
    #: 32 hexadecimal digits, from the receipt code: see docs/ideation-tally.md.
    voter: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"), index=True)
    receipt: Mapped[str | None] = mapped_column(String(40))
    weight: Mapped[int] = mapped_column(Integer, default=1)
    #: The number of the ballot that counts; 0: none was cast.
    effective: Mapped[int] = mapped_column(Integer, default=0)
    #: Whose it was before two accounts were found to be one person, and the ballot that was set aside by it.
    first_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"), index=True)
    set_aside: Mapped[int] = mapped_column(Integer, default=0)
    __table_args__ = (Index("uq_ideation_voter_person", "campaign_id", "person_id", unique=True),)


class VoterMerged(Base):
    """Two accounts that turned out to be one person while a vote was open, until they are split or one is erased."""

    __tablename__ = "ideation_voter_merged"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"), primary_key=True, autoincrement=False)
    gone_id: Mapped[int] = mapped_column(
        ForeignKey("core_person.id"), primary_key=True, autoincrement=False, index=True
    )
    kept_id: Mapped[int] = mapped_column(ForeignKey("core_person.id"), index=True)


class Ballot(Base):
    """What a voter said at one time. Never changed: a later one takes its place."""

    __tablename__ = "ideation_ballot"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"), primary_key=True, autoincrement=False)
    voter: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    #: Canonical JSON, `{"<option>": <integer>}`.
    choices: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(BigInteger)


class Decision(Base):
    """What became of an option, and why. The newest of an option counts."""

    __tablename__ = "ideation_decision"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"))
    option: Mapped[int] = mapped_column(Integer)
    selected: Mapped[bool] = mapped_column(Boolean)
    #: Whose seat it has: "vote" or "board"; "" where it has none.
    seat: Mapped[str] = mapped_column(String(8), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "campaign_id", "option", "id"),)


class CampaignNote(Base):
    """What happened in a campaign, in order and in public: sealed, opened, extended, closed, counted, void."""

    __tablename__ = "ideation_campaign_note"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"), index=True)
    what: Mapped[str] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text, default="")
    #: Which idea it is about, where it is about one.
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("ideation_idea.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    at: Mapped[int] = mapped_column(BigInteger)


class Answered(Base):
    """That what was decided of an option stands on its idea, as a public answer."""

    __tablename__ = "ideation_answered"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"), primary_key=True, autoincrement=False)
    option: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(BigInteger)


class VotersTold(Base):
    """News that all who may vote in a campaign are told of, some at a time. Gone when all have been."""

    __tablename__ = "ideation_voters_told"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ideation_campaign.id"))
    #: A kind of notice that the manifest declares.
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    #: Of the campaign: what its page has below its address.
    page: Mapped[str] = mapped_column(String(20), default="")
    #: The last person who was told.
    after: Mapped[int] = mapped_column(Integer, default=0)
    #: An id names what was told once, and is never used again.
    __table_args__ = ({"sqlite_autoincrement": True},)
