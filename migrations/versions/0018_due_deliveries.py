"""an index of the deliveries that are due, without the many that are done

Revision ID: 0018_due_deliveries
Revises: 0017_goal_shares
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_due_deliveries"
down_revision = "0017_goal_shares"
branch_labels = None
depends_on = None


def upgrade() -> None:
    is_due = sa.text("next_at IS NOT NULL")
    op.create_index(
        "ix_delivery_registration_id_due",
        "delivery",
        ["registration_id", "next_at"],
        sqlite_where=is_due,
        postgresql_where=is_due,
    )
    op.drop_index("ix_delivery_registration_id_next_at", "delivery")


def downgrade() -> None:
    op.create_index("ix_delivery_registration_id_next_at", "delivery", ["registration_id", "next_at"])
    op.drop_index("ix_delivery_registration_id_due", "delivery")
