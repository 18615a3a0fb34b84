"""launches without a user, who says that somebody acts as another, and a session's way back to its course

Revision ID: 0012_other_launches
Revises: 0011_operator
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_other_launches"
down_revision = "0011_operator"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("registration", sa.Column("allow_anonymous", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("registration", sa.Column("tells_masquerading", sa.Boolean(), nullable=True))
    op.add_column("web_session", sa.Column("return_url", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("web_session", "return_url")
    op.drop_column("registration", "tells_masquerading")
    op.drop_column("registration", "allow_anonymous")
