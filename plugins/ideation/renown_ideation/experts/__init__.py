"""Experts: whom to ask about an idea and why, what they are asked, and how they judge it."""
