"""taken down

Revision 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("kudos_thanks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken_down", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("kudos_thanks", schema=None) as batch_op:
        batch_op.drop_column("taken_down")
