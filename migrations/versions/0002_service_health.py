"""a row for each service of a registration: when it last worked and last failed

Revision ID: 0002_service_health
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_service_health"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_health",
        sa.Column("registration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("service", sa.String(length=24), nullable=False),
        sa.Column("is_good", sa.Boolean(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_good_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_bad_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_bad_reason", sa.String(length=64), nullable=True),
        sa.Column("skew_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_service_health_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("registration_id", "service", name=op.f("pk_service_health")),
    )


def downgrade() -> None:
    op.drop_table("service_health")
