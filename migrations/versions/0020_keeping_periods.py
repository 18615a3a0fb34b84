"""how long each institution keeps what is its people's

Revision ID: 0020_keeping_periods
Revises: 0019_group_picture
"""

import sqlalchemy as sa
from alembic import op

revision = "0020_keeping_periods"
down_revision = "0019_group_picture"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keeping_period",
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("private", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_keeping_period_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_keeping_period")),
    )


def downgrade() -> None:
    op.drop_table("keeping_period")
