"""where a course was copied from, links that name no content, and the indexes that find an ancestor

Revision ID: 0004_course_copies
Revises: 0003_rights
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_course_copies"
down_revision = "0003_rights"
branch_labels = None
depends_on = None

CONTEXT_INDEX = "ix_context_institution_id_platform_context_id"
LINK_INDEX = "ix_resource_link_institution_id_platform_link_id"


def upgrade() -> None:
    op.create_index(CONTEXT_INDEX, "context", ["institution_id", "platform_context_id"])
    op.create_index(LINK_INDEX, "resource_link", ["institution_id", "platform_link_id"])
    _create_copies()
    _create_unnamed_links()


def _create_copies() -> None:
    op.create_table(
        "context_copy",
        sa.Column("context_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("ancestor_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_context_copy_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "context_id"],
            ["context.institution_id", "context.id"],
            name=op.f("fk_context_copy_institution_id_context_id_context"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "ancestor_id"],
            ["context.institution_id", "context.id"],
            name=op.f("fk_context_copy_institution_id_ancestor_id_context"),
        ),
        sa.PrimaryKeyConstraint("context_id", name=op.f("pk_context_copy")),
    )
    op.create_table(
        "context_origin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("platform_context_id", sa.String(length=255), nullable=False),
        sa.Column("origin_context_id", sa.String(length=255), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_context_origin_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "platform_id"],
            ["platform.institution_id", "platform.id"],
            name=op.f("fk_context_origin_institution_id_platform_id_platform"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_context_origin")),
        sa.UniqueConstraint(
            "platform_id",
            "platform_context_id",
            "origin_context_id",
            name=op.f("uq_context_origin_platform_id_platform_context_id_origin_context_id"),
        ),
    )


def _create_unnamed_links() -> None:
    op.create_table(
        "unnamed_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("resource_link_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_unnamed_link_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "resource_link_id"],
            ["resource_link.institution_id", "resource_link.id"],
            name=op.f("fk_unnamed_link_institution_id_resource_link_id_resource_link"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unnamed_link")),
        sa.UniqueConstraint("resource_link_id", name=op.f("uq_unnamed_link_resource_link_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_unnamed_link_uuid")),
    )


def downgrade() -> None:
    op.drop_table("unnamed_link")
    op.drop_table("context_origin")
    op.drop_table("context_copy")
    op.drop_index(LINK_INDEX, "resource_link")
    op.drop_index(CONTEXT_INDEX, "context")
