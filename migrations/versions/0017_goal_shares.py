"""goals that are shared with one named person, and the log of it

Revision ID: 0017_goal_shares
Revises: 0016_looks
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_goal_shares"
down_revision = "0016_looks"
branch_labels = None
depends_on = None


def _to_user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["institution_id", column],
        ["user.institution_id", "user.id"],
        name=op.f(f"fk_{table}_institution_id_{column}_user"),
    )


def _to_institution(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["institution_id"], ["institution.id"], name=op.f(f"fk_{table}_institution_id_institution")
    )


def upgrade() -> None:
    op.create_index("uq_goal_institution_id_id", "goal", ["institution_id", "id"], unique=True)
    op.create_table(
        "goal_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("goal_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=24), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _to_user("goal_share", "user_id"),
        _to_user("goal_share", "reader_id"),
        sa.ForeignKeyConstraint(
            ["institution_id", "goal_id"],
            ["goal.institution_id", "goal.id"],
            name=op.f("fk_goal_share_institution_id_goal_id_goal"),
        ),
        _to_institution("goal_share"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_share")),
        sa.UniqueConstraint("goal_id", "reader_id", name=op.f("uq_goal_share_goal_id_reader_id")),
        sa.UniqueConstraint("institution_id", "id", name=op.f("uq_goal_share_institution_id_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_goal_share_uuid")),
    )
    op.create_index("ix_goal_share_institution_id_reader_id", "goal_share", ["institution_id", "reader_id"])
    op.create_table(
        "goal_share_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("share_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("scope", sa.String(length=24), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _to_user("goal_share_event", "user_id"),
        _to_user("goal_share_event", "by_id"),
        sa.ForeignKeyConstraint(
            ["institution_id", "share_id"],
            ["goal_share.institution_id", "goal_share.id"],
            name=op.f("fk_goal_share_event_institution_id_share_id_goal_share"),
        ),
        _to_institution("goal_share_event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_share_event")),
    )
    op.create_index("ix_goal_share_event_institution_id_share_id", "goal_share_event", ["institution_id", "share_id"])
    op.create_table(
        "reader_code",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _to_user("reader_code", "user_id"),
        _to_institution("reader_code"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reader_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_reader_code_code_hash")),
    )


def downgrade() -> None:
    op.drop_table("reader_code")
    op.drop_table("goal_share_event")
    op.drop_table("goal_share")
    op.drop_index("uq_goal_institution_id_id", "goal")
