"""Attacks on votes, on both databases: each is tried, and how many tries got through is said at the end of the run."""
