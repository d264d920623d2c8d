"""Counts for the dashboard, rolled up by the hour and by the day."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_HOUR: tuple[str, Any] = ("hour", sa.DateTime(timezone=True))
_Columns = list[tuple[str, Any]]
_TABLES: dict[str, tuple[_Columns, _Columns]] = {
    "tally_hour": (
        [_HOUR],
        [
            ("counted_at", sa.DateTime(timezone=True)),
            ("closed", sa.Boolean()),
            ("localised", sa.Boolean()),
        ],
    ),
    "tally_sent": (
        [_HOUR, ("channel", sa.String()), ("kind", sa.String()), ("state", sa.String())],
        [
            ("texts", sa.Integer()),
            ("erased", sa.Integer()),
            ("segments", sa.Integer()),
            ("erased_segments", sa.Integer()),
        ],
    ),
    "tally_received": (
        [
            _HOUR,
            ("channel", sa.String()),
            ("intent", sa.String()),
            ("topic", sa.String()),
            ("language", sa.String()),
        ],
        [("texts", sa.Integer())],
    ),
    "tally_local": (
        [_HOUR, ("weekday", sa.Integer()), ("clock", sa.Integer())],
        [("reminders", sa.Integer()), ("dones", sa.Integer())],
    ),
    "tally_consent": (
        [_HOUR, ("event", sa.String()), ("source", sa.String())],
        [("events", sa.Integer())],
    ),
    "census": (
        [
            ("day", sa.Date()),
            ("state", sa.String()),
            ("language", sa.String()),
            ("channel", sa.String()),
        ],
        [("people", sa.Integer())],
    ),
}


def upgrade() -> None:
    for table, (key, counts) in _TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, type_, nullable=False) for name, type_ in [*key, *counts]),
            sa.PrimaryKeyConstraint(*(name for name, _ in key), name=op.f(f"pk_{table}")),
        )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
