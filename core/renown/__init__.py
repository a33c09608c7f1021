"""Renown: an honest reputation and ideation framework over the networks a company already uses."""
