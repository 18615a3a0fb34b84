"""rights by name, the codes that give them, what administrators did, and the office's word on courses

Revision ID: 0003_rights
Revises: 0002_service_health
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_rights"
down_revision = "0002_service_health"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "admin_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "about_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_admin_event_institution_id_about_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "actor_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_admin_event_institution_id_actor_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_admin_event_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_event")),
    )
    op.create_index("ix_admin_event_institution_id_id", "admin_event", ["institution_id", "id"], unique=False)

    op.create_table(
        "code_try",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "user_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_code_try_institution_id_user_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_code_try_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_code_try")),
    )
    op.create_table(
        "right_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "made_by_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_right_code_institution_id_made_by_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_right_code_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_right_code_code_hash")),
    )
    op.create_index(
        "ix_right_code_institution_id_expires_at", "right_code", ["institution_id", "expires_at"], unique=False
    )

    op.create_table(
        "right_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "granted_by_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_right_grant_institution_id_granted_by_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "revoked_by_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_right_grant_institution_id_revoked_by_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "user_id"],
            ["user.institution_id", "user.id"],
            name=op.f("fk_right_grant_institution_id_user_id_user"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_right_grant_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_grant")),
        sa.UniqueConstraint("uuid", name=op.f("uq_right_grant_uuid")),
    )
    op.create_index(
        "ix_right_grant_institution_id_granted_at", "right_grant", ["institution_id", "granted_at"], unique=False
    )
    op.create_index(
        "uq_right_grant_user_id_kind_living",
        "right_grant",
        ["user_id", "kind"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )

    op.add_column("context", sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("web_session", sa.Column("is_administrator", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("web_session", "is_administrator")

    op.drop_column("context", "declined_at")

    op.drop_index("uq_right_grant_user_id_kind_living", table_name="right_grant")
    op.drop_index("ix_right_grant_institution_id_granted_at", table_name="right_grant")

    op.drop_table("right_grant")
    op.drop_index("ix_right_code_institution_id_expires_at", table_name="right_code")

    op.drop_table("right_code")
    op.drop_table("code_try")
    op.drop_index("ix_admin_event_institution_id_id", table_name="admin_event")

    op.drop_table("admin_event")
