"""Why a delivery is no event. Sentences that stay the same, so that the source's page can group by them."""

from __future__ import annotations

PING = "A test delivery by GitHub: the connection works"
NOT_READ = "A kind of event that Renown does not read"
NO_ACT = "A change of a label, a setting or a state that nobody earns anything by"
TWICE = "GitHub tells this act in another delivery too, and that one is taken"
MOVED = "Moved from another repository, where it was counted"
OWN_REVIEW = "A review of one's own change"
NO_COMMITS = "The push lists no commits"
KNOWN_COMMIT = "The commit was pushed before"
OTHER_AUTHOR = "The commit is another account's, and the push does not say whose by its number"
NO_BRANCH = "A tag, or a branch that was taken away"
TRIMMED = "The archive left out what is needed"
BLANK = "A field that is needed is empty"
UNREADABLE = "The record cannot be read"
