"""The full-text index of ideas. By hand: Alembic compares no table with `_fts` in its name.

Revision 0002, after 0001.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQLITE = (
    # What it is given are words already: this tokenizer takes all letters beyond ASCII as they are.
    "CREATE VIRTUAL TABLE ideation_idea_fts USING fts5(words, detail=none, tokenize=ascii)",
    # In how many ideas a word is.
    "CREATE VIRTUAL TABLE ideation_idea_fts_words USING fts5vocab(ideation_idea_fts, row)",
)
_POSTGRESQL = (
    """
    CREATE TABLE ideation_idea_fts (
        idea_id bigint PRIMARY KEY REFERENCES ideation_idea (id) ON DELETE CASCADE,
        words tsvector NOT NULL
    )
    """,
    "CREATE INDEX ix_ideation_idea_fts_words ON ideation_idea_fts USING gin (words)",
)


def upgrade() -> None:
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE ideation_idea_fts_words")
    op.execute("DROP TABLE ideation_idea_fts")
