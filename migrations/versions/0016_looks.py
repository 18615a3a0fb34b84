"""who looked at pages that name others; a person's rows are found without reading everybody's

Revision ID: 0016_looks
Revises: 0015_goals
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_looks"
down_revision = "0015_goals"
branch_labels = None
depends_on = None

# What a person's own data are gathered from, and had no index by person.
SCANNED = ("answer", "delivery", "web_session")


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("viewer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("is_masqueraded", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_look_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "viewer_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_look_institution_id_viewer_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "about_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_look_institution_id_about_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "context_id"],
            ["context.institution_id", "context.id"],
            name=op.f("fk_look_institution_id_context_id_context"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sa.UniqueConstraint("viewer_id", "kind", "place", "until", name=op.f("uq_look_viewer_id_kind_place_until")),
    )
    op.create_index("ix_look_about_id", "look", ["about_id"])
    op.create_index("ix_look_context_id", "look", ["context_id"])
    op.create_index("ix_look_institution_id_until", "look", ["institution_id", "until"])
    for table in SCANNED:
        op.create_index(f"ix_{table}_user_id", table, ["user_id"])


def downgrade() -> None:
    for table in reversed(SCANNED):
        op.drop_index(f"ix_{table}_user_id", table)
    for index in ("ix_look_institution_id_until", "ix_look_context_id", "ix_look_about_id"):
        op.drop_index(index, "look")
    op.drop_table("look")
