"""what a platform asked to have chosen

Revision ID: 0005_deep_linking
Revises: 0004_course_copies
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_deep_linking"
down_revision = "0004_course_copies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deep_linking_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("may_choose", sa.Boolean(), nullable=False),
        sa.Column("return_url", sa.Text(), nullable=False),
        sa.Column("accepts_links", sa.Boolean(), nullable=False),
        sa.Column("accepts_several", sa.Boolean(), nullable=False),
        sa.Column("accepts_line_items", sa.Boolean(), nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("placement", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_deep_linking_request_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "user_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_deep_linking_request_institution_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["web_session.id"], name=op.f("fk_deep_linking_request_session_id_web_session")
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployment.id"], name=op.f("fk_deep_linking_request_deployment_id_deployment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deep_linking_request")),
        sa.UniqueConstraint("uuid", name=op.f("uq_deep_linking_request_uuid")),
    )
    with op.batch_alter_table("deep_linking_request", schema=None) as batch_op:
        batch_op.create_index("ix_deep_linking_request_expires_at", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("deep_linking_request")
