"""kudos

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
        "kudos_giver",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["core_person.id"], name=op.f("fk_kudos_giver_person_id_core_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_kudos_giver")),
    )
    op.create_table(
        "kudos_thanks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("taken_back_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["giver_id"], ["core_person.id"], name=op.f("fk_kudos_thanks_giver_id_core_person")),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["core_person.id"], name=op.f("fk_kudos_thanks_receiver_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kudos_thanks")),
        sa.UniqueConstraint("key", name=op.f("uq_kudos_thanks_key")),
    )
    with op.batch_alter_table("kudos_thanks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kudos_thanks_giver_id_day"), ["giver_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_kudos_thanks_receiver_id"), ["receiver_id"], unique=False)

    op.create_table(
        "kudos_moved",
        sa.Column("thanks_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["gone_id"], ["core_person.id"], name=op.f("fk_kudos_moved_gone_id_core_person")),
        sa.ForeignKeyConstraint(["thanks_id"], ["kudos_thanks.id"], name=op.f("fk_kudos_moved_thanks_id_kudos_thanks")),
        sa.PrimaryKeyConstraint("thanks_id", "side", "gone_id", name=op.f("pk_kudos_moved")),
    )
    with op.batch_alter_table("kudos_moved", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kudos_moved_gone_id"), ["gone_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("kudos_moved", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kudos_moved_gone_id"))

    op.drop_table("kudos_moved")
    with op.batch_alter_table("kudos_thanks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kudos_thanks_receiver_id"))
        batch_op.drop_index(batch_op.f("ix_kudos_thanks_giver_id_day"))

    op.drop_table("kudos_thanks")
    op.drop_table("kudos_giver")
