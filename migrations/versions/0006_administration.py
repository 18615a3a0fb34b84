"""launches recorded on request, hosts that administrators name, and an index over refused scores

Revision ID: 0006_administration
Revises: 0005_deep_linking
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_administration"
down_revision = "0005_deep_linking"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "launch_record",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "user_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_launch_record_institution_id_user_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_launch_record_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_launch_record")),
    )
    op.create_index(
        "ix_delivery_registration_id_refused",
        "delivery",
        ["registration_id"],
        unique=False,
        sqlite_where=sa.text("state = 'refused'"),
        postgresql_where=sa.text("state = 'refused'"),
    )

    op.add_column("embedding_origin", sa.Column("is_added", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("embedding_origin", "is_added")

    op.drop_index("ix_delivery_registration_id_refused", table_name="delivery")

    op.drop_table("launch_record")
