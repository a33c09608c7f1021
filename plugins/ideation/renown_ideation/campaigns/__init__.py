"""Campaigns: a charter sealed, options frozen, ballots cast and counted, decisions set beside what was counted."""
