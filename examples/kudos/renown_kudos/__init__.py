"""Peer thanks for Renown: a monthly allowance, a reason, public or private."""
