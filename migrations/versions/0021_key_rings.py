"""keys of its own for each connection, and the uuid under which an invitation's LMS finds them

Revision ID: 0021_key_rings
Revises: 0020_keeping_periods
"""

from uuid import NAMESPACE_OID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0021_key_rings"
down_revision = "0020_keeping_periods"
branch_labels = None
depends_on = None
_invitation = sa.table("invitation", sa.column("id"), sa.column("token_hash"), sa.column("uuid", sa.Uuid()))


def upgrade() -> None:
    op.add_column("registration", sa.Column("key_ring", sa.Uuid(), nullable=True))
    op.add_column("registration", sa.Column("keys_ordered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tool_key", sa.Column("key_ring", sa.Uuid(), nullable=True))
    op.create_index("ix_tool_key_key_ring", "tool_key", ["key_ring"])
    op.add_column("invitation", sa.Column("uuid", sa.Uuid(), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(_invitation.c.id, _invitation.c.token_hash)).all():
        named = sa.update(_invitation).where(_invitation.c.id == row.id)
        connection.execute(named.values(uuid=uuid5(NAMESPACE_OID, row.token_hash)))
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.alter_column("uuid", existing_type=sa.Uuid(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_invitation_uuid"), ["uuid"])


def downgrade() -> None:
    """The keys of single connections go: those LMSs must be told the one address for all again."""
    op.execute("DELETE FROM tool_key WHERE key_ring IS NOT NULL")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_constraint("uq_invitation_uuid", type_="unique")
        batch_op.drop_column("uuid")
    op.drop_index("ix_tool_key_key_ring", "tool_key")
    op.drop_column("tool_key", "key_ring")
    op.drop_column("registration", "keys_ordered_at")
    op.drop_column("registration", "key_ring")
