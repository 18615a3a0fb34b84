"""self-assessments with their answers, and the sums over baselines

Revision ID: 0013_assessments
Revises: 0012_other_launches
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_assessments"
down_revision = "0012_other_launches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("point", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=24), nullable=False),
        sa.Column("instrument", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("now_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("equal_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "user_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_assessment_institution_id_user_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_assessment_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("institution_id", "id", name=op.f("uq_assessment_institution_id_id")),
        sa.UniqueConstraint("user_id", "point", "number", name=op.f("uq_assessment_user_id_point_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_assessment_uuid")),
    )
    op.create_index("ix_assessment_institution_id_user_id", "assessment", ["institution_id", "user_id"])
    op.create_table(
        "assessment_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "assessment_id"],
            ["assessment.institution_id", "assessment.id"],
            name=op.f("fk_assessment_answer_institution_id_assessment_id_assessment"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "user_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_assessment_answer_institution_id_user_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_assessment_answer_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_answer")),
        sa.UniqueConstraint("assessment_id", "key", name=op.f("uq_assessment_answer_assessment_id_key")),
    )
    op.create_index("ix_assessment_answer_institution_id_user_id", "assessment_answer", ["institution_id", "user_id"])
    op.create_table(
        "scale_sum",
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(length=64), nullable=False),
        sa.Column("scale", sa.String(length=24), nullable=False),
        sa.Column("item", sa.String(length=24), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("squares", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_scale_sum_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("institution_id", "instrument", "scale", "item", name=op.f("pk_scale_sum")),
    )


def downgrade() -> None:
    op.drop_table("scale_sum")
    op.drop_index("ix_assessment_answer_institution_id_user_id", "assessment_answer")
    op.drop_table("assessment_answer")
    op.drop_index("ix_assessment_institution_id_user_id", "assessment")
    op.drop_table("assessment")
