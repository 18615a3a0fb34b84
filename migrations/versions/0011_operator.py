"""the operator's console, and when a key was retired

Revision ID: 0011_operator
Revises: 0010_notices
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_operator"
down_revision = "0010_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operator_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_operator_link_token_hash")),
    )
    op.create_table(
        "operator_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_operator_session_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_operator_session_uuid")),
    )
    op.add_column("tool_key", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("tool_key", "retired_at")

    op.drop_table("operator_session")
    op.drop_table("operator_link")
