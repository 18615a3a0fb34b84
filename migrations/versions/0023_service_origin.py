"""a deployment's service origin goes: the places of its services say it, of each kind

Revision ID: 0023_service_origin
Revises: 0022_due_order
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_service_origin"
down_revision = "0022_due_order"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("deployment") as batch_op:
        batch_op.drop_column("service_origin")


def downgrade() -> None:
    with op.batch_alter_table("deployment") as batch_op:
        batch_op.add_column(sa.Column("service_origin", sa.String(length=255), nullable=True))
