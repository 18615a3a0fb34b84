"""the office's group picture: rounds of coaches, who entered which, what is shown, and what is set about it

Revision ID: 0019_group_picture
Revises: 0018_due_deliveries
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_group_picture"
down_revision = "0018_due_deliveries"
branch_labels = None
depends_on = None


def _institution(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["institution_id"], ["institution.id"], name=op.f(f"fk_{table}_institution_id_institution")
    )


def upgrade() -> None:
    op.create_table(
        "group_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("whose", sa.String(length=64), nullable=False),
        sa.Column("point", sa.String(length=24), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        _institution("group_round"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_round")),
        sa.UniqueConstraint("institution_id", "id", name=op.f("uq_group_round_institution_id_id")),
    )
    op.create_table(
        "group_entry",
        sa.Column("assessment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "user_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_group_entry_institution_id_user_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "assessment_id"],
            ["assessment.institution_id", "assessment.id"],
            name=op.f("fk_group_entry_institution_id_assessment_id_assessment"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "round_id"],
            ["group_round.institution_id", "group_round.id"],
            name=op.f("fk_group_entry_institution_id_round_id_group_round"),
        ),
        _institution("group_entry"),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_group_entry")),
    )
    op.create_index("ix_group_entry_institution_id_user_id", "group_entry", ["institution_id", "user_id"])
    op.create_table(
        "group_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("whose", sa.String(length=64), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("point", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        _institution("group_line"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_line")),
        sa.UniqueConstraint(
            "institution_id",
            "whose",
            "least",
            "point",
            "code",
            name=op.f("uq_group_line_institution_id_whose_least_point_code"),
        ),
    )
    op.create_table(
        "group_setting",
        sa.Column("institution_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        _institution("group_setting"),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_group_setting")),
    )
    op.create_table(
        "group_course",
        sa.Column("context_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "context_id"],
            ["context.institution_id", "context.id"],
            name=op.f("fk_group_course_institution_id_context_id_context"),
        ),
        _institution("group_course"),
        sa.PrimaryKeyConstraint("context_id", name=op.f("pk_group_course")),
    )


def downgrade() -> None:
    for table in ("group_course", "group_setting", "group_line"):
        op.drop_table(table)
    op.drop_index("ix_group_entry_institution_id_user_id", "group_entry")
    op.drop_table("group_entry")
    op.drop_table("group_round")
