"""where a line item may be made for a link that has none, and what became of the wish

Revision ID: 0007_line_item_offer
Revises: 0006_administration
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_line_item_offer"
down_revision = "0006_administration"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_item_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("resource_link_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("made_url", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "resource_link_id"],
            ["resource_link.institution_id", "resource_link.id"],
            name=op.f("fk_line_item_offer_institution_id_resource_link_id_resource_link"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_line_item_offer_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_line_item_offer_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_item_offer")),
        sa.UniqueConstraint("resource_link_id", name=op.f("uq_line_item_offer_resource_link_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_line_item_offer_uuid")),
    )
    op.create_index("ix_line_item_offer_registration_id_next_at", "line_item_offer", ["registration_id", "next_at"])


def downgrade() -> None:
    op.drop_table("line_item_offer")
