"""Masked texts that were not understood."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unread",
        sa.Column("likeness", sa.String(32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("nearest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("likeness", name=op.f("pk_unread")),
    )
    op.create_index(op.f("ix_unread_last_at_likeness"), "unread", ["last_at", "likeness"])
    op.create_index(
        op.f("ix_unread_language_last_at_likeness"), "unread", ["language", "last_at", "likeness"]
    )


def downgrade() -> None:
    op.drop_table("unread")
