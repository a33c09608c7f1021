"""Alembic's scripts for this plugin's tables."""
