"""Why a record is no event. Sentences that stay the same, so that the source's page can group by them."""

from __future__ import annotations

NOTICE = "A notice by Slack about a channel, a file or a setting; nobody's act that counts"
TWICE = "Slack tells this act in another delivery too, and that one is taken"
UNCHANGED = "The text did not change: Slack added a preview or a counter"
NOT_AN_EVENT = "Not an event of the Events API"
NOT_READ = "A kind of event that Renown does not read"
NOT_A_MESSAGE = "A reaction to something other than a message that counts"
BLANK = "A field that is needed is empty"
UNREADABLE = "The record cannot be read"
