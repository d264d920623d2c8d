"""Codes by which two addresses become one person; a text that we started may go on to another address
of the same person when nobody is reached at the first.
"""

import sqlalchemy as sa
from alembic import op

from service.store import states

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_code",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], ondelete="CASCADE", name=op.f("fk_link_code_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["address_id"], ["address.id"], ondelete="CASCADE", name=op.f("fk_link_code_address_id")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_link_code")),
        sa.UniqueConstraint("person_id", name=op.f("uq_link_code_person_id")),
    )
    for statement in states.enforcement(op.get_bind().dialect.name):
        op.execute(statement.replace(":", r"\:"))


def downgrade() -> None:
    """The moves stay: one that is allowed and that nobody makes does no harm."""
    op.drop_table("link_code")
