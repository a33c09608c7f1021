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
        sa.Column("first_giver_id", sa.Integer(), nullable=False),
        sa.Column("first_receiver_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("taken_back_at", sa.BigInteger(), nullable=True),
        sa.Column("taken_down", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_giver_id"], ["core_person.id"], name=op.f("fk_kudos_thanks_first_giver_id_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["first_receiver_id"], ["core_person.id"], name=op.f("fk_kudos_thanks_first_receiver_id_core_person")
        ),
        sa.ForeignKeyConstraint(["giver_id"], ["core_person.id"], name=op.f("fk_kudos_thanks_giver_id_core_person")),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["core_person.id"], name=op.f("fk_kudos_thanks_receiver_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kudos_thanks")),
        sa.UniqueConstraint("key", name=op.f("uq_kudos_thanks_key")),
    )
    with op.batch_alter_table("kudos_thanks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kudos_thanks_first_giver_id"), ["first_giver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_kudos_thanks_first_receiver_id"), ["first_receiver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_kudos_thanks_giver_id_day"), ["giver_id", "day"], unique=False)
        batch_op.create_index(batch_op.f("ix_kudos_thanks_receiver_id"), ["receiver_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("kudos_thanks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kudos_thanks_receiver_id"))
        batch_op.drop_index(batch_op.f("ix_kudos_thanks_giver_id_day"))
        batch_op.drop_index(batch_op.f("ix_kudos_thanks_first_receiver_id"))
        batch_op.drop_index(batch_op.f("ix_kudos_thanks_first_giver_id"))

    op.drop_table("kudos_thanks")
    op.drop_table("kudos_giver")
