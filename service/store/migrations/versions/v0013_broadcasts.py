"""What operators write to many people, and which of the outbox's rows are of it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "broadcast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("fallback", sa.String(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("rest_days", "days")),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("slot", _MOMENT, nullable=True),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("people", "cursor", "written", "too_late")
        ),
        sa.Column("written_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
        sa.UniqueConstraint("token", name=op.f("uq_broadcast_token")),
        sa.UniqueConstraint("slot", name=op.f("uq_broadcast_slot")),
    )
    op.create_index(op.f("ix_broadcast_state_id"), "broadcast", ["state", "id"])
    op.add_column("entry", sa.Column("broadcast_id", sa.Integer(), nullable=True))
    given = sa.text("broadcast_id IS NOT NULL")
    op.create_index(
        op.f("ix_entry_broadcast_id_state"),
        "entry",
        ["broadcast_id", "state"],
        sqlite_where=given,
        postgresql_where=given,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_entry_broadcast_id_state"), "entry")
    op.drop_column("entry", "broadcast_id")
    op.drop_table("broadcast")
