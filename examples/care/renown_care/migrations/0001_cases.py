"""cases

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
        "care_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("object", sa.BigInteger(), nullable=False),
        sa.Column("space_id", sa.Integer(), nullable=True),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("asker_identity", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("responder_id", sa.Integer(), nullable=True),
        sa.Column("responder_identity", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("reopened", sa.SmallInteger(), nullable=False),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.Column("aside_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asker_id"], ["core_person.id"], name=op.f("fk_care_case_asker_id_core_person")),
        sa.ForeignKeyConstraint(
            ["responder_id"], ["core_person.id"], name=op.f("fk_care_case_responder_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_case")),
        sa.UniqueConstraint("object", name=op.f("uq_care_case_object")),
    )
    with op.batch_alter_table("care_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_case_team_id_asked_at"), ["team_id", "asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_case_asker_id"), ["asker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_case_responder_id"), ["responder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_case_state_asked_at"), ["state", "asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_case_state_settled_at"), ["state", "settled_at"], unique=False)

    op.create_table(
        "care_act",
        sa.Column(
            "event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("object", sa.BigInteger(), nullable=False),
        sa.Column("parent", sa.BigInteger(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_identity", sa.Integer(), nullable=True),
        sa.Column("employee", sa.Boolean(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("sign", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["core_person.id"], name=op.f("fk_care_act_actor_id_core_person")),
        sa.ForeignKeyConstraint(["case_id"], ["care_case.id"], name=op.f("fk_care_act_case_id_care_case")),
        sa.ForeignKeyConstraint(["event_id"], ["core_event.id"], name=op.f("fk_care_act_event_id_core_event")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_care_act")),
    )
    with op.batch_alter_table("care_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_act_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_care_act_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_care_act_loose",
            ["parent"],
            unique=False,
            postgresql_where=sa.text("case_id IS NULL"),
            sqlite_where=sa.text("case_id IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_care_act_object"), ["object"], unique=False)

    op.create_table(
        "care_follow",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("given_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["care_case.id"], name=op.f("fk_care_follow_case_id_care_case")),
        sa.ForeignKeyConstraint(["given_id"], ["core_person.id"], name=op.f("fk_care_follow_given_id_core_person")),
        sa.ForeignKeyConstraint(["person_id"], ["core_person.id"], name=op.f("fk_care_follow_person_id_core_person")),
        sa.PrimaryKeyConstraint("case_id", "given_id", name=op.f("pk_care_follow")),
    )
    with op.batch_alter_table("care_follow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_follow_person_id"), ["person_id"], unique=False)

    op.create_table(
        "care_survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=22), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("effort", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["care_case.id"], name=op.f("fk_care_survey_case_id_care_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_survey")),
        sa.UniqueConstraint("case_id", name=op.f("uq_care_survey_case_id")),
        sa.UniqueConstraint("key", name=op.f("uq_care_survey_key")),
    )


def downgrade() -> None:
    op.drop_table("care_survey")
    with op.batch_alter_table("care_follow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_care_follow_person_id"))

    op.drop_table("care_follow")
    with op.batch_alter_table("care_act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_care_act_object"))
        batch_op.drop_index(
            "ix_care_act_loose", postgresql_where=sa.text("case_id IS NULL"), sqlite_where=sa.text("case_id IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_care_act_case_id"))
        batch_op.drop_index(batch_op.f("ix_care_act_actor_id"))

    op.drop_table("care_act")
    with op.batch_alter_table("care_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_care_case_state_settled_at"))
        batch_op.drop_index(batch_op.f("ix_care_case_state_asked_at"))
        batch_op.drop_index(batch_op.f("ix_care_case_responder_id"))
        batch_op.drop_index(batch_op.f("ix_care_case_asker_id"))
        batch_op.drop_index(batch_op.f("ix_care_case_team_id_asked_at"))

    op.drop_table("care_case")
