"""own servers behind a shared issuer, policies for deployments, and scopes asked, granted and seen

Revision ID: 0008_installation
Revises: 0007_line_item_offer
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_installation"
down_revision = "0007_line_item_offer"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("site", sa.String(length=255), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("deployment_policy", sa.String(length=24), nullable=False, server_default="automatic")
        )
        batch_op.add_column(sa.Column("scopes_asked", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("scopes_granted", sa.Text(), nullable=True))
        batch_op.drop_constraint("uq_registration_issuer_client_id", type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_registration_issuer_client_id_site"), ["issuer", "client_id", "site"]
        )
    with op.batch_alter_table("deployment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_closed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("scopes_seen", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deployment", schema=None) as batch_op:
        batch_op.drop_column("scopes_seen")
        batch_op.drop_column("is_closed")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_constraint("uq_registration_issuer_client_id_site", type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_registration_issuer_client_id"), ["issuer", "client_id"])
        batch_op.drop_column("scopes_granted")
        batch_op.drop_column("scopes_asked")
        batch_op.drop_column("deployment_policy")
        batch_op.drop_column("site")
