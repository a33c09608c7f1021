"""Rewards for initiative: what goes into the event log of ideas and votes, and what it is worth by public rules."""
