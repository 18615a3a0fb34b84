"""the index of due deliveries in the whole order in which they are taken

Revision ID: 0022_due_order
Revises: 0021_key_rings
"""

import sqlalchemy as sa
from alembic import op

revision = "0022_due_order"
down_revision = "0021_key_rings"
branch_labels = None
depends_on = None
INDEX = "ix_delivery_registration_id_due"


def upgrade() -> None:
    _make_anew(["registration_id", "next_at", "id"])


def downgrade() -> None:
    _make_anew(["registration_id", "next_at"])


def _make_anew(columns: list[str]) -> None:
    is_due = sa.text("next_at IS NOT NULL")
    op.drop_index(INDEX, "delivery")
    op.create_index(INDEX, "delivery", columns, sqlite_where=is_due, postgresql_where=is_due)
