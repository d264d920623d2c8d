"""A reminder is written without three indexes that it has no value for, and without looking its owner up again."""

import sqlalchemy as sa
from alembic import op

from service.store import owners, states

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OWNERS = ("person", "address")


def upgrade() -> None:
    with op.batch_alter_table("entry") as entry:
        entry.drop_constraint("uq_entry_attempt", type_="unique")
        for owner in _OWNERS:
            entry.drop_constraint(f"fk_entry_{owner}_id", type_="foreignkey")
    _keep_moves()
    for statement in owners.enforcement(op.get_bind().dialect.name):
        op.execute(statement)
    _index("attempt", unique=True)
    for column in ("inbound_id", "provider_id"):
        op.drop_index(op.f(f"ix_entry_{column}"), "entry")
        _index(column)


def downgrade() -> None:
    for column in ("attempt", "inbound_id", "provider_id"):
        op.drop_index(op.f(f"ix_entry_{column}"), "entry")
    for column in ("inbound_id", "provider_id"):
        op.create_index(op.f(f"ix_entry_{column}"), "entry", [column])
    for statement in owners.release(op.get_bind().dialect.name):
        op.execute(statement)
    with op.batch_alter_table("entry") as entry:
        entry.create_unique_constraint(op.f("uq_entry_attempt"), ["attempt"])
        for owner in _OWNERS:
            entry.create_foreign_key(
                op.f(f"fk_entry_{owner}_id"), owner, [f"{owner}_id"], ["id"], ondelete="SET NULL"
            )
    _keep_moves()


def _index(column: str, *, unique: bool = False) -> None:
    given = sa.text(f"{column} IS NOT NULL")
    op.create_index(
        op.f(f"ix_entry_{column}"),
        "entry",
        [column],
        unique=unique,
        sqlite_where=given,
        postgresql_where=given,
    )


def _keep_moves() -> None:
    """SQLite drops a constraint by building the table anew, and triggers go with the old one."""
    for statement in states.enforcement(op.get_bind().dialect.name):
        op.execute(sa.text(statement.replace(":", r"\:")))
