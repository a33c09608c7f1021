"""Answers: who owes one by when, what was said, who hears of it, and how well the organisation keeps its word."""
