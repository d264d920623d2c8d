"""Claims with a lease, states that the database keeps to, and what all senders' workers share."""

import sqlalchemy as sa
from alembic import op

from service.store import states

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("lease_until", sa.DateTime(timezone=True)))
    op.execute("UPDATE entry SET lease_until = claimed_at WHERE state = 'sending'")
    for statement in states.enforcement(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", r"\:")))
    op.create_table(
        "sender",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True)),
        sa.Column("paused_from", sa.DateTime(timezone=True)),
        sa.Column("paused_until", sa.DateTime(timezone=True)),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sender")),
    )
    op.create_table(
        "spending",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "day", name=op.f("pk_spending")),
    )
    if op.get_bind().dialect.name == "sqlite":  # an older Upright knew no other database
        op.execute(_SPENT_SO_FAR)


# Segments of what we started and what went out, or may have; 31 days are the longest month.
_SPENT_SO_FAR = """
    INSERT INTO spending (sender, day, segments)
    SELECT address.channel, date(entry.not_before), sum(entry.segments)
    FROM entry JOIN address ON address.id = entry.address_id
    WHERE entry.kind IN ('reminder', 'snooze', 'notice')
        AND entry.state IN ('sending', 'doubtful', 'sent', 'delivered', 'undelivered', 'lost')
        AND address.channel <> 'simulator'
        AND entry.not_before > datetime('now', '-32 days')
    GROUP BY address.channel, date(entry.not_before)
"""


def downgrade() -> None:
    op.drop_table("spending")
    op.drop_table("sender")
    for statement in states.release(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_column("entry", "lease_until")
