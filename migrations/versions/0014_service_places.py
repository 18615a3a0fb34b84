"""where each deployment's services were first seen, and where later

Revision ID: 0014_service_places
Revises: 0013_assessments
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_service_places"
down_revision = "0013_assessments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_service_place_deployment_id_deployment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_place")),
        sa.UniqueConstraint("deployment_id", "kind", "origin", name=op.f("uq_service_place_deployment_id_kind_origin")),
    )


def downgrade() -> None:
    op.drop_table("service_place")
