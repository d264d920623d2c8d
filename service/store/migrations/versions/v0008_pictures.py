"""Whether somebody wants pictures with their stretches; unset, they come where they cost nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("pictures", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "pictures")
