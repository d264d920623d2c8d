"""Nobody gets the row number of somebody erased: drafts, lists and the audit name people by it.

PostgreSQL never gives one out again. SQLite does, unless a table says that it mustn't.
"""

from alembic import op

from service.store import owners

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = ("person", "address")


def upgrade() -> None:
    _make_anew(once=True)


def downgrade() -> None:
    _make_anew(once=False)


def _make_anew(*, once: bool) -> None:
    """Triggers go with the old table."""
    dialect = op.get_bind().dialect.name
    if dialect != "sqlite":
        return
    for statement in owners.release(dialect):
        op.execute(statement)
    for table in _TABLES:
        habits = {"sqlite_autoincrement": once}
        with op.batch_alter_table(table, recreate="always", table_kwargs=habits):
            pass
    for statement in owners.enforcement(dialect):
        op.execute(statement)
