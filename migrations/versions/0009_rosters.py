"""rosters: who belongs to a course, and how its reading stands

Revision ID: 0009_rosters
Revises: 0008_installation
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_rosters"
down_revision = "0008_installation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("lane", sa.String(length=24), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("names_only_openers", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "context_id"],
            ["context.institution_id", "context.id"],
            name=op.f("fk_roster_institution_id_context_id_context"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_roster_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
        sa.UniqueConstraint("context_id", name=op.f("uq_roster_context_id")),
    )
    with op.batch_alter_table("roster", schema=None) as batch_op:
        batch_op.create_index("ix_roster_due_at", ["due_at"], unique=False)

    op.create_table(
        "roster_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("sub", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("is_learner", sa.Boolean(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "context_id"],
            ["context.institution_id", "context.id"],
            name=op.f("fk_roster_entry_institution_id_context_id_context"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_roster_entry_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_entry")),
        sa.UniqueConstraint("context_id", "sub", name=op.f("uq_roster_entry_context_id_sub")),
    )
    op.create_table(
        "roster_page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("url_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["context_id"], ["context.id"], name=op.f("fk_roster_page_context_id_context")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_page")),
        sa.UniqueConstraint("context_id", "url_hash", name=op.f("uq_roster_page_context_id_url_hash")),
    )
    op.create_table(
        "roster_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("differences_url", sa.Text(), nullable=True),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=24), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_url", sa.Text(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("done_to", sa.Integer(), nullable=False),
        sa.Column("differences_found", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "context_id"],
            ["context.institution_id", "context.id"],
            name=op.f("fk_roster_reading_institution_id_context_id_context"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_roster_reading_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_roster_reading_registration_id_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_reading")),
        sa.UniqueConstraint("context_id", name=op.f("uq_roster_reading_context_id")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column("seen_at", existing_type=sa.DateTime(timezone=True), nullable=True)


def downgrade() -> None:

    op.execute("UPDATE membership SET seen_at = joined_at WHERE seen_at IS NULL")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.alter_column("seen_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.drop_column("left_at")
        batch_op.drop_column("listed_at")

    op.drop_table("roster_reading")
    op.drop_table("roster_page")
    op.drop_table("roster_entry")
    with op.batch_alter_table("roster", schema=None) as batch_op:
        batch_op.drop_index("ix_roster_due_at")

    op.drop_table("roster")
