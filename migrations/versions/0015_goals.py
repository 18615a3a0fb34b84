"""the goals of development plans

Revision ID: 0015_goals
Revises: 0014_service_places
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_goals"
down_revision = "0014_service_places"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "goal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("competency", sa.String(length=24), nullable=True),
        sa.Column("behavior", sa.Text(), nullable=False),
        sa.Column("with_whom", sa.Text(), nullable=False),
        sa.Column("how_known", sa.Text(), nullable=False),
        sa.Column("support", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("by", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "user_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_goal_institution_id_user_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_goal_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
        sa.UniqueConstraint("uuid", name=op.f("uq_goal_uuid")),
    )
    op.create_index("ix_goal_institution_id_user_id", "goal", ["institution_id", "user_id"])


def downgrade() -> None:
    op.drop_index("ix_goal_institution_id_user_id", "goal")
    op.drop_table("goal")
