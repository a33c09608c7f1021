"""cards

Revision 0001, after nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thanks_card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=256), nullable=False),
        sa.ForeignKeyConstraint(["giver_id"], ["core_person.id"], name=op.f("fk_thanks_card_giver_id_core_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanks_card")),
        sa.UniqueConstraint("event", name=op.f("uq_thanks_card_event")),
    )
    with op.batch_alter_table("thanks_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thanks_card_giver_id"), ["giver_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("thanks_card", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thanks_card_giver_id"))

    op.drop_table("thanks_card")
