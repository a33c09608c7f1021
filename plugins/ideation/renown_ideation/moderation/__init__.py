"""Moderation: what waits to be looked at, why and until when; what readers report; who is trusted; duplicates."""
