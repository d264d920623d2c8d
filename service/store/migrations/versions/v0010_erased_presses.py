"""What is kept of an erased person's consent names no message of theirs: its id may hold their chat."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE consent SET provider_id = '' WHERE address_id IS NULL AND provider_id <> ''")


def downgrade() -> None:
    """What is forgotten stays so."""
