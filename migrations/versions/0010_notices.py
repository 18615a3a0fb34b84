"""subscriptions to platforms' notices, and the notices that came

Revision ID: 0010_notices
Revises: 0009_rosters
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_notices"
down_revision = "0009_rosters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_subscriptions()
    _create_notices()


def _create_subscriptions() -> None:
    op.create_table(
        "notice_subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("service_url", sa.Text(), nullable=False),
        sa.Column("notice_types", sa.String(length=255), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("subscribed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_notice_subscription_registration_id_registration")
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_notice_subscription_deployment_id_deployment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_subscription")),
        sa.UniqueConstraint("deployment_id", name=op.f("uq_notice_subscription_deployment_id")),
    )
    op.create_index(
        "ix_notice_subscription_registration_id_next_at", "notice_subscription", ["registration_id", "next_at"]
    )


def _create_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.String(length=255), nullable=False),
        sa.Column("notice_type", sa.String(length=64), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_notice_registration_id_registration")
        ),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployment.id"], name=op.f("fk_notice_deployment_id_deployment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("registration_id", "notice_id", name=op.f("uq_notice_registration_id_notice_id")),
    )
    op.create_index("ix_notice_registration_id_received_at", "notice", ["registration_id", "received_at"])
    op.create_index("ix_notice_read_at", "notice", ["read_at"])


def downgrade() -> None:
    op.drop_table("notice")
    op.drop_table("notice_subscription")
