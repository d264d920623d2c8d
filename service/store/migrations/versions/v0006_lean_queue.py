"""A row of the outbox knows its channel, so that a worker finds its own beside another's long queue,
and what we start is no longer indexed by address.
"""

import sqlalchemy as sa
from alembic import op

from service.store import owners

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_QUEUE = "ix_entry_state_kind_not_before"
_QUEUES = "ix_entry_state_kind_channel_not_before"
_ADDRESS = "ix_entry_address_id_created_at"


def upgrade() -> None:
    # By itself: as a batch SQLite would build the table anew.
    op.add_column("entry", sa.Column("channel", sa.String(), nullable=False, server_default=""))
    # What is over needs none, and outbox/strays.py brings in the rest.
    op.execute(
        "UPDATE entry SET channel = coalesce("
        "(SELECT channel FROM address WHERE address.id = entry.address_id), '') "
        "WHERE state IN ('queued', 'sending', 'doubtful')"
    )
    op.drop_index(op.f(_QUEUE), "entry")
    op.create_index(op.f(_QUEUES), "entry", ["state", "kind", "channel", "not_before"])
    answers = sa.text("slot IS NULL")
    op.drop_index(op.f(_ADDRESS), "entry")
    op.create_index(
        op.f(_ADDRESS),
        "entry",
        ["address_id", "created_at"],
        sqlite_where=answers,
        postgresql_where=answers,
    )
    _let_go_anew()


def downgrade() -> None:
    op.drop_index(op.f(_ADDRESS), "entry")
    op.create_index(op.f(_ADDRESS), "entry", ["address_id", "created_at"])
    op.drop_index(op.f(_QUEUES), "entry")
    op.create_index(op.f(_QUEUE), "entry", ["state", "kind", "not_before"])
    op.drop_column("entry", "channel")


def _let_go_anew() -> None:
    """Rows are found by their person now; those triggers serve the older version as well."""
    dialect = op.get_bind().dialect.name
    for statement in (*owners.release(dialect), *owners.enforcement(dialect)):
        op.execute(statement)
